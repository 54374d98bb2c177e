/* Draws every layer on one canvas. */
(function (nngis) {
  "use strict";
  const CHUNK = 4000; // vertices per stroke: one huge path is slower than many
  const CROWD = { point: 6000, line: 40000, polygon: 8000 }; // points, vertices, areas in view

  nngis.isCrowd = (shape, seen) => seen > CROWD[shape];

  nngis.Canvas = L.Renderer.extend({
    options: { padding: 0.2 },

    initialize: function (scene, options) {
      L.Renderer.prototype.initialize.call(this, options);
      this.scene = scene;
      this.symbols = nngis.Symbols(scene.shapes);
      this.raster = nngis.Raster();
    },

    _initContainer: function () {
      this._container = L.DomUtil.create("canvas", "nngis-canvas");
      this._container.setAttribute("aria-hidden", "true");
      this.ctx = this._container.getContext("2d");
    },

    _destroyContainer: function () {
      L.DomUtil.remove(this._container);
      this._container = null;
    },

    _updatePaths: function () {},

    _update: function () {
      if (this._map._animatingZoom && this._bounds) {
        return;
      }
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize();
      const ratio = Math.min(window.devicePixelRatio || 1, 2);
      L.DomUtil.setPosition(this._container, this._bounds.min);
      this._container.width = size.x * ratio;
      this._container.height = size.y * ratio;
      this._container.style.width = size.x + "px";
      this._container.style.height = size.y + "px";
      this.ctx.scale(ratio, ratio);
      this.ratio = ratio;
      this.draw();
      this.fire("update");
    },

    redraw: function () {
      if (this._map) {
        this._update();
      }
    },

    draw: function () {
      const size = this._bounds.getSize();
      const zero = this._map.getPixelOrigin().add(this._bounds.min);
      const scale = Math.pow(2, this._map.getZoom());
      const view = {
        scale: scale,
        dx: -zero.x,
        dy: -zero.y,
        west: zero.x / scale,
        north: zero.y / scale,
        east: (zero.x + size.x) / scale,
        south: (zero.y + size.y) / scale,
        zoom: this._map.getZoom(),
        size: size,
      };
      this.view = view;
      this.ctx.lineJoin = "round";
      this.scene.backdrop.forEach((layer) => {
        if (layer.role === "city" && !this.scene.tiled) {
          this.veil(view);
        }
        this.drawLayer(layer, view);
      });
      let labelled = false;
      this.scene.layers.forEach((layer) => {
        if (!labelled && layer.shape !== "polygon") {
          this.drawLabels(view);
          labelled = true;
        }
        if (layer.shown) {
          this.drawLayer(layer, view);
        }
      });
      if (!labelled) {
        this.drawLabels(view);
      }
      if (this.scene.chosen && this.scene.chosen.layer.shown) {
        this.drawChosen(this.scene.chosen, view);
      }
    },

    drawLayer: function (layer, view) {
      if (layer.pieces) {
        nngis.drawPieces(this, layer, view);
        return;
      }
      this.weigh(layer, view);
      if (layer.crowded) {
        this.drawCrowd([layer], view);
      } else {
        this.drawPlain(layer, view);
      }
    },

    drawPlain: function (layer, view) {
      if (layer.shape === "point") {
        this.drawPoints(layer, view);
      } else if (layer.shape === "line") {
        layer.classes.forEach((look, c) => layer.hidden[c] || this.drawLines(layer, look, c, view));
      } else {
        this.drawAreas(layer, view);
      }
    },

    // What lies outside the counties steps back.
    veil: function (view) {
      const counties = this.scene.backdrop.find((layer) => layer.role === "county");
      this.ctx.beginPath();
      this.ctx.rect(0, 0, view.size.x, view.size.y);
      for (let p = 0; p + 1 < counties.start.length; p++) {
        this.trace(counties, p, view);
        this.ctx.closePath();
      }
      this.ctx.fillStyle = "rgba(235,232,224,.6)";
      this.ctx.fill("evenodd");
    },

    // Whether a layer is a crowd, and how large its points are; settled anew at each zoom, so
    // that symbols keep their size while the map is moved.
    weigh: function (layer, view) {
      if (layer.weighedAt === view.zoom) {
        return;
      }
      layer.weighedAt = view.zoom;
      let seen = 0;
      for (let p = 0; p + 1 < layer.start.length; p++) {
        if (this.visible(layer, p, view)) {
          seen += layer.shape === "line" ? layer.start[p + 1] - layer.start[p] : 1;
        }
      }
      layer.seen = seen;
      layer.crowded = nngis.isCrowd(layer.shape, seen);
      const byZoom = 0.65 + (view.zoom - 7.5) * 0.14;
      const byCount = seen > 1500 ? 0.6 : 1;
      layer.share = Math.min(byCount, Math.max(0.5, byZoom));
    },

    radius: function (layer) {
      return layer.size * layer.share;
    },

    // Dots for points and for what is smaller than a dot; strokes without dashes for lines.
    drawCrowd: function (layers, view) {
      this.raster.begin(this._container.width, this._container.height);
      layers.forEach((layer) => this.drawDots(layer, view));
      this.raster.end(this.ctx);
      layers.forEach((layer) => layer.shape === "polygon" && this.drawAreas(layer, view));
    },

    drawDots: function (layer, view) {
      const [raster, ratio] = [this.raster, this.ratio];
      const colours = layer.classes.map((look) => raster.packed(look.colour));
      const side = Math.round(Math.max(2, layer.shape === "line" ? layer.width * 0.7 : 2.4) * ratio);
      for (let p = 0; p + 1 < layer.start.length; p++) {
        const c = nngis.classOf(layer, nngis.ownerOf(layer, p));
        if (layer.hidden[c] || !this.visible(layer, p, view)) {
          continue;
        }
        let px = (layer.x[layer.start[p]] * view.scale + view.dx) * ratio;
        let py = (layer.y[layer.start[p]] * view.scale + view.dy) * ratio;
        if (layer.shape === "point" || this.tiny(layer, p, view)) {
          raster.dot(px, py, side, colours[c]);
          continue;
        }
        for (let i = layer.start[p] + 1; layer.shape === "line" && i < layer.start[p + 1]; i++) {
          const x = (layer.x[i] * view.scale + view.dx) * ratio;
          const y = (layer.y[i] * view.scale + view.dy) * ratio;
          raster.stroke(px, py, x, y, side, colours[c]);
          [px, py] = [x, y];
        }
      }
    },

    tiny: function (layer, part, view) {
      const [at, box] = [4 * part, layer.box];
      return Math.max(box[at + 2] - box[at], box[at + 3] - box[at + 1]) * view.scale < 3;
    },

    drawPoints: function (layer, view) {
      const radius = this.radius(layer);
      const sprites = layer.classes.map((look) => this.symbols.sprite(look, radius, this.ratio, layer.backdrop));
      const { x, y } = layer;
      for (let i = 0; i < x.length; i++) {
        if (!this.visible(layer, i, view)) {
          continue;
        }
        const c = nngis.classOf(layer, nngis.ownerOf(layer, i));
        if (!layer.hidden[c]) {
          const sprite = sprites[c];
          const px = x[i] * view.scale + view.dx - sprite.half;
          const py = y[i] * view.scale + view.dy - sprite.half;
          this.ctx.drawImage(sprite.canvas, px, py, sprite.side, sprite.side);
        }
      }
    },

    visible: function (layer, part, view) {
      if (layer.shape === "point") {
        const [x, y] = [layer.x[part], layer.y[part]];
        return x >= view.west && x <= view.east && y >= view.north && y <= view.south;
      }
      const at = 4 * part;
      const box = layer.box;
      return box[at] <= view.east && box[at + 2] >= view.west && box[at + 1] <= view.south && box[at + 3] >= view.north;
    },

    // Adds one part to the path, without vertices that would fall on the same pixel.
    trace: function (layer, part, view) {
      const last = layer.start[part + 1] - 1;
      let px = NaN;
      let py = NaN;
      let drawn = 0;
      for (let i = layer.start[part]; i <= last; i++) {
        const x = layer.x[i] * view.scale + view.dx;
        const y = layer.y[i] * view.scale + view.dy;
        if (drawn === 0) {
          this.ctx.moveTo(x, y);
        } else if (i === last || Math.abs(x - px) + Math.abs(y - py) > 0.8) {
          this.ctx.lineTo(x, y);
        } else {
          continue;
        }
        px = x;
        py = y;
        drawn++;
      }
      return drawn;
    },

    drawLines: function (layer, look, c, view) {
      const ctx = this.ctx;
      const parts = layer.start.length - 1;
      ctx.strokeStyle = look.colour;
      ctx.lineWidth = layer.width * (view.zoom < 9 ? 0.7 : view.zoom < 12 ? 1 : 1.5);
      ctx.setLineDash(look.dash);
      let waiting = 0;
      ctx.beginPath();
      for (let p = 0; p < parts; p++) {
        if (nngis.classOf(layer, nngis.ownerOf(layer, p)) !== c || !this.visible(layer, p, view)) {
          continue;
        }
        waiting += this.trace(layer, p, view);
        if (waiting > CHUNK) {
          ctx.stroke();
          ctx.beginPath();
          waiting = 0;
        }
      }
      ctx.stroke();
      ctx.setLineDash([]);
    },

    drawAreas: function (layer, view) {
      const ctx = this.ctx;
      const looks = layer.classes.map((look) => ({ fill: look.ground || look.colour, hatch: this.symbols.hatch(look, this.ctx) }));
      ctx.lineWidth = layer.width;
      for (let f = 0; f + 1 < layer.first.length; f++) {
        const [from, to] = [layer.first[f], layer.first[f + 1]];
        const c = nngis.classOf(layer, nngis.ownerOf(layer, from));
        if (layer.hidden[c]) {
          continue;
        }
        ctx.beginPath();
        let drawn = 0;
        for (let p = from; p < to; p++) {
          if (this.visible(layer, p, view) && !(layer.crowded && this.tiny(layer, p, view))) {
            drawn += this.trace(layer, p, view);
            ctx.closePath();
          }
        }
        if (drawn) {
          this.paint(layer, layer.classes[c], looks[c]);
        }
      }
      ctx.setLineDash([]);
    },

    paint: function (layer, look, paints) {
      const ctx = this.ctx;
      ctx.globalAlpha = layer.fill;
      ctx.fillStyle = paints.fill;
      ctx.fill("evenodd");
      ctx.globalAlpha = 1;
      if (paints.hatch) {
        ctx.fillStyle = paints.hatch;
        ctx.fill("evenodd");
      }
      ctx.strokeStyle = look.outline;
      ctx.setLineDash(look.dash);
      ctx.stroke();
    },

    // Names of counties and places, the larger first, none over another.
    drawLabels: function (view) {
      const ctx = this.ctx;
      const taken = [];
      const zh = nngis.lang() === "zh";
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      this.scene.labels.forEach((label) => {
        if (view.zoom < label.from || view.zoom > label.to) {
          return;
        }
        const text = zh ? label.zh : label.en;
        const x = label.x * view.scale + view.dx;
        const y = label.y * view.scale + view.dy - label.lift;
        ctx.font = label.font;
        ctx.letterSpacing = zh ? label.spacing : "0px";
        const half = ctx.measureText(text).width / 2 + 3;
        const box = [x - half, y - 9, x + half, y + 9];
        const free = taken.every((t) => box[0] > t[2] || box[2] < t[0] || box[1] > t[3] || box[3] < t[1]);
        if (free) {
          taken.push(box);
          ctx.lineWidth = 3.5;
          ctx.strokeStyle = "rgba(251,250,246,.9)";
          ctx.strokeText(text, x, y);
          ctx.fillStyle = label.colour;
          ctx.fillText(text, x, y);
        }
      });
      ctx.letterSpacing = "0px";
    },

    drawChosen: function (chosen, view) {
      const ctx = this.ctx;
      const { layer, feature } = chosen;
      ctx.beginPath();
      for (let p = 0; p + 1 < layer.start.length; p++) {
        if (nngis.ownerOf(layer, p) !== feature) {
          continue;
        }
        if (layer.shape === "point") {
          const x = layer.x[p] * view.scale + view.dx;
          const y = layer.y[p] * view.scale + view.dy;
          const radius = this.radius(layer) * 1.3 + 5;
          ctx.moveTo(x + radius, y);
          ctx.arc(x, y, radius, 0, 2 * Math.PI);
        } else {
          this.trace(layer, p, view);
          if (layer.shape === "polygon") {
            ctx.closePath();
          }
        }
      }
      ctx.lineWidth = 6;
      ctx.strokeStyle = "rgba(255,255,255,.9)";
      ctx.stroke();
      ctx.lineWidth = 3;
      ctx.strokeStyle = "#0b0b0b";
      ctx.stroke();
    },
  });
})((window.nngis = window.nngis || {}));
