/* Compare: two scenarios on linked maps or under a swipe, what changed, and all by indicator. */
(function (nngis) {
  "use strict";
  const desk = nngis.desk;
  const sides = { left: null, right: null };
  let showing = null;

  desk.compareWith = function (left, right) {
    showing = { plan: desk.plan, left: left, right: right };
    const dialog = desk.open((body) => {
      dialog_ = body;
      nngis.both(["情景对比", "Compare scenarios"], nngis.make("h2", "", body));
      const row = nngis.make("p", "pickers", body);
      ["left", "right"].forEach((side) => {
        const pick = nngis.make("select", "", row);
        pick.id = "compare-" + side;
        nngis.label(pick, side === "left" ? ["左边的情景", "Scenario on the left"] : ["右边的情景", "Scenario on the right"]);
        desk.state.scenarios.forEach((one) => {
          const option = nngis.make("option", "", pick);
          option.value = one.id;
          option.textContent = one.t[desk.at()];
        });
        pick.value = showing[side];
        pick.addEventListener("change", () => {
          showing[side] = pick.value;
          refresh();
        });
      });
      const way = desk.button(row, ["卷帘", "Swipe"], () => {
        maps.classList.toggle("swiped");
        way.classList.toggle("on");
        swipe(0.5);
      });
      way.id = "swipe";
      const maps = nngis.make("div", "two-maps", body);
      ["left", "right"].forEach((side) => (nngis.make("div", "half " + side, maps).id = "map-" + side));
      const bar = nngis.make("input", "swipe-bar", body);
      Object.assign(bar, { type: "range", min: 0, max: 1, step: "any", value: 0.5, id: "swipe-bar" });
      nngis.label(bar, ["左右拖动比较", "Drag to compare"]);
      bar.addEventListener("input", () => swipe(Number(bar.value)));
      nngis.make("div", "", body).id = "compare-found";
      nngis.make("div", "", body).id = "compare-table";
    });
    dialog.addEventListener("close", () => ((showing = null), shut()), { once: true });
    openHalves();
    refresh();
  };
  let dialog_ = null;

  function swipe(share) {
    const half = document.getElementById("map-right");
    const on = document.querySelector(".two-maps").classList.contains("swiped");
    half.style.clipPath = on ? `inset(0 0 0 ${share * 100}%)` : "";
    Object.values(sides).forEach((one) => one && one.map.invalidateSize({ animate: false }));
  }

  function openHalves() {
    shut();
    const ground = desk.ground;
    ["left", "right"].forEach((side) => {
      const map = L.map("map-" + side, { zoomControl: false, attributionControl: false, zoomSnap: 0.25, boxZoom: false });
      map.setView(nngis.map.getCenter(), nngis.map.getZoom() - 0.5, { animate: false });
      const backdrop = nngis.scene.backdrop; // decoded once, drawn thrice
      const canvas = new nngis.Canvas({ layers: [], backdrop: backdrop, labels: nngis.scene.labels, shapes: ground.shapes, chosen: null, tiled: false });
      canvas.addTo(map);
      sides[side] = { map: map, canvas: canvas };
    });
    let following = false;
    const follow = (from, to) => from.map.on("move", () => {
      if (!following && from.map && to.map) {
        following = true;
        to.map.setView(from.map.getCenter(), from.map.getZoom(), { animate: false });
        following = false;
      }
    });
    follow(sides.left, sides.right);
    follow(sides.right, sides.left);
  }

  function shut() {
    ["left", "right"].forEach((side) => {
      sides[side] && sides[side].map.remove();
      sides[side] = null;
    });
  }

  async function refresh() {
    const asked = Object.assign({}, showing);
    const found = await desk.ask("compare", asked);
    const table = await desk.ask("indicators", { plan: asked.plan });
    if (!showing || showing.left !== asked.left || showing.right !== asked.right) {
      return;
    }
    await Promise.all(["left", "right"].map((side) => drawHalf(side, asked)));
    say(found, asked);
    tabulate(table, asked);
  }
  desk.refreshCompare = () => showing && refresh();

  async function drawHalf(side, asked) {
    const picture = await desk.ask("picture", { plan: asked.plan, known: {}, scenario: asked[side] });
    if (!sides[side] || !picture.layers) {
      return;
    }
    sides[side].canvas.scene.layers = picture.layers.filter((one) => one.data).map((one) => {
      const layer = Object.assign(one.data, { hidden: one.data.classes.map(() => false) });
      return layer.pieces ? nngis.openCrowd(layer) : nngis.decode(layer);
    });
    sides[side].canvas.redraw();
  }

  function say(found, asked) {
    const box = document.getElementById("compare-found");
    box.replaceChildren();
    if (found.stage === "waiting") {
      nngis.both(["正在计算两个情景…", "Computing both scenarios…"], nngis.make("p", "soft", box));
      return;
    }
    if (found.parameters.length) {
      nngis.both(["参数不同", "Parameters that differ"], nngis.make("h2", "", box));
      const list = nngis.make("ul", "said", box);
      list.id = "compare-parameters";
      found.parameters.forEach((one) => {
        const item = nngis.make("li", "", list);
        nngis.both(one.t, item);
        item.append(`: ${one.before ?? "—"} → ${one.after ?? "—"}`);
      });
    }
    const head = nngis.make("h2", "", box);
    nngis.both([`变化清单：${found.count} 件`, `What changed: ${found.count}`], head);
    head.id = "compare-count";
    head.dataset.count = found.count;
    desk.button(head, ["下载", "Download"], () => download(found, asked), "icon").id = "compare-download";
    const words = found.fields.decision;
    const columns = [["id", ["编号", "Id"]], ["name", ["名称", "Name"]], ["before", ["左", "Left"]], ["after", ["右", "Right"]], ["reason", ["理由（右）", "Why (right)"]]];
    const table = nngis.make("table", "changes", box);
    const top = nngis.make("tr", "", nngis.make("thead", "", table));
    const rows = nngis.make("tbody", "", table);
    const text = (one, key) => (key === "before" || key === "after" ? desk.title(words, one[key])[desk.at()] : key === "reason" ? one.reason[desk.at()] : one[key] || "");
    const fill = (list) => {
      rows.replaceChildren();
      list.slice(0, 500).forEach((one) => {
        const row = nngis.make("tr", "", rows);
        columns.forEach(([key]) => nngis.isolated(nngis.make("td", "", row), text(one, key)));
        row.addEventListener("click", () => one.lonlat && sides.left.map.setView([one.lonlat[1], one.lonlat[0]], 12, { animate: false }));
      });
    };
    let down = false;
    columns.forEach(([key, pair]) => desk.button(nngis.make("th", "", top), pair, () => {
      down = !down;
      fill([...found.changes].sort((a, b) => (down ? 1 : -1) * text(a, key).localeCompare(text(b, key), "zh")));
    }));
    fill(found.changes);
  }

  function download(found, asked) {
    const quote = (value) => {
      const one = String(value ?? "");
      return '"' + (/^[=+@\t\r-]/.test(one) ? "'" + one : one).replace(/"/g, '""') + '"';
    };
    const lines = [["id", "name", "before", "after", "reason"], ...found.changes.map((one) => [one.id, one.name, one.before, one.after, one.reason[desk.at()]])];
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff" + lines.map((row) => row.map(quote).join(",")).join("\r\n")], { type: "text/csv" }));
    link.download = `changes_${asked.left}_${asked.right}.csv`;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  function tabulate(found, asked) {
    const box = document.getElementById("compare-table");
    box.replaceChildren();
    nngis.both(["全部情景的指标", "All scenarios by indicator"], nngis.make("h2", "", box));
    const table = nngis.make("table", "indicators", box);
    table.id = "indicator-table";
    nngis.both(["Δ 为与左边情景之差。", "Δ is the difference to the scenario on the left."], nngis.make("p", "soft", box));
    const top = nngis.make("tr", "", nngis.make("thead", "", table));
    nngis.both(["指标", "Indicator"], nngis.make("th", "", top));
    found.scenarios.forEach((one) => nngis.both(one.t, nngis.make("th", "", top)));
    nngis.both(["右 − 左", "Right − left"], nngis.make("th", "", top));
    const rows = nngis.make("tbody", "", table);
    found.rows.forEach((row) => {
      const line = nngis.make("tr", "", rows);
      line.dataset.indicator = row.name;
      const head = nngis.make("th", "", line);
      nngis.both(row.t, head);
      desk.unit(row.unit, head);
      head.append((row.target === null ? "" : (row.sense === "at_most" ? " ≤ " : " ≥ ") + desk.number(row.target)));
      found.scenarios.forEach((one) => {
        const held = row.values[one.id];
        const cell = nngis.make("td", "number " + (held ? held.status : ""), line);
        cell.dataset.scenario = one.id;
        cell.textContent = held ? desk.number(held.value) : one.known ? "—" : "…";
        const base = row.values[asked.left];
        if (held && base && one.id !== asked.left) {
          nngis.make("small", "delta", cell).textContent = " Δ " + desk.difference(held.value, base.value);
        }
      });
      const [a, b] = [row.values[asked.left], row.values[asked.right]];
      nngis.make("td", "number delta", line).textContent = a && b ? desk.difference(b.value, a.value) : "—";
    });
  }

  desk.joinCompare = function () {
    document.getElementById("compare").addEventListener("click", () => {
      const ids = desk.state.scenarios.map((one) => one.id);
      const other = ids.filter((id) => id !== desk.state.scenario)[0] || desk.state.scenario;
      desk.compareWith(other, desk.state.scenario);
    });
  };
})((window.nngis = window.nngis || {}));
