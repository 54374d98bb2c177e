/* Draws every layer on one canvas, and finds what lies under a point of it. */
(function (nngis) {
  "use strict";
  const CASING = "#22303a";
  const CHUNK = 4000; // vertices per stroke: one huge path is slower than many
  const CROWD = 4000; // points beyond which symbols shrink while the map is zoomed out

  nngis.Canvas = L.Renderer.extend({
    options: { padding: 0.2 },

    initialize: function (scene, options) {
      L.Renderer.prototype.initialize.call(this, options);
      this.scene = scene;
      this.sprites = new Map();
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
      this.scene.backdrop.forEach((layer) => this.drawLayer(layer, view));
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
      if (layer.shape === "point") {
        this.drawPoints(layer, view);
      } else if (layer.shape === "line") {
        layer.classes.forEach((look, c) => layer.hidden[c] || this.drawLines(layer, look, c, view));
      } else {
        this.drawAreas(layer, view);
      }
    },

    radius: function (layer, view) {
      const crowded = layer.x.length > CROWD ? 0.35 : 0.8;
      const share = Math.min(1, Math.max(crowded, crowded + (view.zoom - 9) * 0.1));
      return layer.size * share;
    },

    drawPoints: function (layer, view) {
      const radius = this.radius(layer, view);
      const sprites = layer.classes.map((look) => this.sprite(look, radius, layer.backdrop));
      const margin = (radius * 1.4 + 2) / view.scale;
      const { x, y } = layer;
      const [west, east] = [view.west - margin, view.east + margin];
      const [north, south] = [view.north - margin, view.south + margin];
      for (let i = 0; i < x.length; i++) {
        if (x[i] < west || x[i] > east || y[i] < north || y[i] > south) {
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

    // A symbol drawn once and stamped many times.
    sprite: function (look, radius, quiet) {
      const key = [look.shape, look.colour, radius.toFixed(2), this.ratio, quiet].join();
      if (!this.sprites.has(key)) {
        const side = Math.ceil(radius * 2.7 + 3);
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = side * this.ratio;
        const ctx = canvas.getContext("2d");
        ctx.scale(this.ratio, this.ratio);
        ctx.translate(side / 2, side / 2);
        const outline = new Path2D();
        outline.addPath(new Path2D(this.scene.shapes[look.shape]), new DOMMatrix([radius, 0, 0, radius, 0, 0]));
        ctx.lineJoin = "round";
        if (!quiet && radius > 3) {
          ctx.lineWidth = 2.6;
          ctx.strokeStyle = "rgba(255,255,255,.85)";
          ctx.stroke(outline);
        }
        ctx.fillStyle = look.colour;
        ctx.fill(outline);
        ctx.lineWidth = radius > 3 ? 0.9 : 0.4;
        ctx.strokeStyle = quiet ? "#ffffff" : CASING;
        ctx.stroke(outline);
        this.sprites.set(key, { canvas: canvas, side: side, half: side / 2 });
      }
      return this.sprites.get(key);
    },

    visible: function (layer, part, view) {
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
      const looks = layer.classes.map((look) => ({ fill: look.ground || look.colour, hatch: this.hatch(look) }));
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
          if (this.visible(layer, p, view)) {
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
      ctx.strokeStyle = look.colour;
      ctx.setLineDash(look.dash);
      ctx.stroke();
    },

    hatch: function (look) {
      const tile = document.createElement("canvas");
      tile.width = tile.height = 8;
      const lines = {
        right: "M-1 9L9 -1M-5 5L5 -5M3 13L13 3",
        left: "M-1 -1L9 9M-5 3L5 13M3 -5L13 5",
        cross: "M-1 9L9 -1M-5 5L5 -5M3 13L13 3M-1 -1L9 9M-5 3L5 13M3 -5L13 5",
        horizontal: "M0 4H8",
        dots: "M3.5 4h1",
      }[look.hatch];
      if (!lines) {
        return null;
      }
      const ctx = tile.getContext("2d");
      ctx.strokeStyle = look.colour;
      ctx.lineWidth = look.hatch === "dots" ? 1.4 : 0.8;
      ctx.stroke(new Path2D(lines));
      return this.ctx.createPattern(tile, "repeat");
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
          const radius = this.radius(layer, view) * 1.3 + 5;
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

    // Features within reach of a place, the nearest points first, then lines, then areas.
    hits: function (latlng, reach) {
      const [x, y] = nngis.project(latlng.lng, latlng.lat);
      const found = [];
      [...this.scene.layers].reverse().forEach((layer) => {
        if (layer.shown) {
          const own = layer.shape === "polygon" ? 0 : reach + (layer.shape === "point" ? this.radius(layer, this.view) : 0);
          near(layer, x, y, own / this.view.scale, found);
        }
      });
      const order = { point: 0, line: 1, polygon: 2 };
      return found.sort((a, b) => order[a.layer.shape] - order[b.layer.shape] || a.away - b.away);
    },
  });

  function near(layer, x, y, reach, found) {
    const parts = layer.start.length - 1;
    const areas = new Map();
    for (let p = 0; p < parts; p++) {
      let away = Infinity;
      if (layer.shape === "point") {
        if (Math.abs(layer.x[p] - x) <= reach && Math.abs(layer.y[p] - y) <= reach) {
          away = Math.hypot(layer.x[p] - x, layer.y[p] - y);
        }
      } else if (inBox(layer.box, p, x, y, reach)) {
        if (layer.shape === "line") {
          away = toLine(layer, p, x, y);
        } else if (inRing(layer, p, x, y)) {
          const feature = nngis.ownerOf(layer, p);
          areas.set(feature, !areas.get(feature)); // even and odd: a hole takes away
        }
      }
      if (away <= reach) {
        add(layer, nngis.ownerOf(layer, p), away, found);
      }
    }
    areas.forEach((inside, feature) => inside && add(layer, feature, 0, found));
  }

  function add(layer, feature, away, found) {
    const last = found[found.length - 1];
    if (last && last.layer === layer && last.feature === feature) {
      last.away = Math.min(last.away, away); // another part of the same feature
    } else if (!layer.hidden[nngis.classOf(layer, feature)]) {
      found.push({ layer: layer, feature: feature, away: away });
    }
  }

  function inBox(box, part, x, y, reach) {
    const at = 4 * part;
    return x >= box[at] - reach && x <= box[at + 2] + reach && y >= box[at + 1] - reach && y <= box[at + 3] + reach;
  }

  function toLine(layer, part, x, y) {
    let best = Infinity;
    for (let i = layer.start[part] + 1; i < layer.start[part + 1]; i++) {
      const [ax, ay] = [layer.x[i - 1], layer.y[i - 1]];
      const [ux, uy] = [layer.x[i] - ax, layer.y[i] - ay];
      const length = ux * ux + uy * uy;
      const t = length ? Math.max(0, Math.min(1, ((x - ax) * ux + (y - ay) * uy) / length)) : 0;
      best = Math.min(best, Math.hypot(ax + t * ux - x, ay + t * uy - y));
    }
    return best;
  }

  function inRing(layer, part, x, y) {
    const [from, to] = [layer.start[part], layer.start[part + 1]];
    let inside = false;
    for (let i = from, j = to - 1; i < to; j = i++) {
      if (layer.y[i] > y !== layer.y[j] > y) {
        const cross = ((layer.x[j] - layer.x[i]) * (y - layer.y[i])) / (layer.y[j] - layer.y[i]) + layer.x[i];
        inside = x < cross ? !inside : inside;
      }
    }
    return inside;
  }
})((window.nngis = window.nngis || {}));
