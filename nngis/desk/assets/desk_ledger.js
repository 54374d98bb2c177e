/* A ledger dropped on the page: its columns, where it lies, its rows; and its use. */
(function (nngis) {
  "use strict";
  const desk = nngis.desk;
  const DATUMS = { wgs84: ["WGS84 / CGCS2000", "WGS84 / CGCS2000"], gcj02: ["GCJ-02（高德、腾讯）", "GCJ-02 (Amap, Tencent)"], bd09: ["BD-09（百度）", "BD-09 (Baidu)"] };
  const COLOURS = { wgs84: "#0072b2", gcj02: "#d55e00", bd09: "#7a3e9d" };

  async function send(file, beside) {
    const headers = { "x-name": encodeURIComponent(file.name), "x-beside": encodeURIComponent(beside || "") };
    return (await fetch("drop", { method: "POST", headers: headers, body: file })).json();
  }

  // One file, or a shapefile with those that belong to it.
  desk.dropFiles = function (files) {
    const all = [...files];
    const first = all.find((one) => /\.shp$/i.test(one.name)) || all[0];
    const stem = (one) => one.name.replace(/\.[^.]*$/, "");
    const shapefile = /\.shp$/i.test(first.name);
    return dropFile(first, all.filter((one) => shapefile && one !== first && stem(one) === stem(first) && /\.(dbf|shx|prj|cpg)$/i.test(one.name)));
  };

  async function dropFile(file, besides) {
    const most = desk.ground.most_file;
    if (file.size > most) {
      const mb = Math.round(most / 1e6);
      desk.toast([[file.name + "：超过 " + mb + " MB；请拆成较小的文件。", file.name + ": it is larger than " + mb + " MB; part it into smaller files."]]);
      return;
    }
    let found;
    desk.toast([["正在读取 " + file.name + " …", "Reading " + file.name + " …"]], true);
    try {
      found = await send(file);
      if (found.problems) {
        desk.toast(desk.saidOf(found.problems));
        return;
      }
      for (const one of besides) {
        await send(one, found.file);
      }
    } catch (error) {
      desk.lost(true);
      return;
    }
    if (found.scenario) {
      desk.toast([["已作为新情景打开：" + file.name, "Opened as a new scenario: " + file.name]]);
      return; // the page is told of the change
    }
    await sheet({ file: found.file, name: file.name, role: "", roles: desk.ground.roles[desk.plan].map(([name]) => name), datum: null, names: null, corrections: [] });
    document.getElementById("toast").hidden = true;
  }

  // While the ledger is read again, its sheet takes nothing: it would say what was asked before.
  async function sheet(asked) {
    const dialog = document.getElementById("dialog");
    const old = dialog.open && document.getElementById("ledger-use") && document.getElementById("dialog-body");
    let look;
    try {
      old && (old.inert = true);
      look = await desk.ask("look", asked);
    } finally {
      old && (old.inert = false);
    }
    if (old && !dialog.open) {
      return; // it was closed meanwhile
    }
    asked.names = look.names;
    asked.role = look.role;
    desk.open((body, close) => {
      const head = nngis.make("h2", "", body);
      nngis.both(["台账", "Ledger"], head);
      head.append(" ");
      nngis.isolated(head, asked.name);
      const role = nngis.make("label", "named", body);
      nngis.both(["作为", "As"], role);
      const pick = nngis.make("select", "", role);
      pick.id = "ledger-role";
      desk.ground.roles[desk.plan].forEach(([name, zh, en]) => {
        const option = nngis.make("option", "", pick);
        option.value = name;
        option.textContent = [zh, en][desk.at()];
      });
      pick.value = asked.role;
      pick.addEventListener("change", () => sheet({ file: asked.file, name: asked.name, role: pick.value, datum: null, names: null, corrections: asked.corrections }));
      if (look.problems.length) {
        const box = nngis.make("ul", "said problems", body);
        box.id = "ledger-problems";
        look.problems.forEach((one) => nngis.both([one.zh, one.en], nngis.make("li", "", box)));
      }
      columns(body, look, asked);
      where(body, look, asked);
      rows(body, look, asked);
      const ready = look.counts && look.counts.accepted > 0;
      const use = desk.button(body, ["用于本情景", "Use it"], async () => {
        use.disabled = true;
        try {
          const state = await desk.ask("accept", Object.assign({ lang: nngis.lang() }, asked));
          close();
          desk.take(state);
          await desk.fetchPicture();
        } catch (error) {
          use.disabled = false;
        }
      }, "act");
      use.id = "ledger-use";
      use.disabled = !ready;
    });
  }

  function columns(body, look, asked) {
    if (!look.columns) {
      return;
    }
    nngis.both(["1 列", "1 Columns"], nngis.make("h2", "", body));
    const table = nngis.make("table", "changes", nngis.make("div", "scroll", body));
    table.id = "ledger-columns";
    look.columns.forEach((one) => {
      const row = nngis.make("tr", one.field ? "known" : one.doubtful ? "doubtful" : "unused", table);
      nngis.isolated(nngis.make("th", "", row), one.header);
      const pick = nngis.make("select", "", nngis.make("td", "", row));
      pick.dataset.header = one.header;
      const none = nngis.make("option", "", pick);
      none.value = "";
      none.textContent = ["（不用）", "(not used)"][desk.at()];
      look.fields.forEach((field) => {
        const option = nngis.make("option", "", pick);
        option.value = field.name;
        option.textContent = field.t[desk.at()] + (field.needed ? " *" : "");
      });
      if (one.field && ![...pick.options].some((o) => o.value === one.field)) {
        const own = nngis.make("option", "", pick);
        own.value = own.textContent = one.field;
      }
      pick.value = one.field || "";
      pick.addEventListener("change", () => sheet(Object.assign({}, asked, { names: Object.assign({}, asked.names, { [one.header]: pick.value }) })));
      nngis.isolated(nngis.make("td", "soft", row), one.samples.join(" · "));
    });
  }

  function where(body, look, asked) {
    if (!look.where || !look.where.length) {
      return;
    }
    nngis.both(["2 坐标系：三种可能各在何处", "2 Where: the three candidates"], nngis.make("h2", "", body));
    const picks = nngis.make("p", "datums", body);
    look.where.forEach((one) => {
      const label = nngis.make("label", "datum", picks);
      const radio = nngis.make("input", "", label);
      Object.assign(radio, { type: "radio", name: "datum", value: one.datum, checked: asked.datum === one.datum });
      nngis.make("i", "mark", label).style.backgroundColor = COLOURS[one.datum];
      nngis.both(DATUMS[one.datum], nngis.make("span", "", label));
      if (one.score !== null) {
        const [hit, of] = one.in_county;
        nngis.both([` 得分 ${one.score}；在所写县内 ${hit}/${of}`, ` score ${one.score}; in the county named ${hit}/${of}`], nngis.make("span", "soft", label));
      }
      radio.addEventListener("change", () => sheet(Object.assign({}, asked, { datum: one.datum })));
    });
    const frame = nngis.make("div", "datum-map", body);
    frame.id = "datum-map";
    window.setTimeout(() => picture(frame, look.where), 0);
  }

  function picture(frame, where) {
    if (!frame.isConnected) {
      return;
    }
    const map = L.map(frame, { zoomControl: true, attributionControl: false, zoomSnap: 0.25, boxZoom: false });
    const all = where.flatMap((one) => one.points.map(([lon, lat]) => [lat, lon]));
    map.fitBounds(all.length ? L.latLngBounds(all).pad(0.2) : [[-60, -170], [75, 170]], { animate: false });
    new nngis.Canvas({ layers: [], backdrop: nngis.scene.backdrop, labels: nngis.scene.labels, shapes: nngis.scene.shapes, chosen: null, tiled: false }).addTo(map);
    const dots = L.canvas({ padding: 0.2 });
    where.forEach((one) => one.points.forEach(([lon, lat]) => L.circleMarker([lat, lon], { renderer: dots, radius: 4, weight: 1.5, color: COLOURS[one.datum], fillOpacity: 0.35, interactive: false }).addTo(map)));
  }

  // A mended cell is kept with what is asked, and the ledger is read again.
  function mend(asked, sheet_, row, column, text) {
    const others = asked.corrections.filter((one) => one[0] !== sheet_ || one[1] !== row || one[2] !== column);
    return sheet(Object.assign({}, asked, { corrections: [...others, [sheet_, row, column, text]] }));
  }

  // The cells of rejected and mended rows, each open to be mended.
  function cells(body, look, asked) {
    if (!look.cells || !look.cells.length) {
      return;
    }
    const more = nngis.make("details", "", body);
    more.open = true;
    nngis.both(["在此改正未采用的行（原文件不变；改后重新读取）", "Mend rejected rows here (the file stays as it is; it is read again)"], nngis.make("summary", "", more));
    const box = nngis.make("div", "scroll", more);
    box.id = "ledger-mend";
    const wrong = new Map(look.rejects.map((one) => [one.sheet + "|" + one.row, one]));
    look.cells.forEach((one) => {
      const line = nngis.make("div", "mend", box);
      line.dataset.row = one.row;
      const bad = wrong.get((one.sheet || null) + "|" + one.row) || wrong.get(one.sheet + "|" + one.row);
      line.classList.toggle("mended", !bad);
      const head = nngis.make("b", "", line);
      nngis.both(["第 " + one.row + " 行", "Row " + one.row], head);
      one.sheet && nngis.isolated(nngis.make("span", "soft", line), one.sheet);
      bad ? nngis.isolated(nngis.make("span", "problems", line), bad["reason_" + nngis.lang()]) : nngis.both(["已改正，采用", "Mended, used"], nngis.make("span", "status met", line));
      const row = nngis.make("p", "mend-cells", line);
      const faulty = bad ? String(bad.column || "").split("、") : [];
      one.cells.forEach(([column, header, text, touched]) => {
        const label = nngis.make("label", faulty.includes(header) ? "faulty" : "", row);
        nngis.isolated(label, header);
        const field = nngis.make("input", touched ? "touched" : "", label);
        Object.assign(field, { value: text, maxLength: 300 });
        Object.assign(field.dataset, { row: one.row, header: header });
        field.addEventListener("change", () => mend(asked, one.sheet, one.row, column, field.value));
      });
    });
    if (asked.corrections.length) {
      const foot = nngis.make("p", "actions", more);
      desk.button(foot, ["下载改正后的台账", "Download the mended ledger"], async () => {
        const found = await desk.ask("mended", asked);
        const bytes = Uint8Array.from(window.atob(found.xlsx), (c) => c.charCodeAt(0));
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([bytes], { type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" }));
        link.download = asked.name.replace(/\.[^.]*$/, "") + "_" + ["改正", "mended"][desk.at()] + ".xlsx";
        link.click();
        window.setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      }, "act").id = "ledger-mended";
      desk.button(foot, ["放弃全部改正", "Drop all corrections"], () => sheet(Object.assign({}, asked, { corrections: [] })));
    }
  }

  // The row itself, where its cells stand open.
  function goTo(number) {
    const line = document.querySelector(`#ledger-mend [data-row="${CSS.escape(number)}"]`);
    if (line) {
      document.querySelectorAll("#ledger-mend .shown").forEach((one) => one.classList.remove("shown"));
      line.classList.add("shown");
      line.scrollIntoView({ block: "center" });
      (line.querySelector(".faulty input") || line.querySelector("input")).focus({ preventScroll: true });
    }
  }

  function rows(body, look, asked) {
    if (!look.counts) {
      return;
    }
    const head = nngis.make("h2", "", body);
    nngis.both([`3 行：共 ${look.counts.rows}，采用 ${look.counts.accepted}，未采用 ${look.counts.rejected}`, `3 Rows: ${look.counts.rows}, used ${look.counts.accepted}, rejected ${look.counts.rejected}`], head);
    head.id = "ledger-counts";
    Object.assign(head.dataset, look.counts);
    cells(body, look, asked);
    [["rejects", ["未采用", "Rejected"]], ["doubts", ["修正或存疑", "Mended or doubtful"]]].forEach(([kind, pair]) => {
      if (!look[kind].length) {
        return;
      }
      const more = nngis.make("details", "", body);
      more.open = kind === "rejects";
      nngis.both(pair, nngis.make("summary", "", more));
      const table = nngis.make("table", "changes", nngis.make("div", "scroll", more));
      table.id = "ledger-" + kind;
      look[kind].forEach((one) => {
        const row = nngis.make("tr", "", table);
        [one.sheet, one.row, one.column, one.raw, one["reason_" + nngis.lang()]].forEach((text) => nngis.isolated(nngis.make("td", "", row), text ?? ""));
        row.dataset.row = one.row;
        row.addEventListener("click", () => goTo(one.row));
      });
    });
    if (look.notes.length) {
      const more = nngis.make("details", "", body);
      nngis.both(["读取说明", "Notes on reading"], nngis.make("summary", "", more));
      const list = nngis.make("ul", "said", more);
      look.notes.forEach((one) => nngis.both(one, nngis.make("li", "", list)));
    }
  }

  desk.joinLedger = function () {
    const choose = nngis.make("input", "", document.body);
    choose.type = "file";
    choose.hidden = true;
    choose.id = "ledger-file";
    choose.multiple = true;
    choose.addEventListener("change", () => {
      if (choose.files.length) {
        desk.dropFiles(choose.files);
      }
      choose.value = "";
    });
    document.getElementById("ledger").addEventListener("click", () => choose.click());
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer.files.length) {
        desk.dropFiles(event.dataTransfer.files);
      }
    });
  };
})((window.nngis = window.nngis || {}));
