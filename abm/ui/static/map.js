// MapView: one map on stacked canvases; two of them can share a view for comparing.
// Only one of the stack is on the page: the others are drawn into it. A browser without
// a graphics card hands every canvas of a page over anew with each frame, changed or not.

const LAYERS = [
  ["control", "Who holds what"], ["relief", "Relief and terrain"], ["water", "Rivers and lakes"], ["roads", "Roads"],
  ["borders", "Borders"], ["deconfliction", "Al-Tanf zone, agreed lines"], ["places", "Places"], ["labels", "Names"],
  ["formations", "Ground forces"], ["air", "Aircraft and their tracks"], ["convoys", "Convoys"], ["incidents", "Incidents"],
];

const SIZED = ["land", "lines", "ground", "labels", "map"]; // canvases as large as the map

const NAMING_MS = 1000; // between two placings of the names while the days go by
const PLACE = 18; // pixels about a place that its sign, its siege and its damage take up

class MapView {
  constructor(root, { meta, player, view, title = "", layers }) {
    Object.assign(this, { meta, player, view, layers });
    this.root = root;
    root.classList.add("fp-stage");
    root.innerHTML = `<canvas class="fp-map" aria-hidden="true"></canvas>
      <div class="fp-run" ${title ? "" : "hidden"}>${escapeHtml(title)}</div><div class="fp-tip" hidden></div>`;
    this.canvas = Object.fromEntries(["land", "control", "lines", "ground", "labels"].map((n) => [n, document.createElement("canvas")]));
    this.canvas.map = root.querySelector("canvas.fp-map");
    this.g = Object.fromEntries(SIZED.map((n) => [n, this.canvas[n].getContext("2d", { alpha: n === "lines" || n === "labels" })]));
    this.control = new Control(meta, this.canvas.control);
    this.moving = new Moving(meta, view, player);
    this.names = new Names(meta);
    this.tip = root.querySelector(".fp-tip");
    this.stale = true;
    this.ratio = 1;
    this.drawn = 0;
    this.drawMs = 0;
  }

  resize(width, height) {
    const ratio = window.devicePixelRatio || 1;
    this.ratio = ratio;
    this.canvas.map.style.width = `${width}px`;
    this.canvas.map.style.height = `${height}px`;
    for (const name of SIZED) {
      const canvas = this.canvas[name];
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      this.g[name].setTransform(ratio, 0, 0, ratio, 0, 0);
    }
  }

  theme(dark) {
    this.dark = dark;
    this.control.colours(dark);
    this.fixed();
  }

  // Redraw what depends on the view only.
  fixed() {
    const theme = THEME[this.dark ? "dark" : "light"];
    const { view, meta, layers } = this;
    drawLand(this.g.land, view, meta, theme, layers);
    drawLines(this.g.lines, view, meta, theme, layers);
    this.stale = true;
    this.named = "";
  }

  // Bring the ground (land, who holds it, lines, places) up to date: all of it after a
  // change of the view, else where a cell or a place changed; `spans` as Control gives them.
  ground(frame, spans) {
    const { meta, view, ratio, canvas, layers } = this;
    const parts = this.stale || !frame ? [] : this.changed(frame, spans);
    if (!this.stale && !parts.length) return;
    const g = this.g.ground;
    g.save();
    g.setTransform(1, 0, 0, 1, 0, 0);
    if (!this.stale) {
      g.beginPath();
      for (const [x0, y0, x1, y1] of parts) {
        const [left, top] = [Math.floor(x0 * ratio), Math.floor(y0 * ratio)];
        g.rect(left, top, Math.ceil(x1 * ratio) - left, Math.ceil(y1 * ratio) - top);
      }
      g.clip();
    }
    g.drawImage(canvas.land, 0, 0);
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (layers.control) g.drawImage(canvas.control, view.x, view.y, meta.width * view.k, meta.height * view.k);
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.drawImage(canvas.lines, 0, 0);
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (layers.places && frame) this.moving.places(g, frame, THEME[this.dark ? "dark" : "light"], this.dark);
    g.restore();
    this.stale = !frame;
    this.sites = frame?.sites;
  }

  // Where the ground is not as it was drawn, in pixels: [left, top, right, bottom] of each part.
  changed(frame, spans) {
    const { meta, view, layers, sites } = this;
    const parts = layers.control ? spans.map(([x, y, wide, high]) => [view.px(x), view.py(y), view.px(x + wide), view.py(y + high)]) : [];
    if (!layers.places || sites === frame.sites) return parts;
    const at = this.player.at.sites;
    for (const site of meta.sites) {
      const i = site.row * sites.size;
      if ([at.controller, at.flags].every((field) => sites.u8[i + field] === frame.sites.u8[i + field])) continue;
      const [x, y] = [view.px(site.x), view.py(site.y)];
      parts.push([x - PLACE, y - PLACE, x + PLACE, y + PLACE]);
    }
    this.sites = frame.sites;
    return parts;
  }

  over(name) { // one whole canvas of the stack onto the map, pixel by pixel
    const g = this.g.map;
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.drawImage(this.canvas[name], 0, 0);
    g.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
  }

  // Put the names where no symbol stands: at once when the map rests, else once a second.
  name(frame, tick, resting) {
    const key = `${tick}|${this.layers.labels}|${this.layers.formations}|${Boolean(frame)}`;
    if (this.named === key || (this.named && !resting && performance.now() - this.namedAt < NAMING_MS)) return;
    this.named = key;
    this.namedAt = performance.now();
    if (resting) this.names.kept.clear(); // a day looks the same however it was reached
    const symbols = frame && this.layers.formations ? this.moving.boxes(frame, this.player.get(tick + 1) || frame, tick) : [];
    this.names.draw(this.g.labels, this.view, THEME[this.dark ? "dark" : "light"], { layers: this.layers, symbols });
  }

  draw(now, { selected = null, against = null, resting = true } = {}) {
    const start = performance.now();
    const frame = this.player.get(Math.floor(now));
    this.name(frame, Math.floor(now), resting);
    this.ground(frame, frame ? this.control.show(frame, against ? against.get(Math.floor(now)) : null) : []);
    this.over("ground");
    const names = () => { if (this.layers.labels) this.over("labels"); };
    if (frame) this.moving.draw(this.g.map, now, { dark: this.dark, layers: this.layers, selected, names });
    else names();
    if (!frame) return;
    this.drawn++;
    this.drawMs += performance.now() - start;
  }

  // What is under a point of the window: a group of formations, a place, or a cell.
  pick(px, py, tick) {
    const { meta, view } = this;
    let best = null;
    let least = 17 * 17;
    if (this.layers.formations) {
      for (const group of this.moving.groups) {
        const d = (group.px - px) ** 2 + (group.py - py) ** 2;
        if (d < least) { least = d; best = { kind: "formation", group }; }
      }
    }
    if (best && least < 130) return this.strongest(best.group, tick);
    const onRoad = this.layers.convoys ? this.moving.rolling.find((each) => (each.px - px) ** 2 + (each.py - py) ** 2 < 90) : null;
    if (onRoad) return { kind: "convoy", row: onRoad.row };
    const inAir = this.layers.air ? this.moving.flying.find((each) => (each.px - px) ** 2 + (each.py - py) ** 2 < 90) : null;
    if (inAir) return { kind: "air", row: inAir.row };
    for (const site of meta.sites) {
      if (site.rank > 3 && view.zoomed < shownFrom[site.rank] * 0.75) continue;
      const d = (view.px(site.x) - px) ** 2 + (view.py(site.y) - py) ** 2;
      if (d < Math.min(least, 120)) { least = d; best = { kind: "site", row: site.row }; }
    }
    if (best) return best.kind === "site" ? best : this.strongest(best.group, tick);
    const x = Math.floor(view.cellX(px));
    const y = Math.floor(view.cellY(py));
    if (x < 0 || y < 0 || x >= meta.width || y >= meta.height) return null;
    return { kind: "cell", row: y * meta.width + x };
  }

  strongest(group, tick) {
    const rows = this.player.get(tick).formations;
    const at = this.player.at.formations;
    const persons = (row) => rows.u16[(row * rows.size + at.personnel) >> 1];
    const members = [...group.members].sort((a, b) => persons(b) - persons(a));
    return { kind: "formation", row: members[0], members };
  }

  hover(px, py, tick) {
    const found = this.pick(px, py, tick);
    const frame = this.player.get(tick);
    if (!found || !frame || found.kind === "cell") { this.tip.hidden = true; return; }
    const { meta } = this;
    let text = "";
    if (found.kind === "site") {
      const site = meta.sites[found.row];
      const holder = frame.sites.u8[site.row * frame.sites.size + this.player.at.sites.controller];
      text = `<b>${escapeHtml(site.name)}</b><br>${escapeHtml(words(site.kind))}, held by ${escapeHtml(meta.holders[holder].name)}`;
    } else if (found.kind === "air") {
      const asset = meta.air[found.row];
      text = `<b>${escapeHtml(asset.name)}</b><br>${escapeHtml(meta.actors[asset.actor].name)}, ${escapeHtml(words(asset.role))}`;
    } else if (found.kind === "convoy") {
      text = `<b>Convoy</b><br>click for what it carries`;
    } else {
      const group = this.moving.groups.find((each) => each.members.includes(found.row));
      const persons = Math.round(group.persons);
      text = `<b>${escapeHtml(meta.actors[group.actor].name)}</b><br>${group.members.length === 1 ? escapeHtml((meta.formations[found.row] || {}).name || "Formation") : `${group.members.length} formations`}, ${persons.toLocaleString("en")} people${group.contact ? ", in contact with the enemy" : ""}`;
    }
    this.tip.innerHTML = text;
    this.tip.hidden = false;
    const left = Math.min(this.view.width - this.tip.offsetWidth - 8, px + 14);
    const top = py + 18 + this.tip.offsetHeight > this.view.height ? py - this.tip.offsetHeight - 10 : py + 18;
    this.tip.style.transform = `translate(${left}px,${top}px)`;
  }
}

const escapeHtml = (text) => String(text ?? "").replace(/[&<>"']/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[c]);
const words = (text) => String(text ?? "").replaceAll("_", " ");

// Legend: what the colours, frames and signs mean, of those that are on this map.
function legend(meta, dark) {
  const symbols = new Symbols();
  const box = document.createElement("div");
  const sides = meta.blocs.filter((bloc) => !bloc.nobody);
  box.innerHTML = `<h2>Legend</h2><h3>Who holds it</h3><ul class="fp-keys">${sides.map((bloc) => `<li><i style="background:${css(visible(bloc.colour, dark))}"></i><span>${escapeHtml(bloc.name)}<small>${escapeHtml(bloc.members)}</small></span></li>`).join("")}
    <li><i class="fp-hatch"></i><span>contested: enemies both have influence</span></li></ul>
    <h3>Ground forces</h3><ul class="fp-keys fp-frames"></ul><ul class="fp-keys fp-signs"></ul>
    <p class="fp-note">Above a symbol stands its strength: ••• up to 100 people, I a company, II a battalion, III a regiment, X a brigade (over 3000), XX a division (over 10,000).</p>
    <ul class="fp-keys"><li><b class="fp-count">5</b><span>formations in one symbol</span></li><li><i class="fp-red"></i><span>in contact with the enemy</span></li></ul>
    <h3>Places</h3><ul class="fp-keys fp-places"></ul>
    <h3>In the air and on the road</h3><ul class="fp-keys fp-air"></ul>
    <h3>Incidents</h3><ul class="fp-keys">${Object.values(INCIDENTS).map(([name, sign]) => `<li><b class="fp-sign">${sign}</b><span>${name}</span></li>`).join("")}</ul>
    <h3>On the timeline</h3><ul class="fp-keys fp-timeline">${Object.entries(KEY).map(([kind, [name, sign]]) => `<li><b class="fp-sign fp-${groupOf(kind)}">${sign}</b><span>${name}</span></li>`).join("")}
    ${meta.history.length ? '<li><b class="fp-sign fp-past">◇</b><span>what really happened</span></li>' : ""}</ul>`;
  const add = (list, name, draw, wide = 34) => {
    const item = document.createElement("li");
    const canvas = document.createElement("canvas");
    canvas.width = wide * 2;
    canvas.height = 56;
    canvas.style.width = `${wide}px`;
    canvas.style.height = "28px";
    const g = canvas.getContext("2d");
    g.scale(2, 2);
    draw(g);
    item.append(canvas, Object.assign(document.createElement("span"), { textContent: name }));
    box.querySelector(list).append(item);
  };
  const grey = "#7d858b";
  const present = new Set(meta.formations.map((each) => each.type));
  for (const bloc of sides) if (bloc.fights) add(".fp-frames", bloc.name, (g) => g.drawImage(symbols.get(bloc.colour, bloc.shape, "", { dark }), 0, 0, WIDE + 10, HIGH + 12));
  for (const [sign, name] of Object.entries(SIGNS)) if (present.has(sign)) add(".fp-signs", name, (g) => g.drawImage(symbols.get(grey, "rectangle", sign, { dark }), 0, 0, WIDE + 10, HIGH + 12));
  for (const [kind, name] of [["town", "town"], ["base", "base or post"], ["airbase", "airbase"], ["oil field", "oil or gas field"], ["bridge", "crossing, dam, gate"]]) {
    add(".fp-places", name, (g) => { placeSign(g, kind, 12, 14, 4.5); g.fillStyle = grey; g.fill(); g.strokeStyle = dark ? "#fff" : "#111"; g.stroke(); }, 24);
  }
  add(".fp-places", "besieged", (g) => { placeSign(g, "town", 12, 14, 4); g.fillStyle = grey; g.fill(); g.setLineDash([3, 3]); g.strokeStyle = dark ? "#fff" : "#111"; g.beginPath(); g.arc(12, 14, 9, 0, 7); g.stroke(); }, 24);
  const theme = THEME[dark ? "dark" : "light"];
  for (const [role, name] of [["strike", "combat aircraft"], ["drone", "drone, reconnaissance"], ["airlift", "transport, tanker"], ["missile", "missile"]]) add(".fp-air", name, (g) => aircraft(g, role, 12, 14, -0.6, grey, theme), 24);
  add(".fp-air", "dotted track: followed by radar", (g) => { g.strokeStyle = dark ? "#fff" : "#333"; g.setLineDash([2, 4]); g.beginPath(); g.moveTo(2, 22); g.lineTo(22, 6); g.stroke(); }, 24);
  add(".fp-air", "convoy", (g) => { g.fillStyle = grey; g.fillRect(3, 9, 11, 8); g.fillRect(15, 12, 5, 5); }, 24);
  return box;
}
