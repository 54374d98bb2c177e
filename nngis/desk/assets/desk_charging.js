/* Charging: refuse, require, drag and add sites; what a refusal loses; other plans; the bound closing. */
(function (nngis) {
  "use strict";
  const desk = nngis.desk;
  const ROLE = "charging_candidates";
  const SITES = ["candidates", "stations"];
  // Both tables hold sites by the same ids; either is dragged as a candidate.
  desk.MOVABLE.charging = { candidates: ROLE, stations: ROLE };

  const held = (name) => {
    const lever = desk.state.levers.charging.find((one) => one.name === name);
    return lever && Array.isArray(lever.value) ? lever.value : [];
  };

  // One change of both lists: a site is refused, required, or left to the solver.
  function lists(id, list) {
    const without = (name) => held(name).filter((one) => one !== id);
    const values = { refused_sites: without("refused_sites"), required_sites: without("required_sites") };
    if (list) {
      values[list].push(id);
    }
    return { do: "set", plan: "charging", values: values };
  }

  desk.siteActions = function (row, found) {
    const id = found.id;
    if (!SITES.includes(desk.chosen.table) || (found.values && found.values.decision === "existing")) {
      return;
    }
    const refused = held("refused_sites").includes(id);
    const required = held("required_sites").includes(id);
    desk.button(row, refused ? ["允许建设", "Allow it again"] : ["不许建设", "Refuse this site"], () => desk.act(lists(id, refused ? null : "refused_sites")), "act").id = "refuse";
    desk.button(row, required ? ["不再必建", "No longer required"] : ["必须建设", "Require this site"], () => desk.act(lists(id, required ? null : "required_sites")), "act").id = "require";
    if (found.values && found.values.decision === "build") {
      loss(row.parentNode, id);
    }
  };

  /* What is lost if this site is refused: the best choice without it, against the best with it. */

  async function loss(box, id) {
    const block = nngis.make("div", "loss", box);
    block.id = "loss";
    nngis.both(["若不许建这一座", "If this one is refused"], nngis.make("h3", "", block));
    const waits = nngis.make("p", "soft", block);
    nngis.both(["正在求没有它的最优布点…", "Seeking the best choice without it…"], waits);
    const asked = desk.state.head;
    let found;
    try {
      found = await desk.ask("without", { plan: "charging", id: id });
    } catch (error) {
      waits.remove();
      return;
    }
    if (!block.isConnected || desk.state.head !== asked) {
      return;
    }
    waits.remove();
    if (found.stage !== "settled") {
      nngis.both(["先求这一问的最优布点…", "First the best choice as it is…"], nngis.make("p", "soft", block)); // it comes with the next picture
      return;
    }
    const line = nngis.make("p", "", block);
    const value = nngis.make("strong", "", line);
    value.id = "loss-vehicles";
    value.dataset.value = found.loss;
    value.textContent = desk.number(found.loss);
    nngis.both([" 辆少覆盖", " vehicles fewer covered"], nngis.make("span", "", line));
    const people = nngis.make("span", "", line);
    people.id = "loss-people";
    people.dataset.value = found.people;
    nngis.both(["，居民 " + desk.number(found.people) + " 人", "; residents " + desk.number(found.people)], people);
    const proof = nngis.make("p", "soft", block);
    proof.id = "loss-proof";
    proof.dataset.least = found.least;
    proof.dataset.most = found.most;
    const least = desk.number(found.least);
    const most = desk.number(found.most);
    nngis.both(found.exact ? ["两边都已证明最优。", "Proved: both are the best there is."] : ["已证明：最优布点之间的损失在 " + least + " 与 " + most + " 辆之间。", "Proved: between the best choices the loss is " + least + " to " + most + " vehicles."], proof);
    named(block, ["替补", "In its place"], found.come, "loss-come");
    named(block, ["同时撤去", "Closed with it"], found.gone.filter((one) => one.id !== id), "loss-gone");
    named(block, ["只换一座时最好的替补", "Best single replacement"], found.runner_up, "loss-runner");
  }

  function named(box, title, rows, name) {
    if (!rows.length) {
      return;
    }
    const line = nngis.make("p", "", box);
    line.id = name;
    nngis.both(title, nngis.make("span", "soft", line));
    rows.slice(0, 8).forEach((one) => {
      line.append(" ");
      const link = nngis.make("button", "icon", line);
      link.type = "button";
      link.dataset.site = one.id;
      nngis.isolated(link, one.name || one.id);
      link.addEventListener("click", () => show(one));
    });
    if (rows.length > 8) {
      line.append(" … " + rows.length);
    }
  }

  // Goes to a site on the map; stations are drawn above candidates.
  function show(one) {
    const there = nngis.scene.layers.find((layer) => layer.table === "stations" && layer.ids && desk.featureOf(layer, one.id) >= 0);
    desk.layerOn("candidates");
    nngis.map.panTo([one.lonlat[1], one.lonlat[0]], { animate: false });
    desk.select(there ? "stations" : "candidates", one.id, "list");
  }

  /* What else is as good. */

  desk.showOthers = function (others) {
    const box = document.getElementById("others");
    box.replaceChildren();
    if (!others || others.length < 2) {
      return;
    }
    nngis.both(["同样好的布点", "What else is as good"], nngis.make("h2", "", box));
    others.slice(1).forEach((one) => {
      const row = nngis.make("div", "other", box);
      row.dataset.plan = one.id;
      row.dataset.covered = one.covered;
      const line = nngis.make("p", "", row);
      nngis.both(["少覆盖 " + desk.number(one.lost) + " 辆（" + percent(one.lost_share, 3) + "），换 " + one.come.length + " 座", desk.number(one.lost) + " vehicles fewer (" + percent(one.lost_share, 3) + "), " + one.come.length + " sites differ"], line);
      desk.button(row, ["看不同处", "Show where"], () => {
        desk.layerOn("candidates");
        desk.mark([...one.gone, ...one.come]);
      }, "icon");
      desk.button(row, ["改用它", "Take it"], () => {
        const refused = [...new Set([...held("refused_sites"), ...one.gone])];
        const required = held("required_sites").filter((id) => !one.gone.includes(id));
        desk.act({ do: "set", plan: "charging", values: { refused_sites: refused, required_sites: required } });
      }, "icon");
    });
  };

  /* What is covered, and the bound on it as it closes. */

  const percent = (share, digits) => (share * 100).toLocaleString("en-US", { maximumFractionDigits: digits }) + "%";

  desk.showSiting = function (siting, seconds) {
    const box = document.getElementById("siting");
    box.replaceChildren();
    if (!siting) {
      return;
    }
    const sought = siting.first || seconds !== undefined;
    const gap = siting.covered > 0 ? siting.bound / siting.covered - 1 : 0;
    Object.assign(box.dataset, { covered: siting.covered, bound: siting.bound, stage: sought ? "sought" : siting.status });
    const line = nngis.make("p", "", box);
    nngis.both(["按车辆覆盖 ", "Vehicles covered "], line);
    nngis.make("strong", "", line).textContent = percent(siting.covered, 2);
    nngis.both(["，任何布点不超过 ", "; no choice covers more than "], nngis.make("span", "", line));
    nngis.make("strong", "", line).textContent = percent(siting.bound, 2);
    const bar = nngis.make("div", "closing", box);
    const got = nngis.make("i", "got", bar);
    const open = nngis.make("i", "open", bar);
    got.style.width = siting.covered * 100 + "%";
    open.style.width = Math.max(0, siting.bound - siting.covered) * 100 + "%";
    const said = sought ? ["还可能更好，正在求：差距 ", "Better may be found; seeking: gap "] : ["已证明的差距 ", "Gap proved "];
    const foot = nngis.make("p", "soft", box);
    foot.setAttribute("role", "status");
    nngis.both(said, foot);
    foot.append(percent(gap, 3));
    if (seconds !== undefined) {
      foot.append(" · " + seconds.toFixed(1) + " s");
    }
    if (sought) {
      desk.button(foot, desk.words.stop, () => desk.ask("stop", {}), "stop").id = "stop-seeking";
    }
  };

  desk.hearClosing = function (message) {
    const now = document.getElementById("siting").dataset;
    if (message.plan === desk.plan && message.key === desk.shownKey && desk.shownStage === "quick") {
      // The bound of the picture holds too: both only close.
      const covered = Math.max(message.covered, Number(now.covered) || 0);
      const bound = Math.min(message.bound, Number(now.bound) || 1);
      desk.showSiting({ covered: covered, bound: Math.max(bound, covered), first: true }, message.seconds);
    }
  };

  /* Add one by a click, or by keys where the map stands; drag one. */

  desk.addCandidate = function () {
    desk.place(
      (at) => {
        const number = desk.state.edits.filter((one) => one.role === ROLE).length + 1;
        const add = { role: ROLE, id: "N" + number + "-" + Date.now().toString(36), action: "add", lon: desk.round(at.lng), lat: desk.round(at.lat), values: { name_zh: "新增候选点" + number } };
        desk.layerOn("candidates");
        desk.act({ do: "edit", edit: add }).then(() => desk.select("candidates", "C-" + add.id, "map"));
      },
      ["点击地图上的位置；或用方向键移动地图，回车放在中央。", "Click where it is to stand; or move the map by arrow keys, and Enter puts it in the middle."],
    );
  };

  // One of ours moves; another is refused and stands elsewhere anew. What was to be built is
  // required at its new place: whoever drags a station means it to be there.
  const move = desk.moveRow;
  desk.moveRow = function (layer, role, id, to) {
    if (role !== ROLE) {
      return move(layer, role, id, to);
    }
    const own = desk.state.edits.find((one) => one.role === ROLE && "C-" + one.id === id && one.action === "add");
    const at = { lon: desk.round(to.lng), lat: desk.round(to.lat) };
    if (own) {
      const edit = { do: "edit", edit: Object.assign({ role: ROLE, id: own.id, action: "move" }, at) };
      return layer.table === "stations" ? desk.act({ do: "many", all: [lists(id, "required_sites"), edit] }) : desk.act(edit);
    }
    const name = String(nngis.valueOf(layer.name ? layer.name[0] : layer.ids, desk.featureOf(layer, id)) || id);
    const add = Object.assign({ role: ROLE, id: "M" + Date.now().toString(36), action: "add", values: { name_zh: name + "（移位）" } }, at);
    const set = lists(id, "refused_sites");
    if (layer.table === "stations") {
      set.values.required_sites.push("C-" + add.id);
    }
    desk.layerOn("candidates");
    return desk.act({ do: "many", all: [{ do: "edit", edit: add }, set] }).then(() => desk.select(layer.table, "C-" + add.id, "map"));
  };
})((window.nngis = window.nngis || {}));
