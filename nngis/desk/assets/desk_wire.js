/* The wire between page and Python: small messages, and what is told unasked. */
(function (nngis) {
  "use strict";
  const desk = (nngis.desk = { state: null, plan: "heat", lang: "zh", parts: [] });
  const VERSION = 1;

  desk.words = {
    failed: ["没有完成", "It failed"],
    lost: ["与程序失去联系；改动已保存，正在重连… 如果程序已关闭，请重新运行 nngis desk，在新打开的页面上继续。", "The program does not answer; what you changed is kept. Trying again… If it was closed, run nngis desk again and go on in the page that it opens."],
    back: ["已重新连接。", "Connected again."],
    version: ["程序已更新，请刷新页面。", "The program was updated; reload the page."],
    stop: ["停止", "Stop"],
    computing: ["正在计算", "Computing"],
  };

  // What is wrong, and where, in both languages.
  desk.saidOf = (problems) => problems.map((p) => [p.zh, p.en].map((text) => (p.where ? p.where + "：" : "") + text));

  // Asks; what is wrong comes back as an error that holds the problems in both languages.
  desk.ask = async function (name, message) {
    let answer;
    try {
      answer = await fetch("ask/" + name, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(Object.assign({ v: VERSION }, message)),
      });
    } catch (error) {
      desk.lost(true);
      throw error;
    }
    const found = await answer.json();
    if (found.problems && !answer.ok) {
      desk.toast(desk.saidOf(found.problems));
      throw Object.assign(new Error("refused"), { problems: found.problems });
    }
    return found;
  };

  // The last value wins: while one question is on its way, only the latest of those after it waits.
  desk.latest = function (send) {
    let running = false;
    let next = null;
    const run = async function (value) {
      running = true;
      try {
        await send(value);
      } catch (error) {
        if (!error.problems) {
          console.warn(error);
        }
      }
      running = false;
      if (next !== null) {
        const [then] = next;
        next = null;
        run(then);
      }
    };
    return (value) => (running ? (next = [value]) : run(value));
  };

  desk.listen = function (heard) {
    let was = true;
    const open = function () {
      const line = new EventSource("events");
      line.onopen = () => {
        if (!was) {
          desk.lost(false);
          heard({ kind: "changed", seq: -1 });
        }
        was = true;
      };
      line.onmessage = (event) => heard(JSON.parse(event.data));
      line.onerror = () => {
        desk.lost(true);
        was = false;
        line.close();
        window.setTimeout(open, 1000);
      };
    };
    open();
  };

  desk.lost = function (on) {
    document.body.classList.toggle("lost", on);
    desk.toast([on ? desk.words.lost : desk.words.back], on);
  };

  // A dialog lies above all else, so what is said is in it while it is open.
  const inSight = function () {
    const dialog = document.getElementById("dialog");
    const stage = document.getElementById("pane-map");
    dialog.addEventListener("close", inSight); // once only: it is one and the same
    (dialog.open ? dialog : stage).append(document.getElementById("toast"));
  };

  // Says something at the foot of the map; each line in both languages, as text.
  let fading = 0;
  desk.toast = function (lines, stays) {
    const box = document.getElementById("toast");
    inSight();
    box.replaceChildren();
    lines.slice(0, 6).forEach((pair) => nngis.both(pair, nngis.make("span", "line", box)));
    box.hidden = false;
    window.clearTimeout(fading);
    if (!stays) {
      fading = window.setTimeout(() => (box.hidden = true), 7000);
    }
  };

  desk.button = function (parent, pair, action, name) {
    const node = nngis.make("button", name || "", parent);
    node.type = "button";
    nngis.both(pair, node);
    node.addEventListener("click", action);
    return node;
  };

  // A number as people read it.
  desk.number = function (value) {
    if (value === null || value === undefined) {
      return "—";
    }
    const digits = Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 10 ? 1 : 3;
    return value.toLocaleString("en-US", { maximumFractionDigits: digits });
  };

  // What is more or less than before; a value that is not known has no difference.
  desk.difference = function (value, before) {
    if (!Number.isFinite(value) || !Number.isFinite(before)) {
      return "—";
    }
    const more = value - before;
    return Math.abs(more) <= 1e-9 ? "0" : (more > 0 ? "+" : "−") + desk.number(Math.abs(more));
  };

  // A unit after a number or in a heading, in both languages.
  desk.unit = function (pair, parent, name) {
    if (pair && pair[0]) {
      nngis.both(pair.map((text) => (text ? " " + text : "")), nngis.make(name ? "span" : "small", name || "", parent));
    }
  };

  desk.title = function (words, value) {
    return words && Object.hasOwn(words.v, String(value)) ? words.v[String(value)] : [String(value), String(value)];
  };

  // A value of a column, as text of one language.
  desk.shown = function (words, value) {
    if (value === null || value === undefined) {
      return "";
    }
    if (typeof value === "boolean") {
      return nngis.words[value ? "yes" : "no"][desk.at()];
    }
    if (typeof value === "number") {
      const shown = words && words.share ? value * 100 : value;
      return words && words.y === "year" ? String(value) : shown.toLocaleString("en-US", { maximumFractionDigits: 3 });
    }
    return desk.title(words, value)[desk.at()];
  };

  desk.at = () => (nngis.lang() === "zh" ? 0 : 1);

  desk.open = function (fill) {
    const dialog = document.getElementById("dialog");
    const body = document.getElementById("dialog-body");
    body.replaceChildren();
    desk.button(body, ["关闭 ✕", "Close ✕"], () => dialog.close(), "close");
    fill(body, () => dialog.close());
    if (!dialog.open) {
      dialog.showModal();
      inSight();
    }
    return dialog;
  };
})((window.nngis = window.nngis || {}));
