/* Popups and hover: what a feature is, which rule decided, and how sure the data are. */
(function (nngis) {
  "use strict";

  nngis.joinPopups = function (map, scene, canvas) {
    const reach = window.matchMedia("(pointer: coarse)").matches ? 14 : 5;
    const tip = L.tooltip({ className: "tip", direction: "top", offset: [0, -8] });
    map.on("click", (event) => {
      const measured = document.getElementById("measure").getAttribute("aria-pressed") === "true";
      const hits = measured ? [] : nngis.hits(canvas, event.latlng, reach);
      if (hits.length) {
        nngis.openPopup(map, scene, canvas, hits, event.latlng);
      }
    });
    document.addEventListener("keydown", (event) => event.key === "Escape" && map.closePopup());
    map.on("popupclose", () => {
      if (document.activeElement === document.body || document.activeElement.closest(".leaflet-popup")) {
        map.getContainer().focus({ preventScroll: true }); // the keyboard goes on from the map
      }
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
      const hits = nngis.hits(canvas, event.latlng, reach).filter((hit) => hit.layer.shape !== "polygon" || hit.layer.name);
      map.getContainer().style.cursor = hits.length ? "pointer" : "";
      const text = hits.length ? nngis.nameOf(hits[0].layer, hits[0].feature)[0] : null;
      if (text) {
        const node = nngis.make("bdi");
        node.textContent = text;
        tip.setContent(node).setLatLng(event.latlng).addTo(map);
      } else {
        tip.remove();
      }
    }
  };

  nngis.openPopup = function (map, scene, canvas, hits, latlng) {
    const box = nngis.make("div", "pop");
    box.tabIndex = -1;
    let at = 0;
    const popup = L.popup({ maxWidth: 340, minWidth: 220, maxHeight: Math.max(180, map.getSize().y * 0.6), autoPanPadding: [12, 12] });
    const show = (step) => {
      at = (at + step + hits.length) % hits.length;
      box.replaceChildren();
      fillPopup(box, scene, hits[at]);
      if (hits.length > 1) {
        box.prepend(pager(at, hits.length, show));
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
  };

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

  nngis.nameOf = function (layer, feature) {
    return (layer.name || []).map((column) => nngis.valueOf(column, feature)).filter((text) => text !== null && text !== "");
  };

  function fillPopup(box, scene, hit) {
    const { layer, feature } = hit;
    const top = nngis.make("p", "pop-top", box);
    nngis.both(scene.plans[layer.plan], top);
    top.append(" · ");
    nngis.both(layer.title, top);
    const [id, names] = nngis.called(layer, feature);
    const head = nngis.make("h3", "", box);
    if (names.length || id) {
      inOne(names.length ? names : [id], head);
    } else {
      nngis.both(nngis.words.unnamed, head);
    }
    if (layer.by) {
      const look = layer.classes[nngis.classOf(layer, feature)];
      const row = nngis.make("p", "pop-class", box);
      nngis.make("i", "", row).style.backgroundColor = look.colour;
      nngis.both(look.t, nngis.make("span", "", row));
    }
    const list = nngis.make("dl", "", box);
    const [key, ids] = layer.id;
    if (key) {
      term(list, scene.fields[key].t);
      nngis.isolated(nngis.make("dd", "", list), nngis.valueOf(ids, feature));
    }
    const above = [key, "evidence", layer.sized ? null : layer.by];
    const rows = layer.popup.filter(([name]) => !above.includes(name));
    rows.forEach(([name, columns]) => addRow(list, scene.fields[name], columns, feature));
    const foot = nngis.make("p", "pop-foot", box);
    const sure = nngis.make("span", "", foot);
    nngis.both(nngis.words.evidence, sure);
    sure.append(" ");
    const own = layer.popup.find(([name]) => name === "evidence");
    addBadge(sure, scene, own ? nngis.valueOf(own[1][0], feature) : scene.evidence);
  }

  function addBadge(parent, scene, word) {
    if (!Object.hasOwn(scene.badges, String(word))) {
      nngis.both(nngis.words.missing, nngis.make("span", "unit", parent));
      return;
    }
    const [colour, ink, hatched, zh, en] = scene.badges[word];
    const badge = nngis.make("span", hatched ? "badge hatched" : "badge", parent);
    badge.style.backgroundColor = colour;
    badge.style.color = ink;
    nngis.both([zh, en], badge);
  }

  function addRow(list, field, columns, feature) {
    const values = columns.map((column) => nngis.valueOf(column, feature)).filter((value) => value !== null && value !== "");
    term(list, field.t);
    const cell = nngis.make("dd", columns.length > 1 ? "wide" : "", list);
    if (!values.length) {
      nngis.both(nngis.words.missing, nngis.make("span", "unit", cell));
      return;
    }
    if (values.length === 2) {
      inOne(values, cell);
    } else {
      values.forEach((value) => sayValue(cell, value, field));
    }
    if (field.u) {
      cell.append(" ");
      nngis.both(field.u, nngis.make("span", "unit", cell));
    }
  }

  function sayValue(cell, value, field) {
    const title = Object.hasOwn(field.v, String(value)) ? field.v[String(value)] : null;
    if (title) {
      nngis.both(title, cell);
    } else if (typeof value === "boolean") {
      nngis.both(value ? nngis.words.yes : nngis.words.no, cell);
    } else if (typeof value === "number" && (field.y === "number" || field.y === "integer")) {
      cell.append(value.toLocaleString("en-US", { maximumFractionDigits: digits(value, field.u && field.u[0]) }));
    } else {
      nngis.isolated(cell, String(value));
    }
  }

  // What is there in two languages is shown in the one that the page speaks.
  function inOne(texts, parent) {
    if (texts.length !== 2 || texts[0] === texts[1]) {
      texts.slice(0, texts[0] === texts[1] ? 1 : texts.length).forEach((text) => nngis.isolated(parent, String(text)));
      return;
    }
    ["zh", "en"].forEach((lang, at) => {
      const span = nngis.make("span", lang, parent);
      span.lang = lang;
      nngis.isolated(span, String(texts[at]));
    });
  }

  // Degrees to a metre, other quantities to some three digits.
  function digits(value, unit) {
    const size = Math.abs(value);
    return unit === "°" ? 6 : size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 4;
  }

  function term(list, pair) {
    nngis.both(pair, nngis.make("dt", "", list));
  }
})((window.nngis = window.nngis || {}));
