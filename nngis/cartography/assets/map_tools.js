/* Tools around the map: words in two languages, full view, measuring, coordinates. */
(function (nngis) {
  "use strict";
  const EQUATOR = 6378137; // GRS80 and WGS84, metres
  const SQUARE = 0.0066943799901; // eccentricity squared
  const RADIAN = Math.PI / 180;

  nngis.words = {
    home: ["全图", "Full view"],
    zoomIn: ["放大", "Zoom in"],
    zoomOut: ["缩小", "Zoom out"],
    measure: ["量测距离与面积", "Measure distance and area"],
    measureHow: ["在图上逐点点击；双击或回车结束，Esc 清除。", "Click point by point; double click or Enter ends, Esc clears."],
    distance: ["长度", "Distance"],
    area: ["围合面积", "Enclosed area"],
    close: ["关闭", "Close"],
    previous: ["上一个", "Previous"],
    next: ["下一个", "Next"],
    none: ["没有找到", "Nothing found"],
    found: ["条结果", "found"],
    more: ["仅列出前 50 条", "only the first 50 are listed"],
    place: ["地名", "place"],
    hidden: ["（图层未显示）", "(layer is hidden)"],
    yes: ["是", "yes"],
    no: ["否", "no"],
    missing: ["无数据", "no data"],
    evidence: ["数据等级", "Evidence"],
    canvas: ["地图：方向键移动，加减号缩放", "Map: arrow keys pan, plus and minus zoom"],
    unnamed: ["（未命名）", "(unnamed)"],
  };

  nngis.lang = function () {
    return document.documentElement.dataset.lang === "en" ? "en" : "zh";
  };

  nngis.make = function (tag, name, parent) {
    const node = document.createElement(tag);
    if (name) {
      node.className = name;
    }
    if (parent) {
      parent.appendChild(node);
    }
    return node;
  };

  // A text in both languages; the style sheet shows the one that the page speaks.
  nngis.both = function (pair, parent) {
    if (pair[0] === pair[1]) {
      nngis.make("span", "", parent).textContent = pair[0];
      return;
    }
    ["zh", "en"].forEach((lang, at) => {
      const span = nngis.make("span", lang, parent);
      span.lang = lang;
      span.textContent = pair[at];
    });
  };

  // Text of others: shown as it is, and kept from turning the text beside it around.
  nngis.isolated = function (parent, text) {
    const node = nngis.make("bdi", "", parent);
    node.dir = "auto";
    node.textContent = text;
  };

  // A label for people who do not see the control; `speak` keeps it in the page's language.
  nngis.label = function (node, pair) {
    [node.dataset.zh, node.dataset.en] = pair;
    nngis.speakOne(node);
  };

  nngis.speakOne = function (node) {
    const text = node.dataset[nngis.lang()];
    node.setAttribute("aria-label", text);
    if (node.tagName === "INPUT") {
      node.placeholder = text;
    } else if (!node.classList.contains("leaflet-container")) {
      node.title = text;
    }
  };

  nngis.speak = function (lang) {
    document.documentElement.dataset.lang = lang;
    document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
    document.querySelectorAll("[data-zh]").forEach(nngis.speakOne);
    const title = document.querySelector("h1 ." + lang) || document.querySelector("h1");
    document.title = title.textContent;
  };

  // Length on the ellipsoid with the radii of curvature at mid-latitude: 1 mm in 10 km.
  nngis.distance = function (a, b) {
    const mid = ((a.lat + b.lat) / 2) * RADIAN;
    const w = 1 - SQUARE * Math.sin(mid) ** 2;
    const north = (EQUATOR * (1 - SQUARE)) / w ** 1.5;
    const east = EQUATOR / Math.sqrt(w);
    return Math.hypot((b.lat - a.lat) * RADIAN * north, (b.lng - a.lng) * RADIAN * east * Math.cos(mid));
  };

  // Area on the ellipsoid within the lines as drawn: the authalic function along straight
  // Mercator edges, by Simpson's rule.
  nngis.area = function (points) {
    const e = Math.sqrt(SQUARE);
    const q = (lat) => {
      const s = Math.sin(lat * RADIAN);
      return (1 - SQUARE) * (s / (1 - SQUARE * s * s) + Math.atanh(e * s) / e);
    };
    let sum = 0;
    points.forEach((a, i) => {
      const b = points[(i + 1) % points.length];
      const mid = nngis.latLng(0, (nngis.project(0, a.lat)[1] + nngis.project(0, b.lat)[1]) / 2);
      sum += (b.lng - a.lng) * RADIAN * (q(a.lat) + 4 * q(mid.lat) + q(b.lat));
    });
    return (Math.abs(sum) * EQUATOR * EQUATOR) / 12;
  };

  const say = (value, unit) => value.toLocaleString("en-US", { maximumSignificantDigits: 5 }) + " " + unit;
  nngis.sayDistance = (m) => (m < 1000 ? say(m, "m") : say(m / 1000, "km"));
  nngis.sayArea = (m2) => (m2 < 1e5 ? say(m2 / 1e4, "ha") : say(m2 / 1e6, "km²"));

  function icon(path) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 20 20");
    svg.setAttribute("aria-hidden", "true");
    const line = document.createElementNS(space, "path");
    line.setAttribute("d", path);
    svg.appendChild(line);
    return svg;
  }

  nngis.addTools = function (map, bounds) {
    const bar = L.control({ position: "topright" });
    bar.onAdd = function () {
      const box = nngis.make("div", "leaflet-bar");
      L.DomEvent.disableClickPropagation(box);
      const home = nngis.make("button", "", box);
      home.type = "button";
      home.id = "home";
      home.appendChild(icon("M3 7V3H7M13 3H17V7M17 13V17H13M7 17H3V13M7 7H13V13H7Z"));
      nngis.label(home, nngis.words.home);
      home.addEventListener("click", () => map.fitBounds(bounds));
      const measure = nngis.make("button", "", box);
      measure.type = "button";
      measure.id = "measure";
      measure.setAttribute("aria-pressed", "false");
      measure.appendChild(icon("M2 14L14 2L18 6L6 18ZM5 11L7 13M8 8L10 10M11 5L13 7"));
      nngis.label(measure, nngis.words.measure);
      nngis.measuring = measuring(map, measure);
      return box;
    };
    bar.addTo(map);
    L.control.scale({ position: "bottomleft", imperial: false, maxWidth: 140 }).addTo(map);
    readout(map);
    const [zoomIn, zoomOut] = [".leaflet-control-zoom-in", ".leaflet-control-zoom-out"].map((name) => document.querySelector(name));
    nngis.label(zoomIn, nngis.words.zoomIn);
    nngis.label(zoomOut, nngis.words.zoomOut);
  };

  // Longitude and latitude under the mouse; on a phone, of the last tap.
  function readout(map) {
    const control = L.control({ position: "bottomright" });
    control.onAdd = () => nngis.make("div", "readout");
    control.addTo(map);
    const box = control.getContainer();
    const say = (event) => {
      const at = event.latlng.wrap();
      const [east, north] = [at.lng < 0 ? "°W" : "°E", at.lat < 0 ? "°S" : "°N"];
      box.textContent = Math.abs(at.lng).toFixed(5) + east + "  " + Math.abs(at.lat).toFixed(5) + north;
    };
    map.on("mousemove click", say);
    map.on("mouseout", () => (box.textContent = ""));
  }

  function measuring(map, button) {
    const state = { on: false, points: [] };
    const line = L.polygon([], { color: "#0b0b0b", weight: 2, dashArray: "6 4", fillOpacity: 0.06, interactive: false });
    const dots = L.layerGroup();
    const control = L.control({ position: "topright" });
    control.onAdd = () => {
      const box = nngis.make("div", "measure");
      box.setAttribute("role", "status");
      L.DomEvent.disableClickPropagation(box);
      return box;
    };

    function show() {
      line.setLatLngs(state.points);
      dots.clearLayers();
      state.points.forEach((p) => dots.addLayer(L.circleMarker(p, { radius: 4, color: "#0b0b0b", weight: 1.5, fillColor: "#fff", fillOpacity: 1, interactive: false })));
      const box = control.getContainer();
      box.replaceChildren();
      if (state.points.length < 2) {
        nngis.both(nngis.words.measureHow, nngis.make("p", "", box));
        return;
      }
      let sum = 0;
      state.points.forEach((p, i) => (sum += i ? nngis.distance(state.points[i - 1], p) : 0));
      row(box, nngis.words.distance, nngis.sayDistance(sum));
      if (state.points.length > 2) {
        row(box, nngis.words.area, nngis.sayArea(nngis.area(state.points)));
      }
    }

    function row(box, words, value) {
      const p = nngis.make("p", "", box);
      nngis.both(words, p);
      p.append(" ");
      nngis.make("strong", "", p).textContent = value;
    }

    state.toggle = function (on) {
      state.on = on;
      state.points = [];
      button.setAttribute("aria-pressed", String(on));
      map.getContainer().style.cursor = on ? "crosshair" : "";
      map.doubleClickZoom[on ? "disable" : "enable"]();
      [line, dots].forEach((layer) => (on ? layer.addTo(map) : layer.remove()));
      if (on) {
        control.addTo(map);
        show();
      } else {
        control.remove();
      }
    };
    state.end = function () {
      // what was measured stays to be read; the next press of the button clears it
      state.on = false;
      map.getContainer().style.cursor = "";
      window.setTimeout(() => map.doubleClickZoom.enable(), 400);
    };
    button.addEventListener("click", () => state.toggle(button.getAttribute("aria-pressed") !== "true"));
    map.on("click", (event) => {
      const last = state.points[state.points.length - 1];
      if (state.on && !(last && last.equals(event.latlng))) {
        state.points.push(event.latlng);
        show();
      }
    });
    map.on("dblclick", () => state.on && state.end());
    document.addEventListener("keydown", (event) => {
      if (state.on && event.key === "Enter" && event.target.tagName !== "BUTTON") {
        state.end();
      } else if (event.key === "Escape" && button.getAttribute("aria-pressed") === "true") {
        state.toggle(false);
      }
    });
    return state;
  }
})((window.nngis = window.nngis || {}));
