/* Point symbols and hatches, drawn once and used many times. */
(function (nngis) {
  "use strict";
  const CASING = "#22303a";
  const SMALL = 3; // radius below which a symbol has no white rim
  const HATCHES = {
    right: "M-1 9L9 -1M-5 5L5 -5M3 13L13 3",
    left: "M-1 -1L9 9M-5 3L5 13M3 -5L13 5",
    cross: "M-1 9L9 -1M-5 5L5 -5M3 13L13 3M-1 -1L9 9M-5 3L5 13M3 -5L13 5",
    horizontal: "M0 4H8",
    dots: "M3.5 4h1",
  };

  nngis.Symbols = function (shapes) {
    const sprites = new Map();

    function draw(look, radius, ratio, quiet) {
      const side = Math.ceil(radius * 2.7 + 3);
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = side * ratio;
      const ctx = canvas.getContext("2d");
      ctx.scale(ratio, ratio);
      ctx.translate(side / 2, side / 2);
      const outline = new Path2D();
      outline.addPath(new Path2D(shapes[look.shape]), new DOMMatrix([radius, 0, 0, radius, 0, 0]));
      ctx.lineJoin = "round";
      if (!quiet && radius > SMALL) {
        ctx.lineWidth = 2.6;
        ctx.strokeStyle = "rgba(255,255,255,.85)";
        ctx.stroke(outline);
      }
      ctx.fillStyle = look.colour;
      ctx.fill(outline);
      ctx.lineWidth = radius > SMALL ? 0.9 : 0.4;
      ctx.strokeStyle = quiet ? "#ffffff" : CASING;
      ctx.stroke(outline);
      return { canvas: canvas, side: side, half: side / 2 };
    }

    return {
      sprite: function (look, radius, ratio, quiet) {
        const key = [look.shape, look.colour, radius.toFixed(2), ratio, quiet].join();
        if (!sprites.has(key)) {
          sprites.set(key, draw(look, radius, ratio, quiet));
        }
        return sprites.get(key);
      },

      hatch: function (look, target) {
        if (!HATCHES[look.hatch]) {
          return null;
        }
        const tile = document.createElement("canvas");
        tile.width = tile.height = 8;
        const ctx = tile.getContext("2d");
        ctx.strokeStyle = look.colour;
        ctx.lineWidth = look.hatch === "dots" ? 1.4 : 0.8;
        ctx.stroke(new Path2D(HATCHES[look.hatch]));
        return target.createPattern(tile, "repeat");
      },
    };
  };
})((window.nngis = window.nngis || {}));
