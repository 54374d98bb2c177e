/* The page: opens the map, and joins legend, search, popups and print to it. */
(function (nngis) {
  "use strict";
  const PAPER = { width: "209mm", height: "156mm" }; // the map's frame on A4; as in map.css
  nngis.start = function (map) {
    const data = JSON.parse(document.getElementById("nngis-data").textContent);
    const scene = readScene(data);
    const corner = L.latLngBounds([data.bounds[1], data.bounds[0]], [data.bounds[3], data.bounds[2]]);
    map.fitBounds(corner, { animate: false });
    nngis.addTiles(map, data.tiles);
    const canvas = new nngis.Canvas(scene);
    canvas.addTo(map);
    nngis.map = map;
    nngis.scene = scene;
    nngis.canvas = canvas;
    nngis.addTools(map, corner);
    nngis.label(map.getContainer(), nngis.words.canvas);
    joinLegend(scene, canvas);
    nngis.joinPopups(map, scene, canvas);
    nngis.joinSearch(map, scene, canvas);
    joinPage(map, canvas, corner);
    nngis.speak(nngis.lang());
  };

  nngis.readScene = readScene;

  function readScene(data) {
    const layers = data.layers.map((layer) => {
      layer.hidden = layer.classes.map(() => false);
      return layer.pieces ? nngis.openCrowd(layer) : nngis.decode(layer);
    });
    const backdrop = data.backdrop.map((layer) => {
      layer.fill = data.tiles.length ? 0 : layer.fill;
      const look = { colour: layer.colour, ground: layer.ground, dash: layer.dash, outline: layer.colour, hatch: "none", shape: "circle" };
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
      tiled: data.tiles.length > 0,
      evidence: data.evidence,
      badges: data.badges,
      chosen: null,
    };
  }

  function labelOf(layer, label, family) {
    const area = layer.shape === "polygon";
    const small = layer.role === "township";
    const [x, y] = nngis.project(label[0], label[1]);
    return {
      x: x,
      y: y,
      zh: label[2],
      en: label[3],
      rank: area ? 0 : small ? 2 : 1,
      from: area ? 7 : small ? 12 : 9.5,
      to: area ? 12 : 18,
      lift: area || small ? 0 : 10,
      spacing: area ? "3px" : "0px",
      font: (area ? "600 13.5px " : "12px ") + family,
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
    nngis.showLayer = function (at, number) {
      layers.find((box) => Number(box.dataset.layer) === at).checked = true;
      const button = document.querySelector(`button.class[data-layer="${at}"][data-class="${number}"]`);
      if (button && button.getAttribute("aria-pressed") === "false") {
        button.click();
      }
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
    const box = map.getContainer();
    let before = null;
    window.addEventListener("beforeprint", () => {
      before = { centre: map.getCenter(), zoom: map.getZoom() };
      const view = map.getBounds();
      const wanted = view.contains(corner) ? corner : view;
      Object.assign(box.style, PAPER);
      map.invalidateSize({ animate: false, pan: false });
      map.fitBounds(wanted, { animate: false });
    });
    window.addEventListener("afterprint", () => {
      Object.assign(box.style, { width: "", height: "" });
      map.invalidateSize({ animate: false, pan: false });
      map.setView(before.centre, before.zoom, { animate: false });
    });
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(box);
  }
})((window.nngis = window.nngis || {}));
