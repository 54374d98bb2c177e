/* Layers of very many features: pieces that are opened when they come into view, squares from afar. */
(function (nngis) {
  "use strict";
  const MOST = 80000; // features of the pieces in view that are drawn one by one
  const KEPT = 60; // pieces that stay open
  const SIDES = [0.4, 0.6, 0.8, 1]; // of a square, by the number of its features

  async function inflate(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  }

  // A layer as the other scripts know it, which holds no feature itself.
  nngis.openCrowd = function (layer) {
    [layer.x, layer.y] = [new Float64Array(0), new Float64Array(0)];
    layer.start = layer.first = new Uint32Array(1);
    layer.box = new Float64Array(0);
    layer.open = [];
    layer.kept = [];
    layer.squares = null;
    layer.pieces = layer.pieces.map(([west, south, east, north, n, text]) => {
      const [x0, y0] = nngis.project(west, north);
      const [x1, y1] = nngis.project(east, south);
      return { box: [x0, y0, x1, y1], n: n, text: text, layer: null, coming: false };
    });
    return layer;
  };

  // What the features of a layer stand in: the layer, or its pieces on the map.
  nngis.leaves = function (layer) {
    return layer.pieces ? layer.open : [layer];
  };

  nngis.drawPieces = function (canvas, layer, view) {
    const seen = layer.pieces.filter(({ box }) => box[0] <= view.east && box[2] >= view.west && box[1] <= view.south && box[3] >= view.north);
    const count = seen.reduce((sum, piece) => sum + piece.n, 0);
    const near = count <= MOST;
    const lacking = near ? seen.filter((piece) => !piece.layer) : [];
    layer.open = near ? seen.filter((piece) => piece.layer).map((piece) => piece.layer) : [];
    if (!near || lacking.length) {
      squares(canvas, layer, view);
    }
    lacking.filter((piece) => !piece.coming).forEach((piece) => open(canvas, layer, piece));
    if (near && !lacking.length) {
      layer.open.forEach((one) => canvas.weigh(one, view));
      const crowded = nngis.isCrowd(layer.shape, layer.open.reduce((sum, one) => sum + one.seen, 0));
      layer.open.forEach((one) => (one.crowded = crowded));
      if (crowded) {
        canvas.drawCrowd(layer.open, view);
      } else {
        layer.open.forEach((one) => canvas.drawPlain(one, view));
      }
    }
  };

  // Several pieces come at once: the map is drawn again when the last one is there.
  function open(canvas, layer, piece) {
    piece.coming = true;
    inflate(piece.text).then((data) => {
      unfold(layer, piece, data);
      piece.coming = false;
      if (!layer.pieces.some((other) => other.coming)) {
        canvas.redraw();
      }
    });
  }

  function unfold(layer, piece, data) {
    if (piece.layer) {
      return;
    }
    piece.layer = nngis.decode(Object.assign(Object.create(layer, { pieces: { value: null } }), data));
    layer.kept.push(piece);
    while (layer.kept.length > KEPT && !layer.open.includes(layer.kept[0].layer)) {
      layer.kept.shift().layer = null;
    }
  }

  // Looks through every piece, also those that are not open, while somebody still wants it.
  nngis.seek = async function (layer, wanted, most, wants) {
    const found = [];
    for (const piece of layer.pieces) {
      const data = piece.layer || (await inflate(piece.text));
      if (!wants() || found.length >= most) {
        break;
      }
      for (let f = 0; f < piece.n; f++) {
        const [id, names] = nngis.called(data, f);
        if ([id, ...names].join("\n").toLowerCase().includes(wanted)) {
          unfold(layer, piece, data);
          found.push({ layer: piece.layer, feature: f, id: id, names: names });
        }
      }
    }
    return found;
  };

  function squares(canvas, layer, view) {
    if (!layer.squares) {
      if (layer.afar) {
        inflate(layer.afar).then((data) => {
          layer.squares = data;
          canvas.redraw();
        });
        layer.afar = null;
      }
      return;
    }
    const { level, x, y, c, s } = layer.squares;
    const [raster, ratio] = [canvas.raster, canvas.ratio];
    const unit = 256 / Math.pow(2, level); // side of a square in map units
    const colours = layer.classes.map((look) => raster.packed(look.colour));
    raster.begin(canvas._container.width, canvas._container.height);
    for (let i = 0; i < x.length; i++) {
      const [px, py] = [(x[i] + 0.5) * unit, (y[i] + 0.5) * unit];
      if (layer.hidden[c[i]] || px < view.west || px > view.east || py < view.north || py > view.south) {
        continue;
      }
      const side = Math.max(1, Math.round(SIDES[s[i]] * unit * view.scale * ratio));
      raster.dot((px * view.scale + view.dx) * ratio, (py * view.scale + view.dy) * ratio, side, colours[c[i]]);
    }
    raster.end(canvas.ctx);
  }
})((window.nngis = window.nngis || {}));
