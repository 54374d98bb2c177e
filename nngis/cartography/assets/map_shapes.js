/* Maps in notebooks: point symbols in the style's outlines; names and values as text, never markup. */
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

function nngisTell(feature, layer, headings) {
  const own = feature.properties;
  layer.bindTooltip(() => {
    const line = document.createElement("span");
    line.textContent = own.n;
    return line;
  }, { sticky: true });
  layer.bindPopup(() => {
    const table = document.createElement("table");
    headings.forEach((heading, at) => {
      if (own.v[at] === null) return;
      const row = table.insertRow();
      const head = document.createElement("th");
      head.textContent = heading;
      row.appendChild(head);
      row.insertCell().textContent = own.v[at];
    });
    return table;
  }, { maxWidth: 420 });
}
