/* Start: fetch the state, open the map, show the plan, listen. */
(function (nngis) {
  "use strict";
  const desk = nngis.desk;

  // Makes a change; the answer is the new state, and the picture follows.
  desk.act = function (message) {
    const made = change(message);
    own = made.catch(() => null);
    return made.then(desk.fetchPicture);
  };

  const stage = (now) => (document.getElementById("desk").dataset.stage = now);

  let own = Promise.resolve(); // the latest change of this page, until its answer is here
  async function change(message) {
    desk.epoch = (desk.epoch || 0) + 1;
    stage("changing");
    try {
      const state = await desk.ask("do", message);
      if (state.seq >= desk.seq) {
        take(state); // else the answer to a later change was here first
      }
    } catch (error) {
      desk.showLevers();
      if (!error.problems) {
        throw error;
      }
    }
  }

  desk.take = take;
  function take(state) {
    if (state.seq !== desk.seq) {
      stage("changing"); // the picture is still that of before
    }
    desk.state = state;
    desk.seq = state.seq;
    takeGround();
    desk.showBar();
    desk.showLevers();
    desk.showEdits();
    desk.showTools();
  }

  // What lies under the map is another where a scenario brings roads of its own.
  async function takeGround() {
    const key = desk.state.ground;
    if (key !== desk.ground.key) {
      desk.ground.key = key;
      const ground = await desk.ask("ground", {});
      if (key === desk.state.ground) {
        desk.ground = ground;
        desk.drawGround(ground);
      }
    }
  }

  let fetched = 0;
  desk.fetchPicture = async function () {
    const [plan, asked, epoch] = [desk.plan, (fetched += 1), desk.epoch];
    const picture = await desk.ask("picture", { plan: plan, known: desk.shapes });
    if (plan === desk.plan && asked === fetched && epoch === desk.epoch) {
      desk.show(picture); // else a change was made meanwhile, and its own picture counts
    }
  };

  // Shows a picture: a whole one, or what is known at once while the rest is computed.
  desk.show = function (picture) {
    if (picture.plan !== desk.plan) {
      return;
    }
    const settled = picture.stage === "settled";
    stage(picture.stage);
    if (picture.stage === "failed") {
      desk.toast(picture.problems.map((p) => [p.zh, p.en]), true);
      const box = document.getElementById("toast");
      desk.button(box, ["再算", "Compute again"], async () => {
        box.hidden = true;
        await desk.ask("again", { plan: desk.plan });
        desk.fetchPicture();
      }, "act");
      return;
    }
    if (picture.stage === "waiting") {
      return;
    }
    if (picture.title) {
      desk.subject = picture.subject;
      const title = document.getElementById("list-title");
      title.replaceChildren();
      nngis.both(picture.title, title);
    } else if (!desk.subject) {
      desk.subject = { heat: "boilers", rooftop: "roofs", sewer: "gaps" }[desk.plan] || null;
    }
    desk.base = picture.base;
    desk.drawLayers(picture.layers, settled);
    if (settled) {
      desk.fillList(picture.list);
      desk.showAssumed(picture);
      desk.showWhy();
    } else if (picture.list) {
      desk.fillList(picture.list);
      desk.showWhy();
    } else {
      desk.patchList(picture.columns || {});
    }
    // Rows that hang on what is still being sought stay as they were, pale.
    document.getElementById("grid").classList.toggle("stale", !settled && !picture.list && !picture.columns);
    desk.showVerdicts(picture.indicators, picture.stage);
    desk.standLevers();
    desk.showSiting(picture.siting);
    desk.showOthers(picture.others);
    desk.showBriefs(picture.tables || [], settled);
    if (settled || picture.ticks) {
      desk.showTicks(picture.ticks);
    }
    desk.shownKey = picture.key;
    desk.shownStage = picture.stage;
    desk.drawnAt = performance.now();
  };

  desk.openPlan = function (plan) {
    desk.plan = plan;
    stage("opening");
    Object.assign(desk, { chosen: null, pickedIds: null, shapes: {}, indicators: [], subject: null, base: null });
    nngis.scene.layers = [];
    document.getElementById("list-title").replaceChildren();
    ["assumed", "siting", "others", "briefs", "standing"].forEach((id) => document.getElementById(id).replaceChildren());
    desk.showTicks([]);
    desk.fillList({ id: [], columns: {}, fields: {} });
    desk.showBar();
    desk.showLevers();
    desk.showTools();
    desk.showVerdicts([], "settled");
    desk.showWhy();
    desk.drawLayers([], true);
    return desk.fetchPicture();
  };

  desk.speak = function (lang) {
    window.localStorage.setItem("nngis-lang", lang);
    nngis.speak(lang);
    if (desk.state) {
      desk.showBar();
      desk.showLevers();
      desk.nameBase();
      desk.relist();
      nngis.canvas.redraw();
    }
    document.title = (desk.state ? desk.state.case[desk.at()] + " · " : "") + ["规划桌面", "Planning desk"][desk.at()];
  };

  async function heard(message) {
    if (message.kind === "progress") {
      if (message.plan === desk.plan || !message.plan) {
        desk.showBusy([{ plan: message.plan }], message.said);
      }
    } else if (message.kind === "busy" || message.kind === "stopped") {
      desk.showBusy(message.busy);
      if (message.kind === "stopped") {
        desk.fetchPicture();
      }
    } else if (message.kind === "settled") {
      desk.showBusy(message.busy);
      await desk.refreshCompare();
      if (message.plan === desk.plan) {
        await desk.fetchPicture();
      }
    } else if (message.kind === "closing") {
      desk.hearClosing(message);
    } else if (message.kind === "ready") {
      if (message.plan === desk.plan && desk.shownStage !== "settled") {
        await desk.fetchPicture();
      }
    } else if (message.kind === "written") {
      desk.showBusy(message.busy);
      const bad = message.problems.map((p) => [p.zh, p.en]);
      bad.length ? desk.toast(bad, true) : desk.showWritten(message);
    } else if (message.kind === "changed") {
      await own; // what this page changed is told to it too, and known by then
      if (message.seq < 0 || message.seq > desk.seq) {
        // Another tab changed it, or the program is back.
        take(await desk.ask("state", {}));
        await desk.fetchPicture();
      }
    }
  }

  async function start() {
    const asked = new URLSearchParams(location.search).get("lang");
    nngis.speak(asked || window.localStorage.getItem("nngis-lang") || "zh");
    const [state, ground] = await Promise.all([desk.ask("state", {}), desk.ask("ground", {})]);
    Object.assign(desk, { state: state, ground: ground });
    desk.openMap(ground);
    desk.joinBar();
    desk.joinList();
    desk.joinCompare();
    desk.joinLedger();
    desk.listen(heard);
    take(state);
    await desk.openPlan("heat");
    desk.speak(nngis.lang());
    document.body.classList.add("ready");
  }

  // What was refused is on the page in words already.
  window.addEventListener("unhandledrejection", (event) => event.reason && event.reason.problems && event.preventDefault());
  start();
})((window.nngis = window.nngis || {}));
