/* The map: the canvas of every nngis map, its layers changed in place; selection, drag, lasso. */
(function (nngis) {
  "use strict";
  const desk = nngis.desk;
  const REACH = 6; // px around a click
  const MOST_RINGS = 400;
  // What may be moved by hand, by plan and table: the role whose rows they are.
  desk.MOVABLE = { heat: { heat_sources: "heat_sources" }, charging: { candidates: "charging_candidates" } };

  const Canvas = nngis.Canvas.extend({
    // Layers, list and selection each ask for it; one frame is drawn for all of them.
    redraw: function () {
      this.asked = this.asked || window.requestAnimationFrame(() => {
        this.asked = 0;
        nngis.Canvas.prototype.redraw.call(this);
      });
    },

    draw: function () {
      nngis.Canvas.prototype.draw.call(this);
      const picked = this.scene.picked;
      if (picked && picked.layer.shown && !picked.layer.pieces) {
        picked.features.slice(0, MOST_RINGS).forEach((f) => this.drawChosen({ layer: picked.layer, feature: f }, this.view));
      }
    },
  });

  desk.openMap = function (ground) {
    const map = L.map("map", { zoomControl: false, attributionControl: false, zoomSnap: 0.25, minZoom: 3, maxZoom: 19, boxZoom: false });
    L.control.zoom({ position: "topright" }).addTo(map);
    const [west, south, east, north] = ground.bounds || [-170, -60, 170, 75];
    const corner = L.latLngBounds([south, west], [north, east]);
    map.fitBounds(corner, { animate: false });
    const scene = readGround(ground);
    const canvas = new Canvas(scene);
    canvas.addTo(map);
    Object.assign(nngis, { map: map, scene: scene, canvas: canvas });
    nngis.addTools(map, corner);
    nngis.label(map.getContainer(), nngis.words.canvas);
    map.on("click", clicked);
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
    desk.shapes = {}; // keys of the shapes that are here, by table
  };

  function readGround(ground) {
    return nngis.readScene({ layers: [], tiles: [], backdrop: ground.backdrop, shapes: ground.shapes, fields: {}, plans: [], evidence: "", badges: ground.badges });
  }

  desk.drawGround = function (ground) {
    const { backdrop, labels } = readGround(ground);
    Object.assign(nngis.scene, { backdrop: backdrop, labels: labels });
    nngis.canvas.redraw();
  };

  // Puts a picture's layers onto the map: shapes where they came, looks where they did not.
  desk.drawLayers = function (layers, whole) {
    const scene = nngis.scene;
    const old = new Map(scene.layers.map((layer) => [layer.key, layer]));
    const made = layers.map((one) => {
      let layer = old.get(one.id);
      if (one.data) {
        layer = Object.assign(one.data, { table: one.table, key: one.id });
        layer.hidden = layer.classes.map(() => false);
        layer = layer.pieces ? nngis.openCrowd(layer) : nngis.decode(layer);
        layer.ids = layer.pieces ? null : layer.id[1];
        desk.shapes[one.id] = one.key;
      } else if (layer) {
        layer.classes = one.look.classes || layer.classes;
        layer.code = one.look.cls ? Uint8Array.from(one.look.cls) : null;
        layer.hidden = layer.classes.map(() => false);
      } else {
        return null;
      }
      const was = old.get(one.id);
      const own = desk.layerState(one.id, was ? was.shown : layer.shown);
      layer.shown = own.shown;
      layer.classes.forEach((look, c) => (layer.hidden[c] = own.hidden.has(look.t[1])));
      Object.assign(layer, { title: one.title || layer.title, counts: one.counts, count: one.count, leftOut: one.left_out || 0, by2: one.by || layer.by2 });
      layer.weighedAt = null;
      return layer;
    });
    if (whole) {
      scene.layers = made.filter(Boolean);
      Object.keys(desk.shapes).forEach((id) => scene.layers.some((l) => l.key === id) || delete desk.shapes[id]);
    } else {
      made.filter(Boolean).forEach((layer) => {
        const at = scene.layers.findIndex((l) => l.key === layer.key);
        at < 0 ? scene.layers.push(layer) : (scene.layers[at] = layer);
      });
    }
    desk.reselect();
    nngis.canvas.redraw();
    desk.showLegend();
  };

  // Shows a layer that was hidden, and marks some sites wherever they are drawn.
  desk.layerOn = function (table) {
    nngis.scene.layers.filter((one) => one.table === table).forEach((layer) => (layer.shown = desk.layerState(layer.key, true).shown = true));
    desk.showLegend();
    nngis.canvas.redraw();
  };

  desk.mark = function (ids) {
    const of = nngis.scene.layers.find((one) => one.table === "candidates");
    nngis.scene.picked = of && of.ids ? { layer: of, features: ids.map((id) => featureOf(of, id)).filter((f) => f >= 0) } : null;
    nngis.canvas.redraw();
  };

  const states = new Map();
  desk.layerState = function (id, shown) {
    const key = desk.plan + "/" + id;
    if (!states.has(key)) {
      states.set(key, { shown: shown, hidden: new Set() });
    }
    return states.get(key);
  };

  desk.showLegend = function () {
    const box = document.getElementById("layers");
    box.replaceChildren();
    nngis.both(["图层", "Layers"], nngis.make("h2", "", box));
    [...nngis.scene.layers].reverse().forEach((layer) => {
      const own = desk.layerState(layer.key, layer.shown);
      const head = nngis.make("label", "layer-head", box);
      const tick = nngis.make("input", "layer-switch", head);
      tick.type = "checkbox";
      tick.checked = layer.shown;
      tick.dataset.layer = layer.key;
      nngis.both(layer.title, nngis.make("span", "layer-title", head));
      nngis.make("span", "count", head).textContent = desk.number(layer.count || 0);
      tick.addEventListener("change", () => {
        layer.shown = own.shown = tick.checked;
        nngis.canvas.redraw();
      });
      if (layer.classes.length < 2 && !layer.by) {
        return;
      }
      const list = nngis.make("div", "classes", box);
      layer.classes.forEach((look, c) => {
        const row = nngis.make("button", "class", list);
        row.type = "button";
        row.setAttribute("aria-pressed", String(!layer.hidden[c]));
        const mark = nngis.make("i", "mark " + (look.shape || ""), row);
        mark.style.backgroundColor = look.colour;
        nngis.both(look.t, nngis.make("span", "class-title", row));
        nngis.make("span", "count", row).textContent = desk.number((layer.counts || [])[c] || 0);
        row.addEventListener("click", () => {
          layer.hidden[c] = !layer.hidden[c];
          own.hidden[layer.hidden[c] ? "add" : "delete"](look.t[1]);
          row.setAttribute("aria-pressed", String(!layer.hidden[c]));
          nngis.canvas.redraw();
        });
      });
    });
  };

  /* Selection: one row, or some rows, of one table. */

  function clicked(event) {
    if (nngis.measuring && nngis.measuring.on) {
      return;
    }
    if (desk.placing) {
      const then = desk.placing;
      desk.place(null);
      then(event.latlng.wrap());
      return;
    }
    if (desk.drawing) {
      desk.drawing(event.latlng.wrap());
      return;
    }
    const found = nngis.hits(nngis.canvas, event.latlng, REACH)[0];
    if (found) {
      const layer = found.layer;
      const ids = layer.ids || layer.id[1];
      desk.select(layer.table, String(nngis.valueOf(ids, found.feature)), "map");
    } else {
      desk.select(null, null, "map");
    }
  }

  // Enter takes the middle of the map.
  function placeByKey(event) {
    if (event.key === "Enter" && desk.placing) {
      event.preventDefault();
      const then = desk.placing;
      desk.place(null);
      then(nngis.map.getCenter().wrap());
    }
  }

  // Waits for a click, or Enter, that says where.
  desk.place = function (then, said) {
    desk.placing = then;
    nngis.map.getContainer().style.cursor = then ? "crosshair" : "";
    document.removeEventListener("keydown", placeByKey);
    if (then) {
      document.activeElement && document.activeElement.blur();
      nngis.map.getContainer().focus();
      document.addEventListener("keydown", placeByKey);
    }
    if (then && said) {
      desk.toast([said], true);
    } else {
      document.getElementById("toast").hidden = true;
    }
  };

  desk.select = function (table, id, from) {
    desk.chosen = table ? { table: table, id: id } : null;
    desk.reselect();
    nngis.canvas.redraw();
    if (from !== "list") {
      desk.listSelect(table === desk.subject ? id : null);
    } else {
      reveal();
    }
    desk.showWhy();
  };

  desk.featureOf = featureOf;
  function featureOf(layer, id) {
    const ids = layer.ids;
    if (!ids) {
      return -1;
    }
    if (Array.isArray(ids)) {
      return ids.findIndex((one) => String(one) === id);
    }
    return ids.c.findIndex((c) => ids.d[c] === id);
  }

  desk.reselect = function () {
    const scene = nngis.scene;
    scene.chosen = null;
    dropHandle();
    const layer = desk.chosen && scene.layers.find((one) => one.table === desk.chosen.table);
    if (layer) {
      const feature = featureOf(layer, desk.chosen.id);
      if (feature >= 0) {
        scene.chosen = { layer: layer, feature: feature };
        addHandle(layer, feature);
      }
    }
    if (desk.pickedIds) {
      const of = scene.layers.find((one) => one.table === desk.subject);
      scene.picked = of && of.ids ? { layer: of, features: [...desk.pickedIds].slice(0, MOST_RINGS).map((id) => featureOf(of, id)).filter((f) => f >= 0) } : null;
    } else {
      scene.picked = null;
    }
  };

  desk.pick = function (ids) {
    desk.pickedIds = ids;
    desk.reselect();
    nngis.canvas.redraw();
  };

  desk.latLngOf = function (layer, feature) {
    const part = layer.owner ? layer.owner.indexOf(feature) : feature;
    const at = layer.start[part];
    return nngis.latLng(layer.x[at], layer.y[at]);
  };

  function reveal() {
    const chosen = nngis.scene.chosen;
    if (!chosen) {
      return;
    }
    const at = desk.latLngOf(chosen.layer, chosen.feature);
    if (!nngis.map.getBounds().pad(-0.1).contains(at)) {
      nngis.map.panTo(at, { animate: false });
    }
  }

  /* A handle by which a source is dragged. */

  let handle = null;
  function dropHandle() {
    if (handle && !handle.held) {
      handle.remove();
      handle = null;
    }
  }

  function addHandle(layer, feature) {
    const role = (desk.MOVABLE[desk.plan] || {})[layer.table];
    if (!role || layer.shape !== "point") {
      return;
    }
    const id = desk.chosen.id;
    handle = L.marker(desk.latLngOf(layer, feature), {
      draggable: true,
      keyboard: false,
      icon: L.divIcon({ className: "handle", iconSize: [26, 26], html: "" }),
      title: desk.at() ? "Drag to move" : "拖动以移位",
    }).addTo(nngis.map);
    const own = handle;
    own.on("dragstart", () => (own.held = true));
    own.on("dragend", async () => {
      const to = own.getLatLng().wrap();
      own.held = false;
      desk.moveRow(layer, role, id, to);
    });
  }

  desk.moveRow = function (layer, role, id, to) {
    return desk.act({ do: "edit", edit: { role: role, id: id, action: "move", lon: round(to.lng), lat: round(to.lat) } });
  };

  const round = (degrees) => Math.round(degrees * 1e6) / 1e6;
  desk.round = round;

  /* Drawing an area: a lasso for the list, or an area to be asked about. */

  desk.drawArea = function (done, said) {
    const points = [];
    const line = L.polygon([], { color: "#0b0b0b", weight: 2, dashArray: "6 4", fillOpacity: 0.06, interactive: false }).addTo(nngis.map);
    nngis.map.getContainer().style.cursor = "crosshair";
    nngis.map.doubleClickZoom.disable();
    desk.toast([said], true);
    const end = function (keep) {
      desk.drawing = null;
      document.removeEventListener("keydown", keys);
      nngis.map.off("dblclick", finish);
      nngis.map.getContainer().style.cursor = "";
      document.getElementById("toast").hidden = true;
      window.setTimeout(() => nngis.map.doubleClickZoom.enable(), 400);
      line.remove();
      if (keep && points.length > 2) {
        done(points);
      }
    };
    const finish = () => end(true);
    const keys = (event) => {
      if (event.key === "Enter" || event.key === "Escape") {
        event.preventDefault();
        end(event.key === "Enter");
      }
    };
    desk.drawing = function (at) {
      const last = points[points.length - 1];
      if (!last || !last.equals(at)) {
        points.push(at);
        line.setLatLngs(points);
      }
    };
    nngis.map.on("dblclick", finish);
    document.addEventListener("keydown", keys);
  };

  // Ids of the open plan's points that lie in an area.
  desk.within = function (points) {
    const layer = nngis.scene.layers.find((one) => one.table === desk.subject);
    if (!layer || !layer.ids) {
      return [];
    }
    const ring = points.map((p) => nngis.project(p.lng, p.lat));
    const found = new Set();
    for (let p = 0; p + 1 < layer.start.length; p++) {
      const [x, y] = [layer.x[layer.start[p]], layer.y[layer.start[p]]];
      let inside = false;
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
        const [a, b] = [ring[i], ring[j]];
        if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) {
          inside = !inside;
        }
      }
      if (inside) {
        found.add(String(nngis.valueOf(layer.ids, nngis.ownerOf(layer, p))));
      }
    }
    return [...found];
  };
})((window.nngis = window.nngis || {}));
