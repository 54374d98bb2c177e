/* Map tiles from a server, only where somebody asked for them; GCJ-02 tiles are moved into place. */
(function (nngis) {
  "use strict";
  const AXIS = 6378245.0; // as published; the same as in nngis.crs.datum
  const ECCENTRICITY = 0.00669342162296594323;

  function wave(a, b, c) {
    return ((20 * Math.sin(6 * a * Math.PI) + 20 * Math.sin(2 * a * Math.PI)) * 2) / 3 + b + c;
  }

  // Longitude and latitude in GCJ-02 of a place in WGS84.
  nngis.gcj02 = function (lon, lat) {
    const [x, y] = [lon - 105, lat - 35];
    const root = Math.sqrt(Math.abs(x));
    const bend = ((20 * Math.sin(y * Math.PI) + 40 * Math.sin((y / 3) * Math.PI)) * 2) / 3;
    const long = ((160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30)) * 2) / 3;
    const north = wave(x, bend, long) - 100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root;
    const turn = ((20 * Math.sin(x * Math.PI) + 40 * Math.sin((x / 3) * Math.PI)) * 2) / 3;
    const far = ((150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * 2) / 3;
    const east = wave(x, turn, far) + 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root;
    const phi = (lat * Math.PI) / 180;
    const part = 1 - ECCENTRICITY * Math.sin(phi) * Math.sin(phi);
    const meridian = ((AXIS * (1 - ECCENTRICITY)) / (part * Math.sqrt(part))) * Math.PI;
    const parallel = (AXIS / Math.sqrt(part)) * Math.cos(phi) * Math.PI;
    return [lon + (east * 180) / parallel, lat + (north * 180) / meridian];
  };

  // The tiles of a view are fetched for its centre in GCJ-02, and the pane that holds them is
  // moved back by the difference there; over one view the difference changes by less than a pixel.
  const Shifted = L.TileLayer.extend({
    onAdd: function (map) {
      L.TileLayer.prototype.onAdd.call(this, map);
      map.on("moveend zoomend viewreset", this.move, this);
      this.move();
    },
    onRemove: function (map) {
      map.off("moveend zoomend viewreset", this.move, this);
      L.TileLayer.prototype.onRemove.call(this, map);
    },
    _getTiledPixelBounds: function (center) {
      const [lon, lat] = nngis.gcj02(center.lng, center.lat);
      return L.TileLayer.prototype._getTiledPixelBounds.call(this, L.latLng(lat, lon));
    },
    move: function () {
      const center = this._map.getCenter();
      const [lon, lat] = nngis.gcj02(center.lng, center.lat);
      const offset = this._map.project(center).subtract(this._map.project([lat, lon])).round();
      L.DomUtil.setPosition(this.getPane(), offset);
      this.offset = offset;
    },
  });

  nngis.addTiles = function (map, tiles) {
    nngis.tiles = tiles.map((one, at) => {
      const pane = map.createPane("tiles-" + at);
      pane.style.zIndex = 150 + at;
      const Kind = one.gcj02 ? Shifted : L.TileLayer;
      const options = { pane: "tiles-" + at, maxNativeZoom: one.zoom, maxZoom: 19 };
      if (one.hosts.length) {
        options.subdomains = one.hosts;
      }
      return new Kind(one.url, options).addTo(map);
    });
  };
})((window.nngis = window.nngis || {}));
