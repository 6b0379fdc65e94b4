// Moving things: formations, aircraft, convoys, incidents; and the state of places, which
// is drawn into the ground, because it seldom changes.

const CROWD = 44; // pixels within which formations of one side become one symbol
const NUMBERED = 2.2; // how far to zoom in before strength stands below a symbol
const FLASH = 8; // ticks for which an incident stays on the map

class Moving {
  constructor(meta, view, player) {
    Object.assign(this, { meta, view, player });
    this.symbols = new Symbols();
    this.key = "";
    this.groups = [];
    this.flying = []; // aircraft drawn last: row of the asset and where
    this.rolling = []; // convoys, likewise: number and where
  }

  draw(g, now, { dark, layers, selected, names }) {
    const { player } = this;
    const theme = THEME[dark ? "dark" : "light"];
    const tick = Math.floor(now);
    const share = now - tick;
    const frame = player.get(tick);
    if (!frame) return;
    const next = player.get(tick + 1) || frame;
    if (layers.air) this.flights(g, frame, share, theme, dark);
    if (layers.convoys) this.convoys(g, frame, next, share, theme, dark);
    names(); // over the tracks, under the symbols
    if (layers.formations) this.formations(g, frame, next, share, { dark, theme, tick });
    if (layers.incidents) this.incidents(g, now, theme);
    if (selected) this.mark(g, frame, next, share, theme, selected);
  }

  places(g, frame, theme, dark) {
    const { view, meta } = this;
    const at = this.player.at.sites;
    const rows = frame.sites;
    g.lineWidth = 1.3;
    for (const site of meta.sites) {
      if (site.rank > 3 && view.zoomed < shownFrom[site.rank] * 0.75) continue;
      const x = view.px(site.x);
      const y = view.py(site.y);
      if (x < -9 || y < -9 || x > view.width + 9 || y > view.height + 9) continue;
      const i = site.row * rows.size;
      const holder = rows.u8[i + at.controller];
      const flags = rows.u8[i + at.flags];
      const size = [0, 5.2, 4.2, 3.4, 3, 2.6][site.rank];
      placeSign(g, site.kind, x, y, size);
      g.fillStyle = css(visible(meta.blocs[meta.bloc_of[holder]].colour, dark));
      g.fill();
      g.strokeStyle = dark ? "#f4f6f7" : "#ffffff";
      g.lineWidth = 2.4;
      g.stroke();
      g.strokeStyle = "#101418";
      g.lineWidth = 1;
      g.stroke();
      if (flags & 2) { g.setLineDash([3, 3]); g.strokeStyle = theme.ink; g.lineWidth = 1.6; g.beginPath(); g.arc(x, y, size + 5, 0, 7); g.stroke(); g.setLineDash([]); }
      if (flags & 1) { g.strokeStyle = "#d11f3a"; g.lineWidth = 1.6; g.beginPath(); g.moveTo(x - 3, y - size - 7); g.lineTo(x + 3, y - size - 3); g.moveTo(x + 3, y - size - 7); g.lineTo(x - 3, y - size - 3); g.stroke(); }
    }
  }

  // Formations near each other, of one side, as one group; grouped once per tick and view.
  group(frame, next, tick) {
    const { view, meta, player } = this;
    const key = `${tick}|${view.k.toFixed(3)}|${player.total}|${meta.formations.length}`;
    if (key === this.key && this.of === frame) return this.groups;
    this.key = key;
    this.of = frame;
    const at = player.at.formations;
    const rows = frame.formations;
    const after = next.formations;
    const step = rows.size >> 1;
    const [ox, oy, op] = [at.x >> 1, at.y >> 1, at.personnel >> 1];
    const scale = 1 / meta.units_per_cell;
    const bin = CROWD / view.k;
    const found = new Map();
    for (let i = 0; i < rows.n; i++) {
      const b = i * rows.size;
      const persons = rows.u16[i * step + op];
      if (rows.u8[b + at.status] === 2 || !persons) continue;
      const known = meta.formations[i] || {};
      if (known.type === "post" && view.zoomed < 4) continue;
      const x = rows.u16[i * step + ox] * scale;
      const y = rows.u16[i * step + oy] * scale;
      let x1 = after.u16[i * step + ox] * scale;
      let y1 = after.u16[i * step + oy] * scale;
      if (Math.abs(x1 - x) + Math.abs(y1 - y) > 6) { x1 = x; y1 = y; }
      const actor = rows.u8[b + at.actor];
      const bloc = meta.bloc_of[actor];
      const id = `${Math.floor(x / bin)}:${Math.floor(y / bin)}`;
      let spot = found.get(id);
      if (!spot) found.set(id, spot = new Map());
      let group = spot.get(bloc);
      if (!group) spot.set(bloc, group = { bloc, x: 0, y: 0, x1: 0, y1: 0, persons: 0, members: [], contact: false, broken: 0, by: new Map(), supply: 0 });
      group.x += x * persons; group.y += y * persons;
      group.x1 += x1 * persons; group.y1 += y1 * persons;
      group.persons += persons;
      group.supply += (rows.u8[b + at.condition] >> 4) / 15 * persons;
      group.members.push(i);
      group.contact ||= rows.u8[b + at.contact] > 0;
      if (rows.u8[b + at.status] === 1) group.broken++;
      const sign = `${actor}|${known.type || "infantry"}`;
      group.by.set(sign, (group.by.get(sign) || 0) + persons);
    }
    this.groups = [];
    for (const spot of found.values()) {
      let slot = 0;
      for (const group of [...spot.values()].sort((a, b) => b.persons - a.persons)) {
        for (const part of ["x", "y", "x1", "y1"]) group[part] /= group.persons;
        group.supply /= group.persons;
        group.dx = spot.size > 1 ? (slot - (spot.size - 1) / 2) * (WIDE + 3) : 0;
        const [actor, sign] = [...group.by].sort((a, b) => b[1] - a[1])[0][0].split("|");
        group.actor = +actor;
        group.sign = sign;
        slot++;
        this.groups.push(group);
      }
    }
    this.groups = joined(this.groups, view.k).sort((a, b) => a.y - b.y);
    return this.groups;
  }

  // What the symbols of a tick take up, in pixels: [left, top, right, bottom] of each.
  boxes(frame, next, tick) {
    const { view } = this;
    const below = view.zoomed > NUMBERED ? 15 : 4;
    return this.group(frame, next, tick).map((group) => {
      const [x, y] = [view.px(group.x) + group.dx, view.py(group.y)];
      return [x - WIDE / 2 - 2, y - HIGH / 2 - 8, x + WIDE / 2 + (group.members.length > 1 ? 8 : 3), y + HIGH / 2 + below];
    });
  }

  formations(g, frame, next, share, { dark, theme, tick }) {
    const { view, meta } = this;
    const groups = this.group(frame, next, tick);
    g.textBaseline = "middle";
    for (const group of groups) {
      const x = view.px(group.x + (group.x1 - group.x) * share) + group.dx;
      const y = view.py(group.y + (group.y1 - group.y) * share);
      group.px = x;
      group.py = y;
      if (x < -20 || y < -20 || x > view.width + 20 || y > view.height + 20) continue;
      const many = group.members.length > 1;
      const broken = group.broken * 2 > group.members.length;
      const sprite = this.symbols.get(meta.actors[group.actor].colour, meta.blocs[group.bloc].shape, group.sign, { many, broken, dark, size: echelon(group.persons) });
      g.drawImage(sprite, x - WIDE / 2 - 4, y - HIGH / 2 - 7, WIDE + 10, HIGH + 12);
      if (group.contact) { g.fillStyle = "#e0243f"; g.strokeStyle = "#fff"; g.lineWidth = 1; g.beginPath(); g.arc(x - WIDE / 2, y - HIGH / 2, 3.1, 0, 7); g.fill(); g.stroke(); }
      if (many) badge(g, group.members.length, x + WIDE / 2 + 1, y - HIGH / 2 - 2, dark);
      if (view.zoomed > NUMBERED) {
        g.font = `600 10px ${FONT}`;
        g.textAlign = "center";
        write(g, thousands(group.persons), x, y + HIGH / 2 + 8, theme.ink, theme.halo);
        g.textAlign = "left";
      }
    }
  }

  flights(g, frame, share, theme, dark) {
    const { view, meta } = this;
    const rows = frame.air;
    const at = this.player.at.air;
    const u16 = (i, field) => rows.u16[(i * rows.size + at[field]) >> 1];
    this.flying = [];
    for (let i = 0; i < rows.n; i++) {
      const asset = meta.air[u16(i, "asset")];
      if (!asset) continue;
      const b = i * rows.size;
      const colour = css(visible(meta.actors[rows.u8[b + at.actor]].colour, dark));
      const x0 = view.px(asset.x);
      const y0 = view.py(asset.y);
      const x1 = view.px(u16(i, "x") / meta.units_per_cell);
      const y1 = view.py(u16(i, "y") / meta.units_per_cell);
      const tracked = rows.u8[b + at.tracked_by] !== NONE8;
      const hit = rows.u8[b + at.intercepted_by] !== NONE8;
      g.strokeStyle = colour;
      g.globalAlpha = 0.4;
      g.lineWidth = 1.2;
      g.setLineDash(tracked ? [2, 4] : []);
      g.beginPath();
      g.moveTo(x0, y0);
      g.lineTo(x1, y1);
      g.stroke();
      g.setLineDash([]);
      g.globalAlpha = 1;
      if (asset.role === "air_defence") continue;
      const phase = (share + ((i * 37) % 100) / 400) % 1;
      const out = phase < 0.6 ? phase / 0.6 : 1 - (phase - 0.6) / 0.4;
      const turn = phase < 0.6 ? 0 : Math.PI;
      const x = x0 + (x1 - x0) * out;
      const y = y0 + (y1 - y0) * out;
      this.flying.push({ row: asset.row, px: x, py: y });
      aircraft(g, asset.role, x, y, Math.atan2(y1 - y0, x1 - x0) + turn, colour, theme);
      if (hit) { g.strokeStyle = "#e0243f"; g.lineWidth = 2; g.beginPath(); g.arc(x, y, 11, 0, 7); g.stroke(); }
    }
  }

  convoys(g, frame, next, share, theme, dark) {
    const { view, meta } = this;
    const at = this.player.at.convoys;
    const rows = frame.convoys;
    const later = new Map();
    this.rolling = [];
    for (let i = 0; i < next.convoys.n; i++) later.set(next.convoys.u16[(i * rows.size + at.convoy) >> 1], i);
    const u16 = (table, i, field) => table.u16[(i * rows.size + at[field]) >> 1] / meta.units_per_cell;
    for (let i = 0; i < rows.n; i++) {
      const j = later.get(rows.u16[(i * rows.size + at.convoy) >> 1]);
      const x0 = u16(rows, i, "x");
      const y0 = u16(rows, i, "y");
      const x = view.px(j === undefined ? x0 : x0 + (u16(next.convoys, j, "x") - x0) * share);
      const y = view.py(j === undefined ? y0 : y0 + (u16(next.convoys, j, "y") - y0) * share);
      const lost = rows.u8[i * rows.size + at.status] === 2;
      this.rolling.push({ row: rows.u16[(i * rows.size + at.convoy) >> 1], px: x, py: y });
      g.fillStyle = css(visible(meta.actors[rows.u8[i * rows.size + at.actor]].colour, dark));
      g.strokeStyle = lost ? "#e0243f" : "#101418";
      g.lineWidth = lost ? 2.2 : 1.1;
      g.beginPath();
      g.roundRect(x - 8, y - 5, 10, 8, 1.5);
      g.roundRect(x + 3, y - 2, 5, 5, 1.2);
      g.fill();
      g.stroke();
      g.fillStyle = "#101418";
      g.beginPath();
      g.arc(x - 4.5, y + 4, 2, 0, 7);
      g.arc(x + 4.5, y + 4, 2, 0, 7);
      g.fill();
    }
  }

  incidents(g, now, theme) {
    const { view, meta, player } = this;
    const at = player.at.incidents;
    for (let back = 0; back < FLASH; back++) {
      const frame = player.get(Math.floor(now) - back);
      if (!frame || frame.tick !== Math.floor(now) - back) continue;
      const rows = frame.incidents;
      const age = now - frame.tick;
      for (let i = 0; i < rows.n; i++) {
        const x = view.px(rows.u16[(i * rows.size + at.x) >> 1] / meta.units_per_cell);
        const y = view.py(rows.u16[(i * rows.size + at.y) >> 1] / meta.units_per_cell);
        const [, sign] = INCIDENTS[meta.incident_kinds[rows.u8[i * rows.size + at.kind]]] || ["", "!"];
        g.globalAlpha = Math.max(0, 1 - age / FLASH);
        g.strokeStyle = "#e0243f";
        g.lineWidth = 2.2;
        g.beginPath();
        g.arc(x, y, 9 + age * 2.4, 0, 7);
        g.stroke();
        g.font = `700 13px ${FONT}`;
        g.textAlign = "center";
        g.textBaseline = "middle";
        write(g, sign, x, y, "#e0243f", theme.halo);
        g.textAlign = "left";
      }
    }
    g.globalAlpha = 1;
  }

  // A ring about what the reader picked.
  mark(g, frame, next, share, theme, selected) {
    const { view, meta, player } = this;
    let at = null;
    if (selected.kind === "formation") {
      const group = this.groups.find((each) => each.members.includes(selected.row));
      if (group) at = [group.px, group.py];
      else {
        const o = player.at.formations;
        const i = (selected.row * frame.formations.size) >> 1;
        at = [view.px(frame.formations.u16[i + (o.x >> 1)] / meta.units_per_cell), view.py(frame.formations.u16[i + (o.y >> 1)] / meta.units_per_cell)];
      }
    } else if (selected.kind === "site") at = [view.px(meta.sites[selected.row].x), view.py(meta.sites[selected.row].y)];
    else if (selected.kind === "convoy") { const convoy = this.rolling.find((each) => each.row === selected.row); if (convoy) at = [convoy.px, convoy.py]; }
    else if (selected.kind === "air" && this.flying.some((each) => each.row === selected.row)) { const plane = this.flying.find((each) => each.row === selected.row); at = [plane.px, plane.py]; }
    else if (selected.kind === "air") at = [view.px(meta.air[selected.row].x), view.py(meta.air[selected.row].y)];
    else if (selected.kind === "cell") {
      const x = selected.row % meta.width;
      const y = Math.floor(selected.row / meta.width);
      g.strokeStyle = theme.select;
      g.lineWidth = 1.6;
      g.strokeRect(view.px(x), view.py(y), view.k, view.k);
      return;
    }
    if (!at) return;
    g.strokeStyle = theme.halo;
    g.lineWidth = 5;
    g.beginPath();
    g.arc(at[0], at[1], 18, 0, 7);
    g.stroke();
    g.strokeStyle = theme.select;
    g.lineWidth = 2;
    g.stroke();
  }
}

// Groups of one side whose symbols would cover each other, as one.
function joined(groups, k) {
  const out = [];
  for (const group of [...groups].sort((a, b) => b.persons - a.persons)) {
    const near = out.find((each) => each.bloc === group.bloc && Math.abs(each.x - group.x) * k < WIDE && Math.abs(each.y - group.y) * k < HIGH + 3);
    if (!near) { out.push(group); continue; }
    const total = near.persons + group.persons;
    for (const part of ["x", "y", "x1", "y1", "supply"]) near[part] = (near[part] * near.persons + group[part] * group.persons) / total;
    near.persons = total;
    near.members.push(...group.members);
    near.contact ||= group.contact;
    near.broken += group.broken;
  }
  return out;
}

function badge(g, count, x, y, dark) {
  const text = String(count);
  g.font = `700 9.5px ${FONT}`;
  const wide = Math.max(12, g.measureText(text).width + 6);
  g.fillStyle = dark ? "#f4f6f7" : "#16191c";
  g.beginPath();
  g.roundRect(x - wide / 2, y - 6, wide, 12, 6);
  g.fill();
  g.fillStyle = dark ? "#101418" : "#ffffff";
  g.textAlign = "center";
  g.fillText(text, x, y + 0.5);
  g.textAlign = "left";
}

const thousands = (n) => (n >= 9950 ? `${Math.round(n / 1000)}k` : n >= 1000 ? `${(n / 1000).toFixed(1)}k` : String(Math.round(n / 10) * 10));
