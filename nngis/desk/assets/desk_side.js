/* The right side: verdicts against targets, why a row is so, what was assumed. */
(function (nngis) {
  "use strict";
  const desk = nngis.desk;
  const STATUS = {
    met: ["达到", "met"],
    missed: ["未达到", "missed"],
    unknown: ["不能判定", "not known"],
    illustration: ["仅作演示", "illustration"],
    no_target: ["", ""],
  };

  desk.showVerdicts = function (indicators, stage) {
    const box = document.getElementById("verdicts");
    const old = new Map((desk.indicators || []).map((one) => [one.name, one]));
    if (stage === "quick") {
      // What hangs on the lever follows at once; the rest stays as it was, and says so.
      indicators.forEach((one) => old.set(one.name, Object.assign({}, one, { fresh: true })));
      desk.indicators = [...old.values()];
    } else {
      desk.indicators = indicators.map((one) => Object.assign(one, { fresh: true }));
    }
    box.replaceChildren();
    nngis.both(["结果", "Verdicts"], nngis.make("h2", "", box));
    const base = desk.base;
    pickBase(box);
    desk.indicators.forEach((one) => {
      const fresh = stage !== "quick" || indicators.some((n) => n.name === one.name);
      const row = nngis.make("div", fresh ? "verdict" : "verdict stale", box);
      row.dataset.indicator = one.name;
      const value = nngis.make("strong", "value", row);
      value.textContent = desk.number(one.value);
      desk.unit(one.unit, row, "unit");
      if (one.target !== null) {
        nngis.make("span", "target", row).textContent = (one.sense === "at_most" ? " ≤ " : " ≥ ") + desk.number(one.target);
        nngis.both(STATUS[one.status], nngis.make("span", "status " + one.status, row));
      }
      if (base && fresh) {
        nngis.make("span", "delta", row).textContent = " Δ " + desk.difference(one.value, base[one.name]);
      }
      const title = nngis.make("p", "title", row);
      nngis.both(one.t, title);
      title.title = one.source;
      nngis.both(one.basis, nngis.make("span", "basis", title));
      if (one.assumptions.length) {
        nngis.both(["含假定", "rests on assumptions"], nngis.make("span", "basis assumed", title));
      }
      if (one.note) {
        nngis.both(one.note, nngis.make("p", "note", row));
      }
    });
  };

  // What the differences are told from: the case's own scenario, or one that somebody picks.
  function pickBase(box) {
    const row = nngis.make("label", "base soft", box);
    nngis.both(["Δ 对照 ", "Δ against "], row);
    const pick = nngis.make("select", "", row);
    pick.id = "base";
    const own = nngis.make("option", "", pick);
    own.value = "";
    desk.state.scenarios.forEach((one) => {
      const option = nngis.make("option", "", pick);
      option.value = one.id;
    });
    pick.value = desk.state.base;
    desk.nameBase();
    pick.addEventListener("change", () => desk.act({ do: "base", id: pick.value }));
  }

  // Options hold text of one language.
  desk.nameBase = function () {
    const titles = new Map(desk.state.scenarios.map((one) => [one.id, one.t]));
    document.querySelectorAll("#base option").forEach((option) => {
      option.textContent = (titles.get(option.value) || ["本例原方案", "the case as it came"])[desk.at()];
    });
  };

  // The short tables of sums; one that does not follow a lever at once stays, pale.
  desk.showBriefs = function (tables, settled) {
    const box = document.getElementById("briefs");
    if (settled) {
      box.replaceChildren();
    }
    [...box.children].forEach((one) => one.classList.add("stale"));
    tables.forEach((one) => {
      const frame = nngis.make("details", "brief");
      const old = [...box.children].find((has) => has.dataset.table === one.table);
      frame.dataset.table = one.table;
      frame.open = old ? old.open : !shut.has(one.table);
      old ? old.replaceWith(frame) : box.append(frame);
      frame.addEventListener("toggle", () => shut[frame.open ? "delete" : "add"](one.table));
      nngis.both(one.t, nngis.make("summary", "", frame));
      const table = nngis.make("table", "", nngis.make("div", "wide-scroll", frame));
      const top = nngis.make("tr", "", nngis.make("thead", "", table));
      one.columns.forEach((name) => {
        const cell = nngis.make("th", "", top);
        nngis.both(one.fields[name].t, cell);
        desk.unit(one.fields[name].u, cell);
      });
      const body = nngis.make("tbody", "", table);
      one.rows.forEach((row) => {
        const line = nngis.make("tr", "", body);
        row.forEach((value, at) => {
          const words = one.fields[one.columns[at]];
          const cell = nngis.make("td", typeof value === "number" ? "number" : "", line);
          cell.dataset.column = one.columns[at];
          if (typeof value === "number") {
            cell.textContent = words.y === "year" ? String(value) : desk.number(words.share ? value * 100 : value);
          } else {
            nngis.both(value === null ? ["—", "—"] : desk.title(words, value), cell);
          }
        });
      });
    });
  };
  const shut = new Set(); // tables that somebody folded

  desk.showAssumed = function (picture) {
    const box = document.getElementById("assumed");
    box.replaceChildren();
    stand(picture);
    listOf(box, ["假定", "Assumed"], picture.assumptions.map((one) => ({ t: one, ids: [] })));
    listOf(box, ["提醒", "Notes"], picture.warnings);
    const sources = [...new Set(picture.inputs.map((one) => one.attribution).filter(Boolean))];
    if (sources.length) {
      const foot = nngis.make("p", "sources", box);
      nngis.both(["来源：", "Sources: "], foot);
      nngis.isolated(foot, sources.join("; "));
    }
  };

  // How sure it is and what was assumed stands in the bar, whatever is scrolled or opened below.
  function stand(picture) {
    const line = document.getElementById("standing");
    line.replaceChildren();
    if (picture.evidence) {
      const [colour, ink, hatched, zh, en] = nngis.scene.badges[picture.evidence];
      const badge = nngis.make("span", hatched ? "badge hatched" : "badge", line);
      badge.style.backgroundColor = colour;
      badge.style.color = ink;
      badge.id = "evidence";
      nngis.label(badge, nngis.words.evidence);
      nngis.both([zh, en], badge);
    }
    const count = picture.assumptions.length;
    if (count) {
      const more = desk.button(line, [count + " 项假定", count === 1 ? "1 assumption" : count + " assumptions"], () =>
        desk.open((body) => {
          listOf(body, ["假定", "Assumed"], picture.assumptions.map((one) => ({ t: one, ids: [] })));
          listOf(body, ["提醒", "Notes"], picture.warnings.map((one) => ({ t: one.t, ids: [] })));
        }),
      );
      more.id = "assumptions";
    }
  }

  function listOf(box, title, lines) {
    if (!lines.length) {
      return;
    }
    nngis.both(title, nngis.make("h2", "", box));
    const list = nngis.make("ul", "said", box);
    lines.forEach((one) => {
      const item = nngis.make("li", "", list);
      nngis.both(one.t, item);
      if (one.ids.length && one.table === desk.subject) {
        desk.button(item, ["看这些行", "Show the rows"], () => desk.listOnly(one.ids), "icon");
      }
    });
  }

  /* Why. */

  desk.showWhy = async function () {
    const box = document.getElementById("why");
    const chosen = desk.chosen;
    if (!chosen) {
      box.replaceChildren();
      nngis.both(["点选地图或清单中的一行，看它为什么这样定。", "Click the map or a row to see why it is so."], nngis.make("p", "soft", box));
      return;
    }
    let found;
    try {
      found = await desk.ask("why", { plan: desk.plan, table: chosen.table, id: chosen.id });
    } catch (error) {
      return;
    }
    if (desk.chosen !== chosen) {
      return;
    }
    box.replaceChildren();
    const head = nngis.make("h2", "", box);
    nngis.both(["为什么", "Why"], head);
    head.append(" ");
    nngis.isolated(head, (found.values && found.values.name_zh) || found.id);
    if (found.values && found.values.decision) {
      nngis.both(desk.title(found.fields.decision, found.values.decision), nngis.make("p", "decision", box));
    }
    if (found.reason) {
      nngis.both(found.reason, nngis.make("p", "reason", box));
    }
    (found.said || []).forEach((one) => nngis.both(one, nngis.make("p", "reason", box)));
    spans(box, found);
    actions(box, found);
    if (found.lonlat) {
      nngis.make("p", "soft", box).textContent = found.lonlat.join(", ") + " WGS84";
    }
    const table = nngis.make("dl", "", box);
    Object.entries(found.values || {}).forEach(([name, value]) => {
      const words = found.fields[name];
      nngis.both(words.t, nngis.make("dt", "", table));
      const cell = nngis.make("dd", "", table);
      cell.dataset.value = name;
      const title = typeof value === "string" ? desk.title(words, value) : null;
      title && title[0] !== title[1] ? nngis.both(title, cell) : nngis.isolated(cell, desk.shown(words, value));
      desk.unit(words.u, cell, "unit");
    });
  };

  const km = (m) => (m / 1000).toLocaleString("en-US", { maximumFractionDigits: 3 });

  // At which radius the decision changes, exactly.
  function spans(box, found) {
    if (!found.spans || !found.spans.length) {
      return;
    }
    const words = (found.fields && found.fields.decision) || { v: {} };
    const list = nngis.make("ul", "spans", box);
    list.id = "spans";
    found.spans.forEach((one, at) => {
      const item = nngis.make("li", "", list);
      item.dataset.from = one.from_m;
      const from = found.spans.length === 1 ? ["任何半径", "At any radius"] : at === 0 ? ["不到 " + km(one.to_m) + " km", "Below " + km(one.to_m) + " km"] : ["自 " + km(one.from_m) + " km", "From " + km(one.from_m) + " km"];
      nngis.both(from, item);
      item.append(": ");
      nngis.both(desk.title(words, one.decision), nngis.make("b", "", item));
      if (one.rule !== "none") {
        item.append(" ");
        nngis.both(desk.title((found.fields && found.fields.rule) || { v: {} }, one.rule), item);
      }
    });
    nngis.both(["不计供汽是否足够。", "Whether there is steam is not counted."], nngis.make("p", "soft", box));
  }

  function actions(box, found) {
    const row = nngis.make("p", "actions", box);
    const [plan, table, id] = [desk.plan, desk.chosen.table, found.id];
    const edit = (role, action, more) => desk.act({ do: "edit", edit: Object.assign({ role: role, id: id, action: action }, more) });
    if (plan === "heat" && table === "boilers") {
      desk.button(row, ["移出清单…", "Take off the list…"], () => spare(id), "act").id = "spare";
    }
    if (plan === "heat" && table === "heat_sources") {
      desk.button(row, ["停用这台机组", "Switch it off"], () => edit("heat_sources", "off", {}), "act").id = "switch-off";
      const units = found.plant_units || [];
      if (units.length > 1) {
        const all = units.map((one) => ({ do: "edit", edit: { role: "heat_sources", id: one, action: "off" } }));
        desk.button(row, [`停用全厂 ${units.length} 台`, `Switch off all ${units.length} of the plant`], () => desk.act({ do: "many", all: all }), "act").id = "plant-off";
      }
    }
    desk.planActions(row, found, edit);
  }

  function spare(id) {
    desk.open((body, close) => {
      nngis.both(["不列入关停的理由（会留在清单里）", "Why it comes off the list (the list keeps it)"], nngis.make("h2", "", body));
      const field = nngis.make("input", "wide", body);
      field.maxLength = 200;
      field.id = "spare-reason";
      const done = () => {
        const why = field.value.trim();
        if (why) {
          close();
          desk.act({ do: "edit", edit: { role: "boilers", id: id, action: "set", values: { spared_because: why } } });
        }
      };
      desk.button(body, ["确定", "Do it"], done, "act").id = "spare-ok";
      field.addEventListener("keydown", (event) => event.key === "Enter" && done());
      window.setTimeout(() => field.focus(), 0);
    });
  }

  // A new source, where somebody clicks.
  desk.addSource = function () {
    desk.place(
      (at) =>
        desk.open((body, close) => {
          nngis.both(["新增热源机组", "A new heat source"], nngis.make("h2", "", body));
          const name = named(body, ["名称", "Name"], "text", "新增热源");
          const size = named(body, ["装机容量 MW", "Capacity MW"], "number", "350");
          const steam = named(body, ["可供蒸汽 t/h（可空）", "Steam to be had t/h (may be empty)"], "number", "");
          desk.button(body, ["新增", "Add"], () => {
            const values = { name_zh: name.value.trim() || "新增热源", capacity_mw: Number(size.value), fuel: "coal", status: "operating", is_chp: true };
            if (steam.value) {
              values.steam_capacity_t_h = Number(steam.value);
            }
            close();
            const id = "N" + (desk.state.edits.filter((one) => one.action === "add").length + 1) + "-" + Date.now().toString(36);
            desk.act({ do: "edit", edit: { role: "heat_sources", id: id, action: "add", lon: desk.round(at.lng), lat: desk.round(at.lat), values: values } });
          }, "act").id = "add-ok";
        }),
      ["点击地图上的位置。", "Click where it is to stand."],
    );
  };

  function named(body, pair, type, value) {
    const label = nngis.make("label", "named", body);
    nngis.both(pair, label);
    const field = nngis.make("input", "", label);
    field.type = type;
    field.value = value;
    return field;
  }
  desk.named = named;
})((window.nngis = window.nngis || {}));
