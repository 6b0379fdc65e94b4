// The play bar: play, step, speed, timeline with what happened on it.

const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 32]; // days a second
const svg = (d) => `<svg viewBox="0 0 24 24" width="20" height="20" fill="currentColor" aria-hidden="true"><path d="${d}"/></svg>`;
const ICON = {
  play: svg("M8 5v14l11-7z"), pause: svg("M6 5h4v14H6zM14 5h4v14h-4z"),
  back: svg("M6 6h2v12H6zM19 6v12l-9-6z"), forward: svg("M16 6h2v12h-2zM5 6v12l9-6z"),
  before: svg("M11 6v12l-8-6zM20 6v12l-8-6z"), after: svg("M4 6v12l8-6zM13 6v12l8-6z"),
  help: svg("M11 18h2v-2h-2v2zm1-16a10 10 0 100 20 10 10 0 000-20zm0 18a8 8 0 110-16 8 8 0 010 16zm0-14a4 4 0 00-4 4h2a2 2 0 114 0c0 2-3 1.75-3 5h2c0-2.25 3-2.5 3-5a4 4 0 00-4-4z"),
  plus: svg("M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z"), minus: svg("M5 11h14v2H5z"), fit: svg("M4 4h6v2H6v4H4zM14 4h6v6h-2V6h-4zM4 14h2v4h4v2H4zM18 14h2v6h-6v-2h4z"),
  layers: svg("M12 2 1 9l11 7 11-7zm0 2.4L19.2 9 12 13.6 4.8 9zM3 13l-2 1.3L12 21l11-6.7-2-1.3-9 5.5z"), legend: svg("M4 5h4v4H4zm6 1h10v2H10zM4 10h4v4H4zm6 1h10v2H10zM4 15h4v4H4zm6 1h10v2H10z"),
};

// Kinds of event that are worth a mark and a jump; the sign tells them apart without colour.
const KEY = {
  siege_broken: ["Siege broken", "★"], capture: ["Place taken", "■"], shootdown: ["Shoot-down", "✖"], clash: ["Open clash", "✸"],
  rung_up: ["Up the ladder", "▲"], rung_down: ["Down the ladder", "▽"], channel_suspended: ["Channel suspended", "⊘"], channel_restored: ["Channel restored", "○"],
  ground_line: ["Line agreed", "═"], surrender: ["Surrender", "▼"], bridged: ["Pontoon laid", "∩"], intervention: ["Your change", "◆"],
  reposition: ["Aircraft moved", "↷"], zone_entry: ["Zone entered", "!"], ended: ["End", "●"],
};
const GROUPS = {
  control: ["Ground and places", ["capture", "siege_broken", "crossed", "bridged", "control"]],
  fight: ["Fighting and losses", ["broken", "surrender", "aircraft_lost", "clash", "destroyed"]],
  escalate: ["Escalation", ["rung_up", "rung_down", "shootdown", "lock_on", "strike_on_proxy", "skirmish", "zone_entry", "zone_strike", "channel_suspended", "channel_restored", "ground_line", "reposition", "convoy_struck"]],
  decide: ["Decisions", ["mission", "mission_ended", "order"]],
  other: ["Other", []],
};
const APART = 13; // pixels between two marks on the timeline
const groupOf = (kind) => Object.keys(GROUPS).find((name) => GROUPS[name][1].includes(kind)) || "other";

function moment(meta, tick) {
  const date = new Date(Date.parse(meta.start) + tick * meta.tick_hours * 3600e3);
  const text = date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  return { date, text, hour: `${String(date.getUTCHours()).padStart(2, "0")}:00 UTC` };
}

class Bar {
  constructor(root, { meta, on }) {
    this.meta = meta;
    this.on = on;
    root.className = "fp-bar";
    const button = (name, label, keys, icon = ICON[name]) => `<button type="button" data-do="${name}" aria-label="${label}" title="${label} (${keys})">${icon}</button>`;
    root.innerHTML = `<div class="fp-buttons" role="group" aria-label="Play">
        ${button("before", "Previous event", ",")}${button("back", "Step back", "left arrow")}
        <button type="button" class="fp-play" data-do="play" data-testid="play" aria-label="Play" title="Play or pause (space)">${ICON.play}</button>
        ${button("forward", "Step forward", "right arrow")}${button("after", "Next event", ".")}</div>
      <div class="fp-line"><div class="fp-ahead"></div><div class="fp-marks" aria-hidden="true"></div><div class="fp-months" aria-hidden="true"></div>
        <input type="range" min="0" max="${meta.horizon}" value="0" step="1" aria-label="Timeline" data-testid="scrub"><div class="fp-marktip" hidden></div></div>
      <div class="fp-buttons" role="group" aria-label="Speed and help">
        <label class="fp-speed">Speed<select aria-label="Speed">${SPEEDS.map((s) => `<option value="${s}">${s < 1 ? `1 day in ${1 / s} s` : `${s} day${s > 1 ? "s" : ""} a second`}</option>`).join("")}</select></label>
        <button type="button" class="fp-toggle" data-do="history" aria-pressed="false" title="Mark what happened in reality (H)" ${meta.history.length ? "" : "hidden"}>History</button>
        ${button("help", "Help and keys", "?")}</div>`;
    const find = (s) => root.querySelector(s);
    this.root = root;
    this.input = find("input");
    this.ahead = find(".fp-ahead");
    this.marks = find(".fp-marks");
    this.playButton = find("[data-do=play]");
    this.select = find("select");
    this.tip = find(".fp-marktip");
    this.months(find(".fp-months"));
    root.addEventListener("click", (event) => {
      const name = event.target.closest("[data-do]")?.dataset.do;
      if (name) on[name]?.();
    });
    this.input.addEventListener("input", () => on.seek(+this.input.value));
    this.select.addEventListener("change", () => on.speed(+this.select.value));
    find(".fp-line").addEventListener("pointermove", (event) => this.hover(event));
    find(".fp-line").addEventListener("pointerleave", () => { this.pointed = false; this.tip.hidden = true; });
    this.input.addEventListener("blur", () => { this.tip.hidden = true; });
    this.shown = [];
    this.all = []; // with history, where it is wanted
    this.pointed = false;
  }

  months(root) {
    const { meta } = this;
    for (let tick = 1, last = -1; tick < meta.horizon; tick++) {
      const { date } = moment(meta, tick);
      if (date.getUTCMonth() !== last && last >= 0 && date.getUTCDate() === 1 && tick < meta.horizon * 0.96) {
        const mark = document.createElement("span");
        mark.textContent = date.toLocaleDateString("en-GB", { month: "short", timeZone: "UTC" });
        mark.style.left = `${(tick / meta.horizon) * 100}%`;
        root.append(mark);
      }
      last = date.getUTCMonth();
    }
  }

  playing(yes) {
    this.playButton.innerHTML = yes ? ICON.pause : ICON.play;
    this.playButton.setAttribute("aria-label", yes ? "Pause" : "Play");
  }

  buffered(total) { this.ahead.style.width = `${Math.min(100, (Math.max(0, total - 1) / this.meta.horizon) * 100)}%`; }

  at(tick) {
    this.input.value = tick;
    const { text } = moment(this.meta, tick);
    const here = this.all.filter((mark) => mark.tick === tick);
    this.input.setAttribute("aria-valuetext", [`Day ${Math.floor(tick * this.meta.days_per_tick)}, ${text}`, ...here.map((mark) => mark.text)].join("; "));
    if (this.input.matches(":focus-visible")) this.say(tick);
    else if (!this.pointed) this.tip.hidden = true;
  }

  // Marks of the events known so far, and of history where wanted; stacked in two rows.
  events(events, history) {
    const keyed = events.filter((event) => KEY[event.kind] && event.kind !== "rung_down");
    this.shown = keyed.map((event) => ({ tick: event.tick, x: event.x, y: event.y, text: `${KEY[event.kind][0]}: ${event.line}`, sign: KEY[event.kind][1], kind: event.kind }));
    const past = history ? this.meta.history.map((event) => ({ tick: event.tick, text: `History: ${event.text}`, sign: "◇", kind: "history" })) : [];
    const order = Object.keys(KEY); // where marks would cover each other, the first kind is shown
    const fit = Math.max(12, Math.round(this.input.getBoundingClientRect().width / APART));
    const slots = new Map();
    for (const mark of [...this.shown, ...past]) {
      const slot = `${mark.kind === "history"}${Math.round((mark.tick / this.meta.horizon) * fit)}`;
      const there = slots.get(slot);
      if (!there || order.indexOf(mark.kind) < order.indexOf(there.kind)) slots.set(slot, mark);
    }
    this.marks.innerHTML = [...slots.values()].map((mark) => `<i class="${mark.kind === "history" ? "fp-past" : `fp-${groupOf(mark.kind)}`}" style="left:${((mark.tick / this.meta.horizon) * 100).toFixed(2)}%">${mark.sign}</i>`).join("");
    this.all = [...past, ...this.shown];
  }

  hover(event) {
    const box = this.input.getBoundingClientRect();
    this.pointed = true;
    this.say(((event.clientX - box.left) / box.width) * this.meta.horizon);
  }

  // What is marked about a point of the timeline, in words above it.
  say(tick) {
    const box = this.input.getBoundingClientRect();
    const near = this.all.filter((mark) => Math.abs(mark.tick - tick) < (this.meta.horizon / box.width) * 6).slice(0, 5);
    const { text } = moment(this.meta, Math.max(0, Math.round(tick)));
    this.tip.innerHTML = `<b>${text}</b>${near.map((mark) => `<span>${mark.sign} ${escapeHtml(mark.text)}</span>`).join("")}`;
    this.tip.hidden = false;
    const left = Math.max(0, Math.min(box.width - 280, (tick / this.meta.horizon) * box.width - 140));
    this.tip.style.left = `${left}px`;
  }

  // The next or the last mark before, of history too where it is shown; with its neighbours of that tick.
  next(tick) { return this.marked((mark) => mark.tick > tick, Math.min); }
  previous(tick) { return this.marked((mark) => mark.tick < tick, Math.max); }

  marked(wanted, best) {
    const found = this.all.filter(wanted).map((mark) => mark.tick);
    const tick = best(...found);
    return found.length ? { tick, marks: this.all.filter((mark) => mark.tick === tick) } : null;
  }
}
