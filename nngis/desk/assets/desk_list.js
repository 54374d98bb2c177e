/* The list of decided rows: virtual, sorted, filtered, driven by keys; one selection with the map. */
(function (nngis) {
  "use strict";
  const desk = nngis.desk;
  const ROW = 28; // px, as in desk.css
  const grid = () => document.getElementById("grid");
  let rows = []; // numbers of the rows that pass the filter, in order
  let data = { id: [], columns: {}, fields: {} };
  let sort = { by: null, down: false };
  let chosen = -1; // row number
  let only = null; // ids of a lasso or a warning

  const value = (name, row) => nngis.valueOf(data.columns[name], row);
  const idOf = (row) => String(nngis.valueOf(data.id, row));
  const count = () => (Array.isArray(data.id) ? data.id.length : data.id.c.length);

  desk.fillList = function (list) {
    const chosenId = chosen >= 0 && chosen < count() ? idOf(chosen) : null;
    data = list;
    build();
    desk.listSelect(chosenId);
  };

  // Columns that follow a lever at once; the others keep what they had.
  desk.patchList = function (columns) {
    Object.entries(columns).forEach(([name, column]) => {
      const length = Array.isArray(column) ? column.length : column.c.length;
      if (data.columns[name] && length === count()) {
        data.columns[name] = column;
      }
    });
    choices();
    apply();
  };

  desk.listSelect = function (id) {
    chosen = -1;
    for (let r = 0; id !== null && r < count(); r++) {
      if (idOf(r) === id) {
        chosen = r;
        break;
      }
    }
    const at = rows.indexOf(chosen);
    const body = grid().querySelector(".rows");
    if (at >= 0 && body) {
      const top = at * ROW;
      if (top < body.scrollTop || top > body.scrollTop + body.clientHeight - ROW) {
        body.scrollTop = Math.max(0, top - body.clientHeight / 2);
      }
    }
    paint();
  };

  desk.listOnly = function (ids) {
    only = ids ? new Set(ids) : null;
    apply();
  };

  function build() {
    const box = grid();
    box.replaceChildren();
    const head = nngis.make("div", "head", box);
    head.setAttribute("role", "row");
    Object.keys(data.columns).forEach((name) => {
      const cell = nngis.make("button", "cell", head);
      cell.type = "button";
      cell.dataset.column = name;
      cell.setAttribute("role", "columnheader");
      nngis.both(data.fields[name].t, cell);
      desk.unit(data.fields[name].u, cell);
      cell.addEventListener("click", () => {
        sort = { by: name, down: sort.by === name && !sort.down };
        apply();
      });
    });
    const body = nngis.make("div", "rows", box);
    nngis.make("div", "space", body);
    body.addEventListener("scroll", paint, { passive: true });
    body.addEventListener("click", (event) => {
      const row = event.target.closest("[data-row]");
      if (row) {
        choose(Number(row.dataset.row));
      }
    });
    choices();
    apply();
  }

  function choices() {
    const pick = document.getElementById("decision");
    const kept = pick.value;
    const column = data.columns.decision;
    pick.replaceChildren();
    const all = nngis.make("option", "", pick);
    all.value = "";
    all.textContent = ["全部", "All"][desk.at()];
    if (column) {
      const words = data.fields.decision;
      const found = Array.isArray(column) ? [...new Set(column)] : column.d;
      found.filter((one) => one !== null).sort().forEach((one) => {
        const option = nngis.make("option", "", pick);
        option.value = one;
        option.textContent = desk.title(words, one)[desk.at()];
      });
      pick.value = found.includes(kept) ? kept : "";
    }
    pick.hidden = !column;
  }

  function apply() {
    const text = document.getElementById("filter").value.trim().toLowerCase();
    const decision = document.getElementById("decision").value;
    const names = Object.keys(data.columns).filter((n) => data.fields[n].y === "text");
    rows = [];
    for (let r = 0; r < count(); r++) {
      const passes =
        (!only || only.has(idOf(r))) &&
        (!decision || value("decision", r) === decision) &&
        (!text || idOf(r).toLowerCase().includes(text) || names.some((n) => String(value(n, r) ?? "").toLowerCase().includes(text)));
      if (passes) {
        rows.push(r);
      }
    }
    if (sort.by && data.columns[sort.by]) {
      const way = sort.down ? -1 : 1;
      rows.sort((a, b) => {
        const [x, y] = [value(sort.by, a), value(sort.by, b)];
        if (x === null || y === null) {
          return (x === null) - (y === null) || a - b; // what is missing comes last, either way
        }
        const order = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y), "zh");
        return way * order || a - b;
      });
    }
    grid().setAttribute("aria-rowcount", String(rows.length));
    grid().querySelectorAll(".head .cell").forEach((cell) => {
      cell.setAttribute("aria-sort", cell.dataset.column !== sort.by ? "none" : sort.down ? "descending" : "ascending");
    });
    document.getElementById("list-count").textContent = desk.number(rows.length) + " / " + desk.number(count());
    desk.pick(rows.length < count() ? rows.map(idOf) : null);
    paint();
  }
  desk.filterList = apply;
  desk.relist = () => {
    choices();
    paint();
  };

  function paint() {
    const body = grid().querySelector(".rows");
    if (!body) {
      return;
    }
    const space = body.querySelector(".space");
    space.style.height = rows.length * ROW + "px";
    const first = Math.max(0, Math.floor(body.scrollTop / ROW) - 4);
    const last = Math.min(rows.length, first + Math.ceil((body.clientHeight || 200) / ROW) + 8);
    space.replaceChildren();
    const names = Object.keys(data.columns);
    for (let at = first; at < last; at++) {
      const r = rows[at];
      const row = nngis.make("div", r === chosen ? "row chosen" : "row", space);
      row.style.top = at * ROW + "px";
      row.dataset.row = String(r);
      row.id = "row-" + r;
      row.setAttribute("role", "row");
      row.setAttribute("aria-selected", String(r === chosen));
      names.forEach((name) => {
        const cell = nngis.make("span", typeof value(name, r) === "number" ? "cell number" : "cell", row);
        cell.setAttribute("role", "gridcell");
        cell.dataset.column = name;
        nngis.isolated(cell, desk.shown(data.fields[name], value(name, r)));
      });
    }
    grid().setAttribute("aria-activedescendant", chosen >= 0 ? "row-" + chosen : "");
  }

  function choose(r) {
    chosen = r;
    paint();
    desk.select(desk.subject, idOf(r), "list");
  }

  function step(by) {
    if (!rows.length) {
      return;
    }
    const at = Math.max(0, Math.min(rows.length - 1, rows.indexOf(chosen) + by));
    const body = grid().querySelector(".rows");
    if (at * ROW < body.scrollTop) {
      body.scrollTop = at * ROW;
    } else if ((at + 1) * ROW > body.scrollTop + body.clientHeight) {
      body.scrollTop = (at + 1) * ROW - body.clientHeight;
    }
    choose(rows[at]);
  }

  // A cell for a sheet: nothing in it may be taken for a formula, a new cell or a new row.
  function plain(text) {
    const one = text.replace(/[\t\r\n]+/g, " ");
    return /^[=+@-]/.test(one) && !/^-?[\d.,]+$/.test(one) ? "'" + one : one;
  }

  desk.listText = function () {
    const names = Object.keys(data.columns);
    const at = desk.at();
    const head = names.map((n) => plain(data.fields[n].t[at]));
    const line = (r) => names.map((n) => plain(desk.shown(data.fields[n], value(n, r)))).join("\t");
    return [head.join("\t"), ...rows.map(line)].join("\n");
  };

  desk.joinList = function () {
    document.getElementById("filter").addEventListener("input", apply);
    document.getElementById("decision").addEventListener("change", apply);
    const lasso = document.getElementById("lasso");
    nngis.both(["圈选", "Lasso"], lasso);
    lasso.addEventListener("click", () => {
      if (only) {
        desk.listOnly(null);
        lasso.classList.remove("on");
        return;
      }
      desk.drawArea(
        (points) => {
          desk.listOnly(desk.within(points));
          lasso.classList.add("on");
        },
        ["在图上逐点圈出范围，双击或回车结束；再按“圈选”取消。", "Click around the area; double click or Enter ends. Press Lasso again to clear."],
      );
    });
    const copy = document.getElementById("copy");
    nngis.both(["复制", "Copy"], copy);
    const copied = () => navigator.clipboard.writeText(desk.listText()).then(() => desk.toast([["已复制，可粘贴到 Excel。", "Copied; paste it into Excel."]]));
    copy.addEventListener("click", copied);
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 6, PageUp: -6, Home: -1e9, End: 1e9 };
    grid().addEventListener("keydown", (event) => {
      if (event.key in moves) {
        event.preventDefault();
        step(moves[event.key]);
      } else if (event.key === "c" && (event.ctrlKey || event.metaKey) && !String(window.getSelection())) {
        copied();
      }
    });
  };
})((window.nngis = window.nngis || {}));
