/* What each plan lets a person do with a row or an area, beyond what all share. */
(function (nngis) {
  "use strict";
  const desk = nngis.desk;
  const ROLE_OF = { sewer: { projects: "sewer_projects" } };

  // Buttons under "why", by plan and table.
  desk.planActions = function (row, found, edit) {
    const [plan, table, id] = [desk.plan, desk.chosen.table, found.id];
    if (plan === "charging") {
      desk.siteActions(row, found);
    }
    const role = (ROLE_OF[plan] || {})[table];
    if (role) {
      desk.button(row, ["移出计划", "Take out of the programme"], () => edit(role, "off", {}), "act").id = "take-out";
    }
    if (plan === "sewer") {
      desk.sewerActions(row, found);
    }
  };

  // Tools above the levers: add, draw.
  desk.showTools = function () {
    const box = document.getElementById("tools");
    box.replaceChildren();
    if (desk.plan === "heat") {
      desk.button(box, ["＋ 热源", "＋ Source"], desk.addSource).id = "add-source";
    }
    if (desk.plan === "charging") {
      desk.button(box, ["＋ 候选点", "＋ Candidate"], desk.addCandidate).id = "add-candidate";
    }
    desk.button(box, ["圈画范围", "Draw an area"], () => desk.drawArea(askArea, ["在图上逐点圈出范围，双击或回车结束。", "Click around the area; double click or Enter ends."])).id = "draw-area";
  };

  async function askArea(points) {
    const found = await desk.ask("area", { plan: desk.plan, ring: points.map((p) => [desk.round(p.lng), desk.round(p.lat)]) });
    desk.open((body) => {
      const head = nngis.make("h2", "", body);
      nngis.both(["范围内合计", "Totals in the area"], head);
      head.append(` · ${desk.number(found.area_km2)} km²`);
      found.tables.forEach((one) => {
        const table = nngis.make("table", "indicators", body);
        table.dataset.table = one.table;
        const top = nngis.make("tr", "", nngis.make("thead", "", table));
        [one.by, ...one.columns].forEach((name) => {
          const cell = nngis.make("th", "", top);
          nngis.both(name === "count" ? ["数量", "Count"] : one.fields[name].t, cell);
          name !== "count" && desk.unit(one.fields[name].u, cell);
        });
        const rows = nngis.make("tbody", "", table);
        one.rows.forEach(([key, ...values]) => {
          const line = nngis.make("tr", "", rows);
          line.dataset.key = key ?? "all";
          nngis.both(key === null ? ["合计", "All"] : desk.title(one.fields[one.by], key), nngis.make("th", "", line));
          values.forEach((value, at) => {
            const cell = nngis.make("td", "number", line);
            cell.dataset.column = one.columns[at];
            cell.textContent = desk.number(value);
          });
        });
      });
    });
  }
})((window.nngis = window.nngis || {}));
