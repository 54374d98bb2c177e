/* Sewers: what is in the programme, ticked; and the long section through a pipe. */
(function (nngis) {
  "use strict";
  const desk = nngis.desk;
  const MOST = 200; // rows that are shown of a list
  const TITLES = { packages: ["建设包（勾选即列入计划）", "Packages (ticked: in the programme)"], sewer_projects: ["台账项目（勾选即计入）", "Projects of the ledger (ticked: they count)"] };
  const open = new Set(["packages", "sewer_projects"]);

  desk.showTicks = function (ticks) {
    const box = document.getElementById("ticks");
    const held = document.activeElement && document.activeElement.dataset.tick;
    const scrolled = new Map([...box.querySelectorAll("[data-kind]")].map((one) => [one.dataset.kind, one.querySelector(".scroll").scrollTop]));
    box.replaceChildren();
    (ticks || []).forEach((one) => {
      const frame = nngis.make("details", "brief", box);
      frame.dataset.kind = one.kind;
      frame.open = open.has(one.kind);
      frame.addEventListener("toggle", () => open[frame.open ? "add" : "delete"](one.kind));
      const head = nngis.make("summary", "", frame);
      nngis.both(TITLES[one.kind], head);
      head.append(` · ${one.rows.filter((row) => row[1]).length} / ${one.count}`);
      const rows = nngis.make("div", "scroll", frame);
      one.rows.slice(0, MOST).forEach((row) => tick(rows, one, row));
      rows.scrollTop = scrolled.get(one.kind) || 0;
    });
    const again = held && box.querySelector(`[data-tick="${CSS.escape(held)}"]`);
    again && again.focus();
  };

  function tick(box, one, [id, on, ...values]) {
    const label = nngis.make("label", "tick", box);
    const mark = nngis.make("input", "", label);
    Object.assign(mark, { type: "checkbox", checked: on });
    mark.dataset.tick = id;
    mark.addEventListener("change", () => desk.tick(one.kind, id, mark.checked));
    const text = nngis.make("span", "", label);
    nngis.isolated(nngis.make("b", "", text), id);
    one.columns.forEach((name, at) => {
      if (values[at] === null) {
        return;
      }
      const words = one.fields[name];
      const part = nngis.make("span", "part", text);
      part.dataset.column = name;
      nngis.label(part, words.t);
      if (typeof values[at] === "number") {
        part.textContent = (words.y === "year" || /year$/.test(name) ? String(values[at]) : desk.number(values[at])) ;
        desk.unit(words.u, part);
      } else {
        nngis.both(desk.title(words, values[at]), part);
      }
    });
  }

  // In or out of the programme: a package by a parameter, a project by an edit of its row.
  desk.tick = function (kind, id, on) {
    if (kind === "packages") {
      const out = desk.state.levers.sewer.find((one) => one.name === "left_out_packages").value;
      const values = { left_out_packages: on ? out.filter((one) => one !== id) : [...out, id] };
      return desk.act({ do: "set", plan: "sewer", values: values });
    }
    return desk.act(on ? { do: "unedit", role: kind, id: id } : { do: "edit", edit: { role: kind, id: id, action: "off" } });
  };

  // Buttons under "why".
  desk.sewerActions = function (row, found) {
    if (desk.chosen.table === "pipes") {
      desk.button(row, ["纵断面", "Long section"], () => desk.showSection(found.id), "act").id = "section";
    }
    if (found.package) {
      const text = found.package_in ? ["移出建设包 " + found.package, "Leave out package " + found.package] : ["列入建设包 " + found.package, "Take in package " + found.package];
      desk.button(row, text, () => desk.tick("packages", found.package, !found.package_in), "act").id = "package";
    }
  };

  desk.showSection = async function (id) {
    const lang = nngis.lang();
    desk.toast([["正在绘制纵断面…", "Drawing the long section…"]], true);
    const found = await desk.ask("section", { id: id, lang: lang });
    document.getElementById("toast").hidden = true;
    desk.open((body) => {
      const head = nngis.make("h2", "", body);
      nngis.both(["纵断面", "Long section"], head);
      head.append(` ${found.route} · `);
      nngis.isolated(head, found.id);
      head.append(` · ${found.chainage_m[0]}–${found.chainage_m[1]} m`);
      head.id = "section-head";
      const picture = nngis.make("img", "section", body);
      picture.id = "section-picture";
      picture.alt = head.textContent;
      picture.src = "data:image/svg+xml;base64," + found.svg;
      const link = nngis.make("a", "", nngis.make("p", "", body));
      nngis.both(["下载 SVG", "Download SVG"], link);
      Object.assign(link, { href: picture.src, download: `section_${found.route}.svg` });
      nngis.both(["逐条规范", "Clause by clause"], nngis.make("h2", "", body));
      const table = nngis.make("table", "indicators", body);
      table.id = "section-checks";
      const top = nngis.make("tr", "", nngis.make("thead", "", table));
      found.columns.forEach((name) => nngis.both(found.fields[name].t, nngis.make("th", "", top)));
      const rows = nngis.make("tbody", "", table);
      found.checks.forEach((values) => {
        const line = nngis.make("tr", "", rows);
        values.forEach((value, at) => {
          const words = found.fields[found.columns[at]];
          const cell = nngis.make("td", typeof value === "number" ? "number" : "", line);
          typeof value === "number" ? (cell.textContent = desk.number(value)) : nngis.both(value === null ? ["—", "—"] : desk.title(words, value), cell);
        });
      });
    });
  };
})((window.nngis = window.nngis || {}));
