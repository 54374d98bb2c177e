/* What each plan lets a person do with a row or an area, beyond what all share. */
(function (nngis) {
  "use strict";
  const desk = nngis.desk;
  const ROLE_OF = { sewer: { projects: "sewer_projects" } };

  const held = (name) => {
    const lever = desk.state.levers[desk.plan].find((one) => one.name === name);
    return lever && Array.isArray(lever.value) ? lever.value : [];
  };

  // Buttons under "why", by plan and table.
  desk.planActions = function (row, found, edit) {
    const [plan, table, id] = [desk.plan, desk.chosen.table, found.id];
    if (plan === "charging" && table === "candidates") {
      const set = (name, on) => {
        const other = name === "refused_sites" ? "required_sites" : "refused_sites";
        const values = { [name]: on ? [...held(name), id] : held(name).filter((one) => one !== id) };
        values[other] = held(other).filter((one) => one !== id);
        desk.act({ do: "set", plan: plan, values: values });
      };
      const refused = held("refused_sites").includes(id);
      const required = held("required_sites").includes(id);
      desk.button(row, refused ? ["允许建设", "Allow it again"] : ["不许建设", "Refuse this site"], () => set("refused_sites", !refused), "act").id = "refuse";
      desk.button(row, required ? ["不再必建", "No longer required"] : ["必须建设", "Require this site"], () => set("required_sites", !required), "act").id = "require";
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
      desk.button(box, ["＋ 候选点", "＋ Candidate"], addCandidate).id = "add-candidate";
    }
    desk.button(box, ["圈画范围", "Draw an area"], () => desk.drawArea(askArea, ["在图上逐点圈出范围，双击或回车结束。", "Click around the area; double click or Enter ends."])).id = "draw-area";
    nngis.speak(nngis.lang());
  };

  function addCandidate() {
    desk.place(
      (at) => {
        const number = desk.state.edits.filter((one) => one.role === "charging_candidates").length + 1;
        desk.act({ do: "edit", edit: { role: "charging_candidates", id: "N" + number + "-" + Date.now().toString(36), action: "add", lon: desk.round(at.lng), lat: desk.round(at.lat), values: { name_zh: "新增候选点" + number } } });
      },
      ["点击地图上的位置。", "Click where it is to stand."],
    );
  }

  // A candidate that is dragged: one of ours moves, another is refused and stands elsewhere anew.
  const move = desk.moveRow;
  desk.moveRow = function (layer, role, id, to) {
    if (role !== "charging_candidates") {
      return move(layer, role, id, to);
    }
    const own = desk.state.edits.find((one) => one.role === role && "C-" + one.id === id);
    if (own) {
      return move(layer, role, own.id, to);
    }
    const add = { role: role, id: "M" + Date.now().toString(36), action: "add", lon: desk.round(to.lng), lat: desk.round(to.lat), values: { name_zh: id + "（移位）" } };
    return desk.act({ do: "set", plan: desk.plan, values: { refused_sites: [...held("refused_sites"), id] } }).then(() => desk.act({ do: "edit", edit: add }));
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
