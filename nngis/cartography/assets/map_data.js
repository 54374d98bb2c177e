/* Decodes the layers of the page: coordinates into map units, columns into values. */
(function (nngis) {
  "use strict";
  const HALF = 128; // map units at zoom 0: Leaflet's 256 pixels around the world
  const MAX_LATITUDE = 85.05;

  // Spherical Mercator, as Leaflet's default CRS.
  nngis.project = function (lon, lat) {
    const held = Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, lat));
    const sine = Math.sin((held * Math.PI) / 180);
    return [HALF + (lon / 180) * HALF, HALF - (Math.log((1 + sine) / (1 - sine)) / (2 * Math.PI)) * HALF];
  };

  nngis.latLng = function (x, y) {
    const lat = (Math.atan(Math.sinh(((HALF - y) / HALF) * Math.PI)) * 180) / Math.PI;
    return L.latLng(lat, ((x - HALF) / HALF) * 180);
  };

  // Turns differences into positions x, y and notes each part's first vertex, owner and box.
  nngis.decode = function (layer) {
    const steps = layer.xy;
    const vertices = steps.length / 2;
    const x = new Float64Array(vertices);
    const y = new Float64Array(vertices);
    let lon = 0;
    let lat = 0;
    for (let i = 0; i < vertices; i++) {
      lon += steps[2 * i];
      lat += steps[2 * i + 1];
      [x[i], y[i]] = nngis.project(lon / layer.scale, lat / layer.scale);
    }
    layer.x = x;
    layer.y = y;
    layer.xy = null;
    const parts = layer.len ? layer.len.length : vertices;
    layer.start = new Uint32Array(parts + 1);
    for (let p = 0; p < parts; p++) {
      layer.start[p + 1] = layer.start[p] + (layer.len ? layer.len[p] : 1);
    }
    layer.owner = layer.own ? Uint32Array.from(layer.own) : null;
    layer.code = layer.cls ? Uint8Array.from(layer.cls) : null;
    if (layer.shape !== "point") {
      layer.box = boxes(layer);
    }
    if (layer.shape === "polygon") {
      layer.first = firstParts(layer);
    }
    return layer;
  };

  function boxes(layer) {
    const box = new Float64Array(4 * (layer.start.length - 1));
    for (let p = 0; p + 1 < layer.start.length; p++) {
      let west = Infinity;
      let north = Infinity;
      let east = -Infinity;
      let south = -Infinity;
      for (let i = layer.start[p]; i < layer.start[p + 1]; i++) {
        west = Math.min(west, layer.x[i]);
        east = Math.max(east, layer.x[i]);
        north = Math.min(north, layer.y[i]);
        south = Math.max(south, layer.y[i]);
      }
      box.set([west, north, east, south], 4 * p);
    }
    return box;
  }

  // Rings of one feature stand side by side: the first ring of each feature, and the end.
  function firstParts(layer) {
    const first = [];
    const parts = layer.start.length - 1;
    for (let p = 0; p < parts; p++) {
      if (p === 0 || nngis.ownerOf(layer, p) !== nngis.ownerOf(layer, p - 1)) {
        first.push(p);
      }
    }
    first.push(parts);
    return Uint32Array.from(first);
  }

  nngis.ownerOf = function (layer, part) {
    return layer.owner ? layer.owner[part] : part;
  };

  nngis.classOf = function (layer, feature) {
    return layer.code ? layer.code[feature] : 0;
  };

  // A column is a list of values, or distinct values with a code per row.
  nngis.valueOf = function (column, row) {
    if (Array.isArray(column)) {
      return column[row];
    }
    return column.c[row] < 0 ? null : column.d[column.c[row]];
  };
})((window.nngis = window.nngis || {}));
