/* Draws crowds: tens of thousands of dots and strokes written as pixels, not as paths. */
(function (nngis) {
  "use strict";

  // Colours as the pixels of an ImageData hold them on the (little-endian) machines of today.
  function packed(colour) {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  }

  nngis.Raster = function () {
    const canvas = document.createElement("canvas");
    const ctx = canvas.getContext("2d");
    let image = null;
    let pixels = null;
    let width = 0;
    let height = 0;

    function block(x, y, side, colour) {
      const [west, north] = [Math.max(0, x), Math.max(0, y)];
      const [east, south] = [Math.min(width, x + side), Math.min(height, y + side)];
      for (let row = north; row < south; row++) {
        for (let at = row * width + west; at < row * width + east; at++) {
          pixels[at] = colour;
        }
      }
    }

    return {
      packed: packed,

      begin: function (across, down) {
        if (across !== width || down !== height) {
          [canvas.width, canvas.height] = [width, height] = [across, down];
          image = ctx.createImageData(width, height);
          pixels = new Uint32Array(image.data.buffer);
        } else {
          pixels.fill(0);
        }
      },

      dot: function (x, y, side, colour) {
        block(Math.round(x - side / 2), Math.round(y - side / 2), side, colour);
      },

      // From pixel to pixel along the longer axis.
      stroke: function (ax, ay, bx, by, side, colour) {
        const steps = Math.max(1, Math.ceil(Math.max(Math.abs(bx - ax), Math.abs(by - ay))));
        const [dx, dy] = [(bx - ax) / steps, (by - ay) / steps];
        const half = side / 2;
        for (let i = 0; i <= steps; i++) {
          block(Math.round(ax + i * dx - half), Math.round(ay + i * dy - half), side, colour);
        }
      },

      end: function (target) {
        ctx.putImageData(image, 0, 0);
        target.save();
        target.setTransform(1, 0, 0, 1, 0, 0);
        target.drawImage(canvas, 0, 0);
        target.restore();
      },
    };
  };
})((window.nngis = window.nngis || {}));
