/* Two halves of one map: what lies left of the bar shows the one, what lies right of it the other. */
function nngisSwipe(map, bar) {
  function clip() {
    const size = map.getSize();
    const nw = map.containerPointToLayerPoint([0, 0]);
    const se = map.containerPointToLayerPoint(size);
    const at = nw.x + size.x * Number(bar.value);
    const box = (left, right) => "rect(" + [nw.y, right, se.y, left].map((v) => v + "px").join(",") + ")";
    map.getPane("left").style.clip = box(nw.x, at);
    map.getPane("right").style.clip = box(at, se.x);
  }
  bar.addEventListener("input", clip);
  map.on("move zoomend resize", clip);
  clip();
}
