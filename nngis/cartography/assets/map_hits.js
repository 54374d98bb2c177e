/* Finds what lies under a point of the map. */
(function (nngis) {
  "use strict";

  // Features within reach of a place, the nearest points first, then lines, then areas.
  nngis.hits = function (canvas, latlng, reach) {
    const [x, y] = nngis.project(latlng.lng, latlng.lat);
    const found = [];
    [...canvas.scene.layers].reverse().forEach((layer) => {
      if (layer.shown) {
        const own = layer.shape === "polygon" ? 0 : reach + (layer.shape === "point" ? canvas.radius(layer) : 0);
        nngis.leaves(layer).forEach((leaf) => near(leaf, x, y, own / canvas.view.scale, found));
      }
    });
    const order = { point: 0, line: 1, polygon: 2 };
    const upper = (a, b) => (a.layer === b.layer ? b.feature - a.feature : 0);
    return found.sort((a, b) => order[a.layer.shape] - order[b.layer.shape] || a.away - b.away || upper(a, b));
  };

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
