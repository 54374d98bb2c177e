/* Levers: the open plan's parameters; a slider computes while it moves and settles on release. */
(function (nngis) {
  "use strict";
  const desk = nngis.desk;
  const ORIGIN = { law: ["方案", "plan"], case: ["本例", "case"], scenario: ["情景", "scenario"] };
  const WORDS = { unit: ["按机组", "by unit"], plant: ["按电厂", "by plant"], vehicles: ["按车辆", "by vehicles"], coverage: ["按覆盖", "by coverage"], ">": [">（大于）", "> (more than)"], ">=": ["≥（不小于）", "≥ (at least)"] };
  const REST_MS = 350; // after the last key or move of a slider
  let all = false;
  let moving = 0;

  const attempt = desk.latest(async (values) => {
    const epoch = desk.epoch;
    const picture = await desk.ask("attempt", { plan: desk.plan, values: values, known: desk.shapes });
    if (epoch === desk.epoch) {
      desk.show(picture); // else a change was made meanwhile, and its own picture counts
    }
  });

  desk.showLevers = function () {
    const box = document.getElementById("levers");
    if (moving || typing()) {
      return; // what is under somebody's hand stays; it settles soon
    }
    const held = document.activeElement && document.activeElement.dataset;
    const [focus, kind] = held ? (held.slider ? [held.slider, "slider"] : [held.lever, "lever"]) : [null, ""];
    box.replaceChildren();
    nngis.both(["参数", "Levers"], nngis.make("h2", "", box));
    const levers = desk.state.levers[desk.plan];
    levers.filter((one) => one.main || all || one.origin === "scenario").forEach((one) => add(box, one));
    const more = desk.button(box, all ? ["只看主要参数", "Main ones only"] : ["全部 " + levers.length + " 项参数", "All " + levers.length + " parameters"], () => {
      all = !all;
      desk.showLevers();
    }, "more");
    more.id = "all-levers";
    desk.standLevers();
    const again = focus && box.querySelector(`[data-${kind}="${CSS.escape(focus)}"]`);
    if (again) {
      again.focus();
    }
  };

  // Whether a lever holds what was typed and not sent yet; each is marked with what it stands for.
  function typing() {
    const held = document.activeElement;
    return Boolean(held && held.dataset.was !== undefined && held.value !== held.dataset.was);
  }

  function mark(field) {
    field.dataset.was = field.value;
    field.addEventListener("change", () => (field.dataset.was = field.value)); // sent
  }

  function set(name, value) {
    return desk.act({ do: "set", plan: desk.plan, values: { [name]: value } });
  }

  function add(box, one) {
    const row = nngis.make("div", "lever " + one.origin, box);
    const head = nngis.make("div", "lever-head", row);
    const label = nngis.make("label", "", head);
    nngis.both(one.t, label);
    desk.unit(one.u, label, "unit");
    label.title = one.source + (one.note ? "\n" + one.note[desk.at()] : "");
    const origin = nngis.make("span", "origin", head);
    nngis.both(ORIGIN[one.origin], origin);
    if (one.origin === "scenario") {
      const back = desk.button(head, ["↺", "↺"], () => set(one.name, one.usual), "icon back");
      back.dataset.back = one.name;
      const usual = shown(one, one.usual);
      nngis.label(back, ["恢复为 " + usual[0], "Back to " + usual[1]]);
    }
    const field = input(row, one);
    field.id = "lever-" + one.name;
    field.dataset.lever = one.name;
    label.htmlFor = field.id;
  }

  function shown(one, value) {
    if (value === null) {
      return ["（无）", "(none)"];
    }
    const text = typeof value === "boolean" ? nngis.words[value ? "yes" : "no"] : [String(value), String(value)];
    return text;
  }

  function input(row, one) {
    if (one.kind === "boolean") {
      const tick = nngis.make("input", "", row);
      tick.type = "checkbox";
      tick.checked = one.value;
      tick.addEventListener("change", () => set(one.name, tick.checked));
      return tick;
    }
    if (one.kind === "choice") {
      const pick = nngis.make("select", "", row);
      one.options.forEach((word) => {
        const option = nngis.make("option", "", pick);
        option.value = word;
        option.textContent = (WORDS[word] || [word, word])[desk.at()];
      });
      pick.value = one.value;
      pick.addEventListener("change", () => set(one.name, pick.value));
      return pick;
    }
    if ((one.kind === "number" || one.kind === "integer") && one.main && Number.isFinite(one.low) && Number.isFinite(one.high) && (one.span || !one.optional)) {
      return slider(row, one);
    }
    const field = nngis.make("input", "typed", row);
    const number = one.kind === "number" || one.kind === "integer";
    field.type = number ? "number" : "text";
    if (number) {
      field.step = one.kind === "integer" ? "1" : "any";
      Object.assign(field, { min: one.low ?? "", max: one.high ?? "" });
    }
    field.value = one.value === null ? "" : Array.isArray(one.value) ? one.value.join(",") : one.value;
    mark(field);
    field.addEventListener("change", () => {
      const text = field.value.trim();
      set(one.name, text === "" ? null : number ? Number(text) : one.kind === "array" ? list(text, one.value) : text);
    });
    return field;
  }

  const list = (text, like) => {
    const parts = text.split(/[,，]/).map((word) => word.trim()).filter(Boolean);
    return Array.isArray(like) && typeof like[0] === "number" ? parts.map(Number) : parts;
  };

  function slider(row, one) {
    const both = nngis.make("div", "slider", row);
    const bar = nngis.make("input", "", both);
    const typed = nngis.make("input", "typed", both);
    bar.type = "range";
    typed.type = "number";
    const step = one.kind === "integer" ? 1 : one.high - one.low > 1000 ? 500 : (one.high - one.low) / 100;
    const [from, to, by] = one.span || [one.low, one.high, step];
    Object.assign(bar, { min: from, max: to, step: by });
    Object.assign(typed, { min: one.low, max: one.high, step: "any" });
    typed.value = one.value ?? "";
    mark(typed);
    typed.placeholder = one.value === null ? ["自动", "auto"][desk.at()] : "";
    bar.value = one.value ?? from;
    if (one.value === null && one.at) {
      bar.dataset.at = one.at;
    }
    bar.setAttribute("aria-label", one.t[desk.at()]);
    bar.dataset.slider = one.name;
    let settled = one.value;
    bar.addEventListener("input", () => {
      typed.value = bar.value;
      window.clearTimeout(moving);
      moving = window.setTimeout(() => (moving = 0), 10000);
      attempt({ [one.name]: Number(bar.value) });
    });
    const settle = (value) => {
      if ((value === null || Number.isFinite(value)) && value !== settled) {
        settled = value;
        set(one.name, value);
      } else if (desk.shownStage !== "settled") {
        desk.fetchPicture(); // moved, and moved back
      }
    };
    // Keys settle step by step; the last of them counts, as on release.
    bar.addEventListener("change", () => {
      window.clearTimeout(moving);
      moving = window.setTimeout(() => {
        moving = 0;
        settle(Number(bar.value));
      }, REST_MS);
    });
    typed.addEventListener("change", () => settle(one.optional && typed.value.trim() === "" ? null : Number(typed.value)));
    return typed;
  }

  // A lever without a value of its own stands where the plan came to.
  desk.standLevers = function () {
    document.querySelectorAll("#levers [data-at]").forEach((bar) => {
      const found = (desk.indicators || []).find((one) => one.name === bar.dataset.at);
      if (found && Number.isFinite(found.value) && !moving) {
        bar.value = found.value;
      }
    });
  };

  /* What was changed row by row. */

  desk.showEdits = function () {
    const box = document.getElementById("edits");
    box.replaceChildren();
    const edits = desk.state.edits;
    const layers = Object.entries(desk.state.layers);
    if (!edits.length && !layers.length) {
      return;
    }
    nngis.both(["本情景的改动", "Changed by this scenario"], nngis.make("h2", "", box));
    const words = { off: ["不计", "left out"], move: ["移位", "moved"], add: ["新增", "added"], set: ["改写", "set"] };
    layers.forEach(([role, choice]) => {
      const row = nngis.make("p", "edit", box);
      row.dataset.layer = role;
      nngis.both(choice.t, nngis.make("b", "", row));
      row.append(" ← ");
      nngis.isolated(row, choice.name);
      desk.button(row, ["撤下", "Remove"], () => desk.act({ do: "layer", role: role, choice: null }), "icon");
    });
    edits.forEach((one) => {
      const row = nngis.make("p", "edit", box);
      nngis.both(words[one.action], nngis.make("b", "", row));
      row.append(" ");
      nngis.isolated(row, one.id);
      const why = one.reason || one.values.spared_because;
      if (why) {
        row.append(" · ");
        nngis.isolated(row, why);
      }
      desk.button(row, ["恢复", "Undo"], () => desk.act({ do: "unedit", role: one.role, id: one.id }), "icon");
    });
  };
})((window.nngis = window.nngis || {}));
