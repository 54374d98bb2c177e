/* Point symbols of the style on a Leaflet canvas: a circle marker that draws any outline. */
L.ShapeMarker = L.CircleMarker.extend({
  _updatePath: function () {
    const renderer = this._renderer;
    const outline = nngisShapes[this.options.shape];
    if (!outline || !renderer._ctx || !renderer._drawing || this._empty()) {
      renderer._updateCircle(this);
      return;
    }
    const ctx = renderer._ctx;
    const path = new Path2D();
    const r = this._radius;
    path.addPath(new Path2D(outline), new DOMMatrix([r, 0, 0, r, this._point.x, this._point.y]));
    ctx.globalAlpha = this.options.fillOpacity;
    ctx.fillStyle = this.options.fillColor;
    ctx.fill(path);
    ctx.globalAlpha = this.options.opacity;
    ctx.lineWidth = this.options.weight;
    ctx.strokeStyle = this.options.color;
    ctx.stroke(path);
    ctx.globalAlpha = 1;
  },
});
