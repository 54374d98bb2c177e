/* Search by name or id. */
(function (nngis) {
  "use strict";
  const LISTED = 50;

  nngis.called = (layer, feature) => [layer.id[0] ? nngis.valueOf(layer.id[1], feature) : "", nngis.nameOf(layer, feature)];

  nngis.joinSearch = function (map, scene, canvas) {
    const input = document.getElementById("search");
    const list = document.getElementById("results");
    const status = document.getElementById("found");
    let index = null;
    let found = [];
    let chosen = -1;

    function close() {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function look(everything) {
      const wanted = input.value.trim().toLowerCase();
      if (!wanted && !everything) {
        close();
        return;
      }
      index = index || makeIndex(scene);
      const all = index.filter((entry) => (wanted || entry.layer) && entry.text.includes(wanted));
      all.sort((a, b) => worth(a, wanted) - worth(b, wanted));
      show(all);
      if (wanted) {
        seek(wanted, all);
      }
    }

    // Layers in pieces are looked through one piece after the other.
    async function seek(wanted, all) {
      const wants = () => !list.hidden && input.value.trim().toLowerCase() === wanted;
      for (const [at, layer] of scene.layers.entries()) {
        if (layer.pieces && all.length < LISTED) {
          const more = await nngis.seek(layer, wanted, LISTED, wants);
          more.forEach((entry) => all.push(Object.assign(entry, { at: at })));
          if (wants() && more.length) {
            show(all);
          }
        }
      }
    }

    function show(all) {
      found = all.slice(0, LISTED);
      chosen = -1;
      list.replaceChildren();
      found.forEach((entry, at) => list.appendChild(option(scene, entry, at)));
      if (!found.length || all.length > LISTED) {
        nngis.both(found.length ? nngis.words.more : nngis.words.none, nngis.make("li", "none", list));
      }
      status.replaceChildren(String(all.length) + " ");
      nngis.both(nngis.words.found, status);
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
    }

    function choose(at) {
      const entry = found[at];
      if (!entry) {
        return;
      }
      close();
      document.body.classList.remove("open");
      document.getElementById("drawer").setAttribute("aria-expanded", "false");
      goTo(map, scene, canvas, entry);
    }

    function mark(step) {
      const options = [...list.querySelectorAll("[role=option]")];
      if (!options.length) {
        return;
      }
      chosen = (chosen + step + options.length) % options.length;
      options.forEach((node, at) => node.setAttribute("aria-selected", String(at === chosen)));
      options[chosen].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", options[chosen].id);
    }

    input.addEventListener("input", () => look(false));
    input.addEventListener("focus", () => input.value && look(false));
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) {
          look(true); // an empty search lists what there is
        }
        mark(event.key === "ArrowDown" ? 1 : chosen < 0 ? 0 : -1);
      } else if (event.key === "Enter") {
        choose(Math.max(chosen, 0));
      } else if (event.key === "Escape") {
        close();
      }
    });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const node = event.target.closest("[role=option]");
      if (node) {
        choose(Number(node.dataset.at));
      }
    });
    input.addEventListener("blur", close);
  };

  // What is on the map goes before places, those before what is hidden; whole names before parts.
  function worth(entry, wanted) {
    const rank = !entry.layer ? 1 : entry.layer.shown ? 0 : 2;
    const whole = [entry.id, ...entry.names].some((name) => String(name).toLowerCase() === wanted);
    return (whole ? 0 : 4) + rank;
  }

  function makeIndex(scene) {
    const index = [];
    scene.labels.forEach((label) => {
      const names = [label.zh, label.en].filter((name) => name);
      index.push({ label: label, id: "", names: names, text: names.join("\n").toLowerCase() });
    });
    scene.layers.forEach((layer, at) => {
      const placed = new Set();
      for (let p = 0; p + 1 < layer.start.length; p++) {
        placed.add(nngis.ownerOf(layer, p));
      }
      for (let f = 0; f < layer.n && !layer.pieces; f++) {
        if (!placed.has(f)) {
          continue; // it is nowhere, so the map cannot go there
        }
        const [id, names] = nngis.called(layer, f);
        index.push({ layer: layer, at: at, feature: f, id: id, names: names, text: [id, ...names].join("\n").toLowerCase() });
      }
    });
    return index;
  }

  function option(scene, entry, at) {
    const node = nngis.make("li");
    node.id = "result-" + at;
    node.dataset.at = at;
    node.setAttribute("role", "option");
    node.setAttribute("aria-selected", "false");
    const name = entry.names[0] || entry.id;
    if (name) {
      nngis.isolated(node, name);
    } else {
      nngis.both(nngis.words.unnamed, node);
    }
    const where = nngis.make("span", "where", node);
    nngis.both(entry.layer ? entry.layer.title : nngis.words.place, where);
    if (entry.id) {
      where.append(" · ");
      nngis.isolated(where, entry.id);
    }
    if (entry.layer && !entry.layer.shown) {
      nngis.both(nngis.words.hidden, where);
    }
    return node;
  }

  function goTo(map, scene, canvas, entry) {
    const { layer, feature } = entry;
    if (!layer) {
      map.setView(nngis.latLng(entry.label.x, entry.label.y), Math.max(map.getZoom(), 11, entry.label.from), { animate: false });
      return;
    }
    nngis.showLayer(entry.at, layer.by ? nngis.classOf(layer, feature) : -1);
    let [west, north, east, south, middle] = [Infinity, Infinity, -Infinity, -Infinity, -1];
    for (let p = 0; p + 1 < layer.start.length; p++) {
      if (nngis.ownerOf(layer, p) === feature) {
        middle = middle < 0 ? (layer.start[p] + layer.start[p + 1] - 1) >> 1 : middle;
        for (let i = layer.start[p]; i < layer.start[p + 1]; i++) {
          west = Math.min(west, layer.x[i]);
          east = Math.max(east, layer.x[i]);
          north = Math.min(north, layer.y[i]);
          south = Math.max(south, layer.y[i]);
        }
      }
    }
    const area = layer.shape === "polygon";
    const anchor = area ? nngis.latLng((west + east) / 2, (north + south) / 2) : nngis.latLng(layer.x[middle], layer.y[middle]);
    if (layer.shape === "point") {
      map.setView(anchor, Math.max(map.getZoom(), 12), { animate: false });
    } else {
      map.fitBounds(L.latLngBounds(nngis.latLng(west, south), nngis.latLng(east, north)), { animate: false, maxZoom: 15 });
    }
    nngis.openPopup(map, scene, canvas, [{ layer: layer, feature: feature }], anchor).focus();
  }
})((window.nngis = window.nngis || {}));
