// The page around the map: clock, keys, panels, messages. One `start` serves the live
// page (an anywidget model behind `host`) and the replay file (data inside).

const TABS = [
  ["now", "Now", "M3 13h4v8H3zM10 8h4v13h-4zM17 3h4v18h-4z"],
  ["why", "Why", "M10 4a6 6 0 104.5 10l5 5 1.4-1.4-5-5A6 6 0 0010 4zm0 2a4 4 0 110 8 4 4 0 010-8z"],
  ["text", "Text", "M5 4h14v2H5zm0 4h14v2H5zm0 4h14v2H5zm0 4h9v2H5z"],
  ["tension", "Tension", "M13 2 5 14h6l-1 8 9-12h-6z"],
  ["events", "Events", "M4 6h2v2H4zm4 0h12v2H8zm-4 5h2v2H4zm4 0h12v2H8zm-4 5h2v2H4zm4 0h12v2H8z"],
];
const SOLARA_TABS = [
  ["charts", "Charts", "M3 20V4h2v11l4-5 4 3 6-8 1.6 1.2-7.2 9.6-4-3L5 18h16v2z"],
  ["steer", "Steer", "M4 6h9v2H4zm13 0h3v2h-3zm-3-2h2v6h-2zM4 16h3v2H4zm7 0h9v2h-9zm-3-2h2v6H8z"],
  ["keep", "Keep", "M5 3h11l3 3v15H5zm3 2v5h7V5zm0 9v5h8v-5z"],
  ["sweeps", "Sweeps", "M3 18c3 0 3-12 6-12s3 12 6 12 3-6 6-6v2c-2 0-3 6-6 6S12 8 9 8s-3 12-6 12z"],
];
const HELP = [
  ["Space", "play or pause"], ["← →", "one step back or on; with Shift a day"], [", .", "previous or next mark of the timeline, history too where shown"],
  ["Home End", "first and last day known"], ["+ −", "faster, slower"], ["[ ]", "zoom out, in"], ["W A S D", "move the map"],
  ["Enter", "what is in the middle of the map"], ["0", "whole map"], ["L", "layers"], ["K", "legend"], ["H", "history on the timeline"], ["1 to 9", "panels"], ["?", "this help"],
];

const TOLD_MS = 7000; // for which a short notice stays over the map
const READING_MS = 250; // between two changes of a panel while playing: nobody reads faster

function start(el, host) {
  const { meta } = host;
  prepare(meta);
  el.classList.add("fp");
  const tabs = host.replay ? TABS.concat([["lines", "Charts", SOLARA_TABS[0][2]]]) : TABS.concat(SOLARA_TABS);
  el.innerHTML = pageHtml(meta, tabs, host);
  const find = (s) => el.querySelector(s);
  const stages = find(".fp-stages");
  const layers = Object.fromEntries(LAYERS.map(([name]) => [name, true]));
  const view = new View(meta);
  const players = [new Player(meta.layout), new Player(meta.layout)];
  const stories = [new Story(), new Story()];
  const state = { now: 0, playing: false, speed: host.initial.speed || 1, selected: null, history: false, mode: "single", dirty: true, panel: "", want: 0, dark: false, follow: false, branch: 0 };
  const maps = [
    new MapView(find(".fp-a"), { meta, player: players[0], view, layers }),
    new MapView(find(".fp-b"), { meta, player: players[1], view, layers, title: "Before the change" }),
  ];
  const tick = () => Math.floor(state.now);
  const last = () => Math.max(0, players[0].total - 1);
  const asked = new Map();
  let askedId = 0;
  const panels = new Panels(find(".fp-panel"), {
    meta, story: () => stories[0], player: () => players[0], tick, dark: () => state.dark, selected: () => state.selected,
    select, go: (to, at) => { seek(to); if (at) lookAt(at); },
    ask: (what, args) => new Promise((resolve) => { askedId += 1; asked.set(askedId, resolve); host.send({ type: "ask", id: askedId, what, ...args }); }),
  });
  const bar = new Bar(find(".fp-bar"), {
    meta,
    on: {
      play: () => play(!state.playing), back: () => step(-1), forward: () => step(1), before: () => jump(-1), after: () => jump(1),
      help: () => find("dialog.fp-help").showModal(), history: () => toggleHistory(), seek, speed: (value) => speed(value, false),
    },
  });

  function play(yes) {
    if (yes && players[0].done && state.now >= last() - 0.01) state.now = 0;
    state.playing = yes;
    if (yes) hush();
    bar.playing(yes);
    if (!yes) { panels.update(); state.dirty = true; }
    if (yes) message("");
  }
  function seek(to) { hush(); state.now = Math.max(0, Math.min(last(), to)); state.dirty = true; need(); }
  function step(by) { play(false); seek(by > 0 ? tick() + by : Math.ceil(state.now) + by); }
  function jump(direction) {
    const found = direction > 0 ? bar.next(tick()) : bar.previous(tick());
    play(false);
    if (!found) { announce(direction > 0 ? "No later event is known yet." : "No earlier event."); return; }
    seek(found.tick);
    const said = found.marks.slice(0, 3).map((mark) => `${mark.sign} ${mark.text}`);
    if (found.marks.length > 3) said.push(`and ${found.marks.length - 3} more`);
    announce(said.join("\n"));
    const at = found.marks.find((mark) => mark.x != null);
    if (at) lookAt([at.x, at.y], false);
  }
  function speed(value, show = true) {
    state.speed = value;
    if (show) bar.select.value = value;
  }
  function toggleHistory() {
    state.history = !state.history;
    find("[data-do=history]").setAttribute("aria-pressed", state.history);
    bar.events(stories[0].events, state.history);
  }
  function lookAt([x, y], zoom = true) {
    const px = view.px(x);
    const py = view.py(y);
    if (zoom || px < 40 || py < 40 || px > view.width - 40 || py > view.height - 40) { if (view.zoomed < 2 && zoom) view.k = view.least * 2.4; view.centre(x, y); refit(); }
    state.pulse = { x, y, until: performance.now() + 1600 };
  }
  function select(thing) {
    state.selected = thing;
    state.dirty = true;
    if (state.panel !== "why") tab("why");
    panels.update(true);
  }
  function tab(name, focus = false) {
    state.panel = name;
    for (const button of el.querySelectorAll("[role=tab]")) {
      const on = button.dataset.tab === name;
      button.setAttribute("aria-selected", on);
      button.tabIndex = on ? 0 : -1;
      if (on && focus) button.focus();
    }
    const ours = TABS.some(([id]) => id === name) || name === "lines";
    const panel = find(".fp-panel");
    panel.hidden = !ours;
    panel.setAttribute("aria-labelledby", `fp-tab-${name}`);
    panel.scrollTop = 0;
    if (ours) panels.show(name);
    host.set("panel", name);
  }
  // Say something for a while: to be seen over the map, and to be heard.
  function announce(text) {
    find(".fp-live").textContent = text;
    find(".fp-told").textContent = text;
    find(".fp-told").hidden = !text;
    state.told = text ? performance.now() + TOLD_MS : 0;
  }
  function hush() { find(".fp-told").hidden = true; state.told = 0; }
  function message(text, kind = "") {
    const box = find(".fp-message");
    box.hidden = !text;
    box.dataset.kind = kind;
    box.firstElementChild.textContent = text;
  }
  function need() {
    const to = tick() + meta.run_ahead;
    if (to > state.want + 16) { state.want = to; host.send({ type: "need", upto: to }); }
  }

  // --- drawing --------------------------------------------------------------------
  let refitting = false;
  function refit() { if (!refitting) { refitting = true; requestAnimationFrame(() => { refitting = false; fixed(); }); } }
  function fixed() {
    for (const [i, map] of maps.entries()) if (i === 0 || state.mode === "side") { map.moving.key = ""; map.fixed(); }
    scale();
    state.dirty = true;
  }
  function resize() {
    const side = state.mode === "side";
    find(".fp-b").hidden = !side;
    const box = stages.getBoundingClientRect();
    size = `${box.width} ${box.height}`;
    const wide = box.width > 700;
    const width = side && wide ? Math.floor((box.width - 4) / 2) : Math.floor(box.width);
    const height = side && !wide ? Math.floor((box.height - 4) / 2) : Math.floor(box.height);
    if (width < 20 || height < 20) return;
    stages.dataset.split = side ? (wide ? "beside" : "below") : "";
    view.reserved = [[0, 0, 250, 62], [0, height - 40, 250, height], [width - 56, 0, width, 240], [width - 220, height - 28, width, height]];
    view.resize(width, height);
    bar.events(stories[0].events, state.history);
    for (const map of maps) { map.root.style.width = `${width}px`; map.root.style.height = `${height}px`; map.resize(width, height); }
    themed();
    picture(); // a canvas of another size is empty
  }
  function themed() {
    const at = el.isConnected ? el.parentElement : document.body;
    const colour = getComputedStyle(at).color.match(/[\d.]+/g).map(Number);
    state.dark = luminance(colour) > 0.55;
    const theme = state.dark ? "dark" : "light";
    if (el.dataset.theme !== theme) el.dataset.theme = theme; // in a replay it is watched, and a change draws all anew
    for (const [i, map] of maps.entries()) if (i === 0 || state.mode === "side") map.theme(state.dark);
    else map.dark = state.dark;
    maps[1].control.colours(state.dark);
    find(".fp-legend-box").replaceChildren(legend(meta, state.dark));
    if (state.panel) panels.show(state.panel);
    scale();
    state.dirty = true;
  }
  function scale() {
    const km = [5, 10, 20, 50, 100, 200].filter((each) => (each / meta.cell_km) * view.k < 140).pop() || 5;
    find(".fp-scale i").style.width = `${(km / meta.cell_km) * view.k}px`;
    find(".fp-scale span").textContent = `${km} km`;
  }
  let shownTick = -1;
  let readAt = 0;
  function picture() {
    const against = state.mode === "difference" ? players[1] : null;
    const resting = !state.playing;
    maps[0].draw(state.now, { selected: state.selected, against, resting });
    if (state.mode === "side") maps[1].draw(state.now, { selected: state.selected, resting });
    if (state.pulse) pulse();
  }
  function compared() { // in words too: what differs may be too small to be seen
    const [shown, before] = players;
    if (!shown.total) return;
    const late = tick() >= before.total;
    const text = late ? `The run before the change is known to day ${Math.floor((before.total - 1) * meta.days_per_tick)} only`
      : differenceInWords(differing(shown.get(tick()), before.get(tick()), shown.at));
    const at = maps[0].root.querySelector(".fp-run");
    if (at.textContent !== text) at.textContent = text;
  }
  function draw() {
    picture();
    if (state.mode === "difference") compared();
    const t = tick();
    if (t !== shownTick) {
      shownTick = t;
      const { text, hour } = moment(meta, t);
      find(".fp-date").textContent = text;
      find(".fp-hour").textContent = `Day ${Math.floor(t * meta.days_per_tick)} · ${hour}`;
      bar.at(t);
      if (!state.playing || performance.now() - readAt > READING_MS) { readAt = performance.now(); panels.update(); }
      window.dispatchEvent(new CustomEvent("flashpoint:tick", { detail: { tick: t, day: t * meta.days_per_tick } }));
    }
  }
  // The upright line of the charts; they may have come after the day was drawn.
  const charts = document.getElementsByClassName("fp-chart");
  function cursor() {
    for (const chart of charts) {
      if (chart.dataset.tick === String(shownTick)) continue;
      chart.dataset.tick = shownTick;
      chart.style.setProperty("--fp-share", Math.max(0, shownTick) / meta.horizon);
    }
  }
  function pulse() {
    const left = (state.pulse.until - performance.now()) / 1600;
    if (left <= 0) { state.pulse = null; return; }
    const g = maps[0].g.map;
    g.strokeStyle = state.dark ? "#fff" : "#111";
    g.globalAlpha = left;
    g.lineWidth = 2;
    g.beginPath();
    g.arc(view.px(state.pulse.x), view.py(state.pulse.y), 14 + (1 - left) * 22, 0, 7);
    g.stroke();
    g.globalAlpha = 1;
    state.dirty = true;
  }

  let alive = true;
  let before = 0;
  let pushed = 0;
  let pushedTick = -1;
  let waiting = false;
  function loop(time) {
    if (!alive) return;
    const seconds = Math.min(0.1, (time - before) / 1000);
    before = time;
    if (state.playing && players[0].total > 1) {
      const to = state.now + (seconds * state.speed) / meta.days_per_tick;
      state.now = Math.min(to, last());
      if (to > last()) {
        if (players[0].done) { play(false); announce("The run has ended."); }
        else if (!waiting) { waiting = true; find(".fp-wait").hidden = false; }
      }
      state.dirty = true;
      need();
    }
    if (waiting && state.now < last() - 0.5) { waiting = false; find(".fp-wait").hidden = true; }
    if (state.dirty) { state.dirty = false; draw(); }
    if (state.told && time > state.told) hush();
    cursor();
    if (tick() !== pushedTick && time - pushed > 250) { pushed = time; pushedTick = tick(); host.set("tick", pushedTick); }
    requestAnimationFrame(loop);
  }

  // Ask for everything anew: something was lost on the way while the connection was down.
  function again() {
    if (state.again) return;
    state.again = true;
    stories[0].clear();
    host.send({ type: "hello" });
  }

  // --- what comes from the engine ------------------------------------------------------
  function receive(what, buffers = []) {
    const run = what.run || 0;
    state.heard = performance.now();
    if (what.branch < state.branch) return; // of the run before it was cut
    if (what.branch !== undefined) state.branch = what.branch;
    if (what.changed !== undefined) state.changed = what.changed;
    if (what.type === "pong") { if (what.sent > players[0].total) again(); return; }
    if (what.type === "chunk") {
      const first = buffers.length ? firstTick(buffers[0]) : 0;
      if (run === 0 && (state.again ? first > 0 : first > players[0].total)) { again(); return; }
      state.again = false;
      for (const part of buffers) players[run].add(part);
      stories[run].add(plain(meta, what.story));
      if (run === 0) {
        bar.buffered(players[0].total);
        if (what.story?.events?.length) bar.events(stories[0].events, state.history);
        panels.update(true);
        find(".fp-wait").hidden = true;
        waiting = false;
        if (host.initial.tick && players[0].total > host.initial.tick) { seek(host.initial.tick); host.initial.tick = 0; } else if (host.initial.tick) need();
        if (!state.started && host.initial.playing && !host.initial.tick) { state.started = true; play(true); }
      }
      state.dirty = true;
    } else if (what.type === "done") {
      players[run].done = true;
      if (run === 0) { bar.buffered(meta.horizon + 1); if (what.text) message(what.text, "note"); }
    } else if (what.type === "cut") { // a branch: nothing after this tick is known any more
      players[run].cut(what.tick);
      stories[run].cut(what.tick, Math.floor(what.tick * meta.days_per_tick));
      if (run === 0) { bar.buffered(players[0].total); bar.events(stories[0].events, state.history); state.want = what.tick; seek(Math.min(state.now, what.tick)); panels.update(true); }
    } else if (what.type === "copy") { // keep what is shown as the run to compare with
      players[1].frames = players[0].frames.slice();
      players[1].total = players[0].total;
      players[1].done = players[0].done;
      maps[1].control.forget();
      find(".fp-compare").hidden = false;
    } else if (what.type === "reset") {
      players[run].cut(-1);
      stories[run].clear();
      state.want = 0;
      state.now = 0;
      shownTick = -1;
      message("");
      bar.buffered(0);
      bar.events([], state.history);
      for (const map of maps) map.control.forget();
      if (what.mode) mode("single");
      if (what.clear) { find(".fp-compare").hidden = true; players[1].cut(-1); }
    } else if (what.type === "seek") seek(what.tick);
    else if (what.type === "play") play(what.on);
    else if (what.type === "show") { if (what.at) lookAt(what.at); if (what.panel) tab(what.panel); }
    else if (what.type === "message") message(what.text, what.kind);
    else if (what.type === "answer") { asked.get(what.id)?.(what.data); asked.delete(what.id); }
    else if (what.type === "save") save(what);
    host.after?.(what);
  }
  function mode(name) {
    state.mode = name;
    for (const button of el.querySelectorAll(".fp-compare button")) button.setAttribute("aria-pressed", button.dataset.mode === name);
    maps[0].root.querySelector(".fp-run").hidden = name === "single";
    maps[0].root.querySelector(".fp-run").textContent = "With the change";
    for (const map of maps) map.control.forget();
    resize();
  }
  const save = makeSave({ maps, view, state, seek, players, meta, announce, message, tick, play });

  // --- what comes from the reader ------------------------------------------------------
  el.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (!button) return;
    const act = button.dataset.act;
    if (act === "in" || act === "out") { view.zoom(act === "in" ? 1.5 : 1 / 1.5, view.width / 2, view.height / 2); refit(); }
    else if (act === "fit") { view.fit(); refit(); }
    else if (act === "layers" || act === "legend") popover(act);
    else if (act === "mode") mode(button.dataset.mode);
    else if (act === "close") message("");
    else if (act === "close-help") find("dialog.fp-help").close();
    else if (act === "theme") { document.documentElement.dataset.theme = state.dark ? "light" : "dark"; themed(); }
  });
  function popover(name) {
    for (const id of ["layers", "legend"]) {
      const box = find(`.fp-${id}-box`);
      const open = id === name && box.hidden;
      box.hidden = !open;
      find(`[data-act=${id}]`).setAttribute("aria-expanded", open);
    }
  }
  for (const input of el.querySelectorAll(".fp-layers-box input")) {
    input.addEventListener("change", () => { layers[input.value] = input.checked; fixed(); });
  }
  const list = find("[role=tablist]");
  list.addEventListener("click", (event) => { const button = event.target.closest("[role=tab]"); if (button) tab(button.dataset.tab); });
  list.addEventListener("keydown", (event) => {
    const names = tabs.map(([name]) => name);
    const at = names.indexOf(state.panel);
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by) { tab(names[(at + by + names.length) % names.length], true); event.preventDefault(); event.stopPropagation(); }
  });

  let drag = null;
  const pointers = new Map();
  const local = (event) => { const box = event.target.closest(".fp-stage").getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
  stages.addEventListener("wheel", (event) => { if (!event.target.closest(".fp-stage")) return; event.preventDefault(); const [x, y] = local(event); view.zoom(Math.exp(-event.deltaY * 0.0016), x, y); refit(); }, { passive: false });
  stages.addEventListener("pointerdown", (event) => {
    if (!event.target.matches("canvas")) return;
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
    drag = { x: event.clientX, y: event.clientY, vx: view.x, vy: view.y, moved: 0, at: local(event), spread: spread() };
    stages.setPointerCapture?.(event.pointerId);
  });
  const spread = () => { const [a, b] = [...pointers.values()]; return b ? Math.hypot(a[0] - b[0], a[1] - b[1]) : 0; };
  stages.addEventListener("pointermove", (event) => {
    if (event.target.closest(".fp-stage")) pointer(event);
    if (!drag || !pointers.has(event.pointerId)) return;
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
    if (pointers.size === 2 && drag.spread) { const now = spread(); view.zoom(now / drag.spread, view.width / 2, view.height / 2); drag.spread = now; drag.moved = 99; refit(); return; }
    const dx = event.clientX - drag.x;
    const dy = event.clientY - drag.y;
    drag.moved = Math.max(drag.moved, Math.hypot(dx, dy));
    if (drag.moved > 3) { view.x = drag.vx + dx; view.y = drag.vy + dy; view.clamp(); refit(); }
  });
  const release = (event) => {
    pointers.delete(event.pointerId);
    if (drag && drag.moved < 4 && event.type === "pointerup") { const found = maps[0].pick(...drag.at, tick()); if (found) select(found); }
    drag = null;
  };
  stages.addEventListener("pointerup", release);
  stages.addEventListener("pointercancel", release);
  stages.addEventListener("pointerleave", () => { for (const map of maps) map.tip.hidden = true; find(".fp-coords").textContent = ""; });
  function holderAt(x, y) { // who holds the ground under the pointer, in words and not only in colour
    const frame = players[0].get(tick());
    if (!frame || x < 0 || y < 0 || x >= meta.width || y >= meta.height) return "";
    const cell = Math.floor(y) * meta.width + Math.floor(x);
    return meta.near[cell] === cell ? `${meta.holders[frame.holder[cell]].name} · ` : "";
  }
  function pointer(event) {
    const stage = event.target.closest(".fp-stage");
    if (!event.target.matches("canvas") && !drag) return;
    const box = stage.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const [lon, lat] = lonlat(meta, view.cellX(x), view.cellY(y));
    find(".fp-coords").textContent = `${holderAt(view.cellX(x), view.cellY(y))}${lat.toFixed(3)}° N  ${lon.toFixed(3)}° E`;
    if (!drag) maps[stage.classList.contains("fp-b") ? 1 : 0].hover(x, y, tick());
  }
  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || find("dialog[open]")) return;
    const target = event.target;
    if (target.matches?.("input:not([type=range]):not([type=checkbox]),textarea,select,[contenteditable]")) return;
    const onButton = target.matches?.("button,summary,a,[role=tab],[role=button],input[type=checkbox]");
    const range = target.matches?.("input[type=range]") && target !== bar.input;
    const key = event.key;
    const pan = { w: [0, 1], s: [0, -1], a: [1, 0], d: [-1, 0] }[key.toLowerCase()];
    if (key === " " && !onButton) play(!state.playing);
    else if ((key === "ArrowRight" || key === "ArrowLeft") && !range) step((key === "ArrowRight" ? 1 : -1) * (event.shiftKey ? Math.round(1 / meta.days_per_tick) : 1));
    else if (key === "." ) jump(1);
    else if (key === ",") jump(-1);
    else if (key === "Home" && !range) seek(0);
    else if (key === "End" && !range) seek(last());
    else if (key === "+" || key === "=" || key === "-") { const at = SPEEDS.indexOf(state.speed) + (key === "-" ? -1 : 1); if (SPEEDS[at]) { speed(SPEEDS[at]); announce(`Speed ${SPEEDS[at]} days a second`); } }
    else if (key === "[" || key === "]") { view.zoom(key === "]" ? 1.4 : 1 / 1.4, view.width / 2, view.height / 2); refit(); }
    else if (key === "0") { view.fit(); refit(); }
    else if (pan) { view.x += pan[0] * 60; view.y += pan[1] * 60; view.clamp(); refit(); }
    else if (key === "Enter" && !onButton) { const found = maps[0].pick(view.width / 2, view.height / 2, tick()); if (found) select(found); }
    else if (key === "?") find("dialog.fp-help").showModal();
    else if (key.toLowerCase() === "h") toggleHistory();
    else if (key.toLowerCase() === "l") popover("layers");
    else if (key.toLowerCase() === "k") popover("legend");
    else if (/^[1-9]$/.test(key) && tabs[+key - 1]) tab(tabs[+key - 1][0]);
    else if (key === "Escape") { popover(""); }
    else return;
    event.preventDefault();
  };
  document.addEventListener("keydown", onKey);
  const onChart = (event) => { // a click on one of the page's charts goes to that day
    const chart = event.target.closest?.(".fp-chart");
    if (!chart) return;
    const box = chart.getBoundingClientRect();
    seek(Math.round(Math.max(0, Math.min(1, (event.clientX - box.left - 46) / (box.width - 56))) * meta.horizon));
  };
  document.addEventListener("click", onChart);

  const stopWatch = host.replay ? () => {} : watchConnection({ host, meta, state, tick, message, alive: () => alive });
  let size = ""; // an observer also reports the size that was there from the start
  const watchSize = new ResizeObserver(() => { const { width, height } = stages.getBoundingClientRect(); if (size !== `${width} ${height}`) resize(); });
  watchSize.observe(stages);
  const watchTheme = new MutationObserver(() => requestAnimationFrame(themed));
  for (const node of document.querySelectorAll("html,#app,.v-application")) watchTheme.observe(node, { attributes: true, attributeFilter: ["class", "data-theme"] });
  host.listen(receive);
  speed(SPEEDS.includes(state.speed) ? state.speed : 1);
  resize();
  tab(host.initial.panel || "now");
  if (host.initial.note) message(host.initial.note, "note");
  requestAnimationFrame(loop);
  window.flashpoint = { players, stories, state, view, maps, seek, play, select, tab, save, stats: () => ({ drawn: maps[0].drawn, ms: maps[0].drawMs, tick: state.now, total: players[0].total, bytes: players[0].bytes, redraws: maps[0].control.redraws }) };
  host.send({ type: "hello" });
  return () => { alive = false; stopWatch(); watchSize.disconnect(); watchTheme.disconnect(); document.removeEventListener("keydown", onKey); document.removeEventListener("click", onChart); delete window.flashpoint; };
}

// Tables that the drawing code wants, from those that were sent.
function prepare(meta) {
  meta.sitesByRank = [...meta.sites].sort((a, b) => a.rank - b.rank || b.population - a.population);
  for (const part of Object.values(meta.cells)) {
    if (typeof part.codes === "string") part.codes = Uint8Array.from(atob(part.codes), (c) => c.charCodeAt(0));
  }
  if (typeof meta.near === "string") meta.near = new Int32Array(Uint8Array.from(atob(meta.near), (c) => c.charCodeAt(0)).buffer);
}

// A story part as it travels (rows) -> as it is used (objects). What happens in a tick is
// seen at its end: `tick` is the first frame that shows an event.
function plain(meta, part) {
  if (!part) return null;
  const events = (part.events || []).map(([tick, kind, actor, other, site, x, y, line]) => ({
    tick: tick + 1, kind: meta.kinds[kind] ?? kind, actor, other, site, x, y, line,
  }));
  return { ...part, events };
}

function pageHtml(meta, tabs, host) {
  const tool = (act, label, icon, more = "") => `<button type="button" data-act="${act}" aria-label="${label}" title="${label}" ${more}>${icon}</button>`;
  return `<div class="fp-main">
    <div class="fp-compare" hidden role="group" aria-label="Compare with before the change">${[["single", "With the change"], ["side", "Side by side"], ["difference", "Difference"]].map(([m, t]) => `<button type="button" data-act="mode" data-mode="${m}" aria-pressed="${m === "single"}">${t}</button>`).join("")}</div>
    <div class="fp-stages" tabindex="0" role="application" aria-label="Map of the theatre. Space plays or pauses, arrow keys step, question mark shows all keys.">
      <div class="fp-a"></div><div class="fp-b" hidden></div>
      <div class="fp-clock" data-testid="day"><span class="fp-date"></span><span class="fp-hour"></span></div>
      <div class="fp-tools">${tool("in", "Zoom in", ICON.plus)}${tool("out", "Zoom out", ICON.minus)}${tool("fit", "Whole map", ICON.fit)}${tool("layers", "Layers", ICON.layers, 'aria-expanded="false"')}${tool("legend", "Legend", ICON.legend, 'aria-expanded="false"')}</div>
      <fieldset class="fp-layers-box fp-pop" hidden><legend>Layers</legend>${LAYERS.map(([id, name]) => `<label><input type="checkbox" value="${id}" checked>${name}</label>`).join("")}</fieldset>
      <div class="fp-legend-box fp-pop" hidden tabindex="0" role="region" aria-label="Legend"></div>
      <div class="fp-scale" aria-hidden="true"><i></i><span></span></div><div class="fp-coords" aria-hidden="true"></div>
      <div class="fp-wait" hidden>Computing ahead …</div><div class="fp-told" aria-hidden="true" hidden></div>
      <div class="fp-message" role="status" hidden><span></span><button type="button" data-act="close" aria-label="Close this message">×</button></div>
    </div>
    <div class="fp-bar"></div></div>
  <div class="fp-side"><div role="tablist" aria-label="Panels" class="fp-tabs">${tabs.map(([id, name, d]) => `<button type="button" role="tab" id="fp-tab-${id}" data-tab="${id}" aria-selected="false" aria-controls="${TABS.some(([t]) => t === id) || id === "lines" ? "fp-panel" : "fp-solara"}">${svg(d)}<span>${name}</span></button>`).join("")}</div>
    <section class="fp-panel" id="fp-panel" role="tabpanel" tabindex="0"></section></div>
  <div class="fp-live" aria-live="polite"></div>
  <dialog class="fp-help" aria-labelledby="fp-help-title"><h2 id="fp-help-title">What you are looking at</h2>
    <p>${escapeHtml(meta.about)}</p>
    <p>Nothing here is a forecast by anyone: every number is a parameter with a stated source, and one run is one possible course. Press play and watch; click anything to ask why.</p>
    <h3>Keys</h3><dl class="fp-keylist">${HELP.map(([key, text]) => `<div><dt>${key.split(" ").map((k) => `<kbd>${k}</kbd>`).join(" ")}</dt><dd>${text}</dd></div>`).join("")}</dl>
    <p class="fp-note">${escapeHtml(meta.credits)}</p>
    <button type="button" data-act="close-help" autofocus>Close</button></dialog>`;
}

// Keep the address at the day shown, and notice when the server is gone: then say so,
// wait for it, and load the same run at the same day again.
function watchConnection({ host, meta, state, tick, message, alive }) {
  state.heard = performance.now();
  let lost = false;
  let asked = 0;
  const name = meta.recorded ? "run" : "scenario";
  const address = () => {
    const cell = meta.asked_cell ? `&cell=${meta.asked_cell}` : "";
    const days = meta.asked_days ? `&days=${meta.asked_days}` : "";
    const lacking = (state.changed || 0) - (meta.given || 0); // it has no room for them
    const changed = lacking > 0 ? `&changed=${lacking}` : "";
    const theme = state.dark ? "&theme=dark" : "";
    const day = Math.floor(tick() * meta.days_per_tick);
    if (meta.sweep) return `?sweep=${encodeURIComponent(meta.sweep)}&row=${meta.row}&day=${day}${changed}${theme}`;
    return `?${name}=${encodeURIComponent(meta.what)}&seed=${meta.seed}&day=${day}${cell}${days}${changed}${theme}`;
  };
  // A connection that breaks is told at once; Solara takes it up again by itself.
  let broken = false;
  const socket = window.solara?.debug?.kernel?.()?.connectionStatusChanged;
  const wire = (sender) => {
    const up = sender.connectionStatus === "connected";
    if (!alive() || up === !broken) return;
    broken = !up;
    if (broken) message("The connection to the server is lost; it is being taken up again.", "error");
    else {
      message("The connection is back.", "note");
      setTimeout(() => { if (alive() && !broken && !lost) message(""); }, 5000);
    }
  };
  socket?.connect(wire);
  const beat = async () => {
    if (!alive()) return;
    history.replaceState(history.state, "", address());
    if (!TABS.some(([id]) => id === state.panel) && !document.getElementById("fp-solara")) { // the choice was lost on the way
      host.set("panel", state.panel);
    }
    if (!lost) {
      if (asked && performance.now() - state.heard > 9000 && asked > state.heard) {
        lost = true;
        message("The connection to the server is lost. What is loaded can still be played; the run comes back by itself, at this day, once the server answers.", "error");
      } else { asked = performance.now(); host.send({ type: "ping" }); }
    }
    if (lost) {
      if (performance.now() - state.heard < 3000) { lost = false; message(""); return; }
      try {
        const answer = await fetch("alive", { cache: "no-store" });
        const same = answer.ok && (await answer.text()) === meta.server; // only busy: the session is still there
        if (answer.ok && alive() && (!same || performance.now() - state.heard > 60_000)) { window.location.replace(`${window.location.pathname}${address()}`); }
      } catch { /* still away */ }
    }
  };
  const timer = setInterval(beat, 2500);
  return () => { clearInterval(timer); socket?.disconnect(wire); };
}
