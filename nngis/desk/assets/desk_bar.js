/* The bar: plans, scenarios, history, language, print; and panes on a narrow screen. */
(function (nngis) {
  "use strict";
  const desk = nngis.desk;
  const by = (id) => document.getElementById(id);
  const LABELS = {
    duplicate: ["复制为新情景", "Duplicate as a new scenario"],
    rename: ["改名", "Rename"],
    undo: ["撤销 (Ctrl+Z)", "Undo (Ctrl+Z)"],
    redo: ["重做 (Ctrl+Y)", "Redo (Ctrl+Y)"],
    history: ["历次改动", "History"],
    scenario: ["情景", "Scenario"],
  };
  const SAID = { compare: ["对比", "Compare"], ledger: ["台账", "Ledger"], write: ["输出全部", "Write all"], print: ["打印", "Print"] };

  desk.showBar = function () {
    const state = desk.state;
    const head = by("case");
    head.replaceChildren();
    nngis.both(state.case, head);
    const tabs = by("plans");
    tabs.replaceChildren();
    state.plans.forEach((plan) => {
      const short = plan.t.map((text) => text.split(/[:：]/)[0]);
      const tab = desk.button(tabs, short, () => desk.openPlan(plan.id), "tab");
      tab.setAttribute("role", "tab");
      tab.dataset.plan = plan.id;
      tab.setAttribute("aria-selected", String(plan.id === desk.plan));
    });
    const pick = by("scenario");
    pick.replaceChildren();
    state.scenarios.forEach((one) => {
      const option = nngis.make("option", "", pick);
      option.value = one.id;
      option.textContent = one.t[desk.at()] + (one.changes > 0 ? " · " + one.changes : "");
    });
    pick.value = state.scenario;
    by("undo").disabled = state.undo === null;
    by("redo").disabled = state.redo === null;
    desk.showBusy(state.busy);
  };

  desk.showBusy = function (busy, said) {
    const box = by("busy");
    box.hidden = !busy.length;
    by("desk").classList.toggle("busy-now", busy.some((one) => one.plan === desk.plan));
    if (!busy.length) {
      return;
    }
    box.replaceChildren();
    nngis.make("i", "spin", box);
    nngis.both(said || desk.words.computing, nngis.make("span", "", box));
    desk.button(box, desk.words.stop, () => desk.ask("stop", {}), "stop").id = "stop";
  };

  desk.joinBar = function () {
    Object.entries(LABELS).forEach(([id, pair]) => nngis.label(by(id), pair));
    Object.entries(SAID).forEach(([id, pair]) => nngis.both(pair, by(id)));
    by("undo").addEventListener("click", () => desk.act({ do: "undo" }));
    by("redo").addEventListener("click", () => desk.act({ do: "redo" }));
    by("scenario").addEventListener("change", (event) => desk.act({ do: "open", id: event.target.value }));
    by("duplicate").addEventListener("click", () => titled("duplicate", ["新情景的名称", "Name of the new scenario"]));
    by("rename").addEventListener("click", () => titled("rename", ["情景名称", "Name of the scenario"]));
    by("history").addEventListener("click", showHistory);
    by("print").addEventListener("click", () => window.print());
    by("write").addEventListener("click", () => desk.ask("write", { lang: nngis.lang() }));
    by("language").addEventListener("click", () => desk.speak(nngis.lang() === "zh" ? "en" : "zh"));
    document.addEventListener("keydown", (event) => {
      const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== "range";
      if ((event.ctrlKey || event.metaKey) && !typing && (event.key === "z" || event.key === "y")) {
        event.preventDefault();
        desk.act({ do: event.key === "y" || event.shiftKey ? "redo" : "undo" });
      }
      if (event.key === "Escape" && desk.placing) {
        desk.place(null);
      }
    });
    const panes = by("panes");
    [["map", "地图", "Map"], ["levers", "参数", "Levers"], ["side", "结果", "Results"], ["list", "清单", "List"]].forEach(([pane, zh, en]) => {
      const tab = desk.button(panes, [zh, en], () => desk.openPane(pane), "pane");
      tab.dataset.pane = pane;
    });
    desk.openPane("map");
  };

  desk.openPane = function (pane) {
    by("desk").dataset.pane = pane;
    document.querySelectorAll("#panes button").forEach((tab) => tab.setAttribute("aria-pressed", String(tab.dataset.pane === pane)));
    nngis.map && nngis.map.invalidateSize({ animate: false });
    desk.relist();
  };

  // What was written, each file a click away; where it lies is said as well.
  desk.showWritten = async function (message) {
    const found = await desk.ask("written", { id: message.id });
    desk.open((body) => {
      nngis.both(["已写出", "Written"], nngis.make("h2", "", body));
      nngis.isolated(nngis.make("p", "soft", body), found.folder);
      const list = nngis.make("ul", "files", body);
      list.id = "written";
      found.files.forEach((one) => {
        const item = nngis.make("li", "", list);
        const link = nngis.make("a", "", item);
        Object.assign(link, { href: "out/" + found.id + "/" + one.name, download: "" });
        link.dataset.file = one.name;
        nngis.both(one.t, link);
        one.of[0] && nngis.both(one.of.map((text) => " · " + text), nngis.make("span", "soft", item));
      });
    });
  };

  function titled(action, pair) {
    const now = desk.state.scenarios.find((one) => one.id === desk.state.scenario).t[desk.at()];
    desk.open((body, close) => {
      nngis.both(pair, nngis.make("h2", "", body));
      const field = nngis.make("input", "wide", body);
      field.id = "title";
      field.maxLength = 200;
      field.value = action === "rename" ? now : now + " · " + ["方案", "option "][desk.at()] + (desk.state.scenarios.length + 1);
      const done = () => {
        if (field.value.trim()) {
          close();
          desk.act({ do: action, title: field.value });
        }
      };
      desk.button(body, ["确定", "Do it"], done, "act").id = "title-ok";
      field.addEventListener("keydown", (event) => event.key === "Enter" && done());
      window.setTimeout(() => field.select(), 0);
    });
  }

  function showHistory() {
    desk.open((body, close) => {
      nngis.both(["历次改动", "History"], nngis.make("h2", "", body));
      const who = desk.named(body, ["署名（可空）", "Your name (may be empty)"], "text", desk.state.who);
      who.addEventListener("change", () => desk.act({ do: "who", name: who.value }));
      const file = nngis.make("a", "", nngis.make("p", "", body));
      Object.assign(file, { id: "scenario-file", href: "out/" + desk.state.scenario + "/scenario.toml", download: desk.state.scenario + ".toml" });
      nngis.both(["下载情景文件（同事可拖到自己的页面上打开）", "Download the scenario (a colleague drops it on a page of their own)"], file);
      const list = nngis.make("ol", "history", body);
      [...desk.state.history].reverse().forEach((one) => {
        const item = nngis.make("li", one.n === desk.state.head ? "now" : "", list);
        item.value = one.n;
        const when = new Date(one.at);
        nngis.make("time", "soft", item).textContent = when.toLocaleString() + " ";
        nngis.both(one.what, item);
        if (one.who) {
          item.append(" · ");
          nngis.isolated(item, one.who);
        }
        if (one.n !== desk.state.head) {
          desk.button(item, ["回到这里", "Go back to this"], () => {
            close();
            desk.act({ do: "go", n: one.n });
          }, "icon");
        }
      });
    });
  }
})((window.nngis = window.nngis || {}));
