/* The page: opens the map, and joins legend, search, popups and print to it. */
(function (nngis) {
  "use strict";
  const LISTED = 50;

  nngis.start = function (map) {
    const data = JSON.parse(document.getElementById("nngis-data").textContent);
    const scene = readScene(data);
    const corner = L.latLngBounds([data.bounds[1], data.bounds[0]], [data.bounds[3], data.bounds[2]]);
    map.fitBounds(corner, { animate: false });
    const canvas = new nngis.Canvas(scene);
    canvas.addTo(map);
    nngis.map = map;
    nngis.scene = scene;
    nngis.canvas = canvas;
    nngis.addTools(map, corner);
    nngis.label(map.getContainer(), nngis.words.canvas);
    joinLegend(scene, canvas);
    joinPopups(map, scene, canvas);
    joinSearch(map, scene, canvas);
    joinPage(map, canvas, corner);
    nngis.speak(nngis.lang());
  };

  function readScene(data) {
    const layers = data.layers.map((layer, at) => {
      layer.hidden = layer.classes.map(() => false);
      layer.table = data.keys[at][0];
      return nngis.decode(layer);
    });
    const backdrop = data.backdrop.map((layer) => {
      const look = { colour: layer.colour, ground: layer.ground, dash: layer.dash, hatch: "none", shape: "circle" };
      return nngis.decode(Object.assign(layer, { classes: [look], hidden: [false], backdrop: true }));
    });
    const family = getComputedStyle(document.body).fontFamily;
    const labels = data.backdrop.flatMap((layer) => layer.labels.map((label) => labelOf(layer, label, family)));
    labels.sort((a, b) => a.rank - b.rank);
    return {
      layers: layers,
      backdrop: backdrop,
      labels: labels,
      shapes: data.shapes,
      fields: data.fields,
      plans: data.plans,
      evidence: data.evidence,
      chosen: null,
    };
  }

  function labelOf(layer, label, family) {
    const area = layer.shape === "polygon";
    const [x, y] = nngis.project(label[0], label[1]);
    return {
      x: x,
      y: y,
      zh: label[2],
      en: label[3],
      rank: area ? 0 : 1,
      from: area ? 7 : 9.5,
      to: area ? 12 : 18,
      lift: area ? 0 : 10,
      spacing: area ? "3px" : "0px",
      font: (area ? "600 14px " : "12px ") + family,
      colour: area ? "#77736a" : "#6c675e",
    };
  }

  /* Legend and layer control. */

  function joinLegend(scene, canvas) {
    const plans = [...document.querySelectorAll(".plan-switch")];
    const layers = [...document.querySelectorAll(".layer-switch")];
    const ofPlan = (plan) => layers.filter((box) => {
      const at = Number(box.dataset.layer) - Number(plan.dataset.first);
      return at >= 0 && at < Number(plan.dataset.count);
    });
    const show = () => {
      layers.forEach((box) => (scene.layers[Number(box.dataset.layer)].shown = box.checked));
      plans.forEach((plan) => {
        const on = ofPlan(plan).filter((box) => box.checked).length;
        plan.checked = on > 0 && on === ofPlan(plan).length;
        plan.indeterminate = on > 0 && !plan.checked;
      });
      canvas.redraw();
    };
    nngis.showLayer = function (at) {
      layers.find((box) => Number(box.dataset.layer) === at).checked = true;
      show();
    };
    layers.forEach((box) => box.addEventListener("change", show));
    plans.forEach((plan) =>
      plan.addEventListener("change", () => {
        ofPlan(plan).forEach((box) => (box.checked = plan.checked));
        show();
      }),
    );
    document.querySelectorAll("button.class").forEach((button) =>
      button.addEventListener("click", () => {
        const hide = button.getAttribute("aria-pressed") === "true";
        button.setAttribute("aria-pressed", String(!hide));
        scene.layers[Number(button.dataset.layer)].hidden[Number(button.dataset.class)] = hide;
        canvas.redraw();
      }),
    );
    show();
  }

  /* Popups and hover. */

  function joinPopups(map, scene, canvas) {
    const reach = window.matchMedia("(pointer: coarse)").matches ? 14 : 5;
    const tip = L.tooltip({ className: "tip", direction: "top", offset: [0, -8] });
    map.on("click", (event) => {
      const measured = document.getElementById("measure").getAttribute("aria-pressed") === "true";
      const hits = measured ? [] : canvas.hits(event.latlng, reach);
      if (hits.length) {
        openPopup(map, scene, canvas, hits, event.latlng);
      }
    });
    map.on("popupclose", () => {
      scene.chosen = null;
      canvas.redraw();
    });
    let waiting = null;
    map.on("mousemove", (event) => {
      if (!waiting) {
        requestAnimationFrame(() => {
          hover(waiting);
          waiting = null;
        });
      }
      waiting = event;
    });
    map.on("mouseout movestart", () => tip.remove());

    function hover(event) {
      if (nngis.measuring.on || (map.dragging && map.dragging.moving())) {
        return;
      }
      const hits = canvas.hits(event.latlng, reach).filter((hit) => hit.layer.shape !== "polygon" || hit.layer.name);
      map.getContainer().style.cursor = hits.length ? "pointer" : "";
      const text = hits.length ? nameOf(hits[0].layer, hits[0].feature)[0] : null;
      if (text) {
        const node = nngis.make("bdi");
        node.textContent = text;
        tip.setContent(node).setLatLng(event.latlng).addTo(map);
      } else {
        tip.remove();
      }
    }
  }

  function openPopup(map, scene, canvas, hits, latlng) {
    const box = nngis.make("div", "pop");
    box.tabIndex = -1;
    let at = 0;
    const popup = L.popup({ maxWidth: 340, minWidth: 220, maxHeight: Math.max(180, map.getSize().y * 0.6), autoPanPadding: [12, 12] });
    const show = (step) => {
      at = (at + step + hits.length) % hits.length;
      box.replaceChildren();
      fillPopup(box, scene, hits[at]);
      if (hits.length > 1) {
        box.lastChild.appendChild(pager(at, hits.length, show));
      }
      scene.chosen = hits[at];
      canvas.redraw();
      if (step) {
        popup.update();
        box.querySelector(step > 0 ? ".next" : ".previous").focus();
      }
    };
    popup.setLatLng(latlng).setContent(box);
    popup.openOn(map);
    show(0);
    popup.update();
    const cross = popup.getElement().querySelector(".leaflet-popup-close-button");
    nngis.label(cross, nngis.words.close);
    return box;
  }

  function pager(at, count, show) {
    const box = nngis.make("span", "pager");
    [["previous", "‹", -1], ["next", "›", 1]].forEach(([name, sign, step], side) => {
      const button = nngis.make("button", name, box);
      button.type = "button";
      button.textContent = sign;
      nngis.label(button, nngis.words[name]);
      button.addEventListener("click", () => show(step));
      if (side === 0) {
        nngis.make("span", "", box).textContent = at + 1 + " / " + count;
      }
    });
    return box;
  }

  function nameOf(layer, feature) {
    return (layer.name || []).map((column) => nngis.valueOf(column, feature)).filter((text) => text !== null && text !== "");
  }

  function fillPopup(box, scene, hit) {
    const { layer, feature } = hit;
    const top = nngis.make("p", "pop-top", box);
    nngis.both(scene.plans[layer.plan], top);
    top.append(" · ");
    nngis.both(layer.title, top);
    const names = nameOf(layer, feature);
    const head = nngis.make("h2", "", box);
    if (names.length) {
      names.forEach((name) => isolated(head, name));
    } else {
      nngis.both(nngis.words.unnamed, head);
    }
    if (layer.classes.length > 1 || layer.cls) {
      const look = layer.classes[nngis.classOf(layer, feature)];
      const row = nngis.make("p", "pop-class", box);
      nngis.make("i", "", row).style.backgroundColor = look.colour;
      nngis.both(look.t, nngis.make("span", "", row));
    }
    const list = nngis.make("dl", "", box);
    term(list, nngis.words.id);
    isolated(nngis.make("dd", "", list), String(nngis.valueOf(layer.id, feature)));
    layer.popup.forEach(([name, columns]) => addRow(list, scene.fields[name], columns, feature));
    const foot = nngis.make("p", "pop-foot", box);
    const sure = nngis.make("span", "", foot);
    nngis.both(nngis.words.evidence, sure);
    sure.append(" ");
    const badge = sure.appendChild(document.querySelector(".strip .badge").cloneNode(false));
    nngis.both(scene.evidence.t, badge);
  }

  function addRow(list, field, columns, feature) {
    const values = columns.map((column) => nngis.valueOf(column, feature)).filter((value) => value !== null && value !== "");
    term(list, field.t);
    const cell = nngis.make("dd", columns.length > 1 ? "wide" : "", list);
    if (!values.length) {
      nngis.both(nngis.words.missing, nngis.make("span", "unit", cell));
      return;
    }
    values.forEach((value) => sayValue(cell, value, field));
    if (field.u) {
      nngis.make("span", "unit", cell).textContent = " " + field.u;
    }
  }

  function sayValue(cell, value, field) {
    const title = field.v[String(value)];
    if (title) {
      nngis.both(title, cell);
    } else if (typeof value === "boolean") {
      nngis.both(value ? nngis.words.yes : nngis.words.no, cell);
    } else if (typeof value === "number" && field.y !== "year") {
      cell.append(value.toLocaleString("en-US", { maximumFractionDigits: 6 }));
    } else {
      isolated(cell, String(value));
    }
  }

  function term(list, pair) {
    nngis.both(pair, nngis.make("dt", "", list));
  }

  // Text of others: shown as it is, and kept from turning the text beside it around.
  function isolated(parent, text) {
    const node = nngis.make("bdi", "", parent);
    node.dir = "auto";
    node.textContent = text;
  }

  /* Search by name or id. */

  function joinSearch(map, scene, canvas) {
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

    function look() {
      const wanted = input.value.trim().toLowerCase();
      if (!wanted) {
        close();
        return;
      }
      index = index || makeIndex(scene);
      const all = index.filter((entry) => entry.text.includes(wanted));
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

    input.addEventListener("input", look);
    input.addEventListener("focus", () => input.value && look());
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
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
  }

  function makeIndex(scene) {
    const index = [];
    scene.layers.forEach((layer, at) => {
      for (let f = 0; f < layer.n; f++) {
        const id = String(nngis.valueOf(layer.id, f));
        const names = nameOf(layer, f);
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
    isolated(node, entry.names[0] || entry.id);
    const where = nngis.make("span", "where", node);
    nngis.both(entry.layer.title, where);
    where.append(" · ");
    isolated(where, entry.id);
    if (!entry.layer.shown) {
      nngis.both(nngis.words.hidden, where);
    }
    return node;
  }

  function goTo(map, scene, canvas, entry) {
    const { layer, feature } = entry;
    if (!layer.shown) {
      nngis.showLayer(entry.at);
    }
    let [west, north, east, south, first] = [Infinity, Infinity, -Infinity, -Infinity, -1];
    for (let p = 0; p + 1 < layer.start.length; p++) {
      if (nngis.ownerOf(layer, p) === feature) {
        first = first < 0 ? layer.start[p] : first;
        for (let i = layer.start[p]; i < layer.start[p + 1]; i++) {
          west = Math.min(west, layer.x[i]);
          east = Math.max(east, layer.x[i]);
          north = Math.min(north, layer.y[i]);
          south = Math.max(south, layer.y[i]);
        }
      }
    }
    const area = layer.shape === "polygon";
    const anchor = area ? nngis.latLng((west + east) / 2, (north + south) / 2) : nngis.latLng(layer.x[first], layer.y[first]);
    if (layer.shape === "point") {
      map.setView(anchor, Math.max(map.getZoom(), 12), { animate: false });
    } else {
      map.fitBounds(L.latLngBounds(nngis.latLng(west, south), nngis.latLng(east, north)), { animate: false, maxZoom: 15 });
    }
    openPopup(map, scene, canvas, [{ layer: layer, feature: feature }], anchor).focus();
  }

  /* Language, drawer, print. */

  function joinPage(map, canvas, corner) {
    document.getElementById("language").addEventListener("click", () => {
      nngis.speak(nngis.lang() === "zh" ? "en" : "zh");
      canvas.redraw();
    });
    const drawer = document.getElementById("drawer");
    const open = (on) => {
      document.body.classList.toggle("open", on);
      drawer.setAttribute("aria-expanded", String(on));
    };
    drawer.addEventListener("click", () => open(!document.body.classList.contains("open")));
    map.on("click movestart", () => open(false));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        open(false);
      }
    });
    document.getElementById("print").addEventListener("click", () => window.print());
    let before = null;
    window.addEventListener("beforeprint", () => {
      before = map.getBounds();
      map.invalidateSize({ animate: false });
      map.fitBounds(before, { animate: false });
    });
    window.addEventListener("afterprint", () => {
      map.invalidateSize({ animate: false });
      map.fitBounds(before || corner, { animate: false });
    });
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
  }
})((window.nngis = window.nngis || {}));
