// Player: chunks of bytes -> frames by tick. Pure data: no page, testable under node.
// The layout of a chunk comes from abm/record/chunks.py as data; nothing is copied here.

const NONE8 = 255;
const NONE16 = 65535;

class Rows {
  // Rows of one packed table; u16 fields are read through `u16`, u8 fields through `u8`.
  constructor(bytes, size) {
    this.u8 = bytes;
    this.u16 = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1);
    this.size = size;
    this.n = bytes.byteLength / size;
  }
}

class Player {
  constructor(layout) {
    this.layout = layout;
    this.frames = [];
    this.total = 0;
    this.done = false;
    this.bytes = 0;
    this.at = {}; // byte offset of every field: at.formations.x
    for (const [name, section] of Object.entries(layout.sections)) {
      this.at[name] = Object.fromEntries(section.fields.map(([field, offset]) => [field, offset]));
    }
  }

  // Add one chunk. `data` is a DataView, typed array or ArrayBuffer; it is copied,
  // because what a websocket hands over need not be aligned.
  add(data) {
    const buffer = data instanceof ArrayBuffer ? data.slice(0)
      : data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
    this.bytes += buffer.byteLength;
    let at = 0;
    const take = (count, size) => {
      const start = at;
      const length = count * size;
      if (start + length > buffer.byteLength) throw new Error(`chunk cut short at byte ${buffer.byteLength}`);
      at += length + ((4 - (length % 4)) % 4);
      return new Uint8Array(buffer, start, length);
    };
    const head = new Uint32Array(buffer, 0, 6);
    at = this.layout.header.size;
    if (head[0] !== 0x31435046) throw new Error("not a chunk of frames");
    const [, first, ticks, cells, nFormations, nSites] = head;
    const size = (name) => this.layout.sections[name].size;
    let holder = take(cells, 1);
    let contested = unpack(take(Math.ceil(cells / 8), 1), cells);
    let sites = new Rows(take(nSites, size("sites")), size("sites"));
    let formations = new Rows(take(nFormations, size("formations")), size("formations"));
    take(ticks, 4);
    const parts = {};
    for (const name of Object.keys(this.layout.sections)) {
      const counts = new Uint32Array(buffer.slice(at, at + ticks * 4));
      at += ticks * 4;
      const all = take(counts.reduce((a, b) => a + b, 0), size(name));
      let from = 0;
      parts[name] = Array.from(counts, (count) => {
        const part = all.subarray(from * size(name), (from + count) * size(name));
        from += count;
        return part;
      });
    }
    for (let k = 0; k < ticks; k++) {
      [holder, contested] = withCells(holder, contested, parts.cells[k], this.at.cells, size("cells"));
      sites = withRows(sites, parts.sites[k]);
      formations = withRows(formations, parts.formations[k]);
      const rows = (name) => new Rows(parts[name][k].slice(), size(name));
      this.frames[first + k] = {
        tick: first + k, holder, contested, sites, formations,
        air: rows("air"), convoys: rows("convoys"), incidents: rows("incidents"),
      };
    }
    this.total = Math.max(this.total, first + ticks);
  }

  get(tick) {
    return this.frames[Math.max(0, Math.min(this.total - 1, tick))];
  }

  // Forget everything after `tick`.
  cut(tick) {
    this.frames.length = Math.min(this.frames.length, tick + 1);
    this.total = this.frames.length;
    this.done = false;
  }
}

// How much of two frames differs: cells of another holder, formations that are elsewhere,
// of other strength or at something else; the number of the mission alone is none.
function differing(one, other, at) {
  const { u8: a, size, n } = one.formations;
  const b = other.formations.u8;
  const number = at.formations.mission;
  const same = (row) => {
    for (let i = 0; i < size; i++) if (i !== number && i !== number + 1 && a[row * size + i] !== b[row * size + i]) return false;
    return true;
  };
  let formations = 0;
  for (let row = 0; row < n; row++) if (!same(row)) formations += 1;
  return { cells: one.holder.reduce((count, holder, cell) => count + (holder !== other.holder[cell] ? 1 : 0), 0), formations };
}

function differenceInWords({ cells, formations }) {
  const some = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;
  const than = "from before the change";
  if (!cells && !formations) return `Nothing differs ${than} on this day`;
  if (!cells) return `No ground differs ${than}; ${some(formations, "formation")} ${formations === 1 ? "does" : "do"}`;
  const ground = `${some(cells, "cell")} of ground`;
  if (!formations) return `${ground} ${cells === 1 ? "differs" : "differ"} ${than}, no formation does`;
  return `${ground} and ${some(formations, "formation")} differ ${than}`;
}

// The first tick of a chunk, read without decoding it.
function firstTick(data) {
  const [buffer, offset] = data instanceof ArrayBuffer ? [data, 0] : [data.buffer, data.byteOffset];
  return new DataView(buffer, offset).getUint32(4, true);
}

function unpack(bits, count) {
  const out = new Uint8Array(count);
  for (let i = 0; i < count; i++) out[i] = (bits[i >> 3] >> (7 - (i & 7))) & 1;
  return out;
}

function withCells(holder, contested, rows, at, size) {
  if (!rows.length) return [holder, contested];
  const h = holder.slice();
  const c = contested.slice();
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  for (let i = 0; i < rows.length; i += size) {
    const cell = view.getUint32(i + at.cell, true);
    h[cell] = rows[i + at.holder];
    c[cell] = rows[i + at.contested];
  }
  return [h, c];
}

function withRows(table, rows) {
  // The first field of a row is its own number.
  if (!rows.length) return table;
  const bytes = table.u8.slice();
  for (let i = 0; i < rows.length; i += table.size) {
    const row = rows[i] | (rows[i + 1] << 8);
    bytes.set(rows.subarray(i, i + table.size), row * table.size);
  }
  return new Rows(bytes, table.size);
}

// Story: what happened and how things stand, by day; grows with the chunks.
class Story {
  constructor() {
    this.events = [];
    this.days = [];
    this.decisions = new Map();
    this.flights = new Map(); // by asset:tick, what it flew and why there
    this.dates = {}; // outcomes that a sentence asks for: first day on which it was so
  }

  clear() {
    this.events = [];
    this.days = [];
    this.dates = {};
    this.decisions.clear();
    this.flights.clear();
  }

  add(part) {
    if (!part) return;
    for (const event of part.events || []) this.events.push(event);
    for (const day of part.days || []) this.days[day.day] = day;
    Object.assign(this.dates, part.dates);
    for (const each of part.decisions || []) this.decisions.set(each.mission, each);
  }

  // The latest known state of a day.
  day(number) {
    const last = this.days.length - 1;
    for (let d = Math.min(Math.max(0, Math.floor(number)), last); d >= 0; d--) {
      if (this.days[d]) return this.days[d];
    }
    return null;
  }

  // The same, counted from the first day on which aims were weighed at all.
  assessed(number) {
    const first = this.days.findIndex((day) => day && day.s.some((value) => value));
    return this.day(Math.max(number, first));
  }

  cut(tick, day) {
    this.events = this.events.filter((event) => event.tick <= tick);
    this.days.length = Math.min(this.days.length, day + 1);
    for (const [name, at] of Object.entries(this.dates)) if (at > day) delete this.dates[name];
    for (const [mission, each] of this.decisions) if (each.tick >= tick) this.decisions.delete(mission);
    for (const key of this.flights.keys()) if (+key.split(":")[1] >= tick) this.flights.delete(key);
  }
}
