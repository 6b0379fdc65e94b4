// Land and control: the layers that change seldom. Lines and labels are drawn here too.

// Pixels of the control layer per cell: about 600 across the map, whatever its grid.
const fineness = (meta) => Math.max(4, Math.min(16, Math.ceil(600 / meta.width)));

function drawLand(g, view, meta, theme, layers) {
  g.fillStyle = theme.sea;
  g.fillRect(0, 0, view.width, view.height);
  for (const country of meta.layers.countries) fill(g, view, country.rings, country.open ? theme.land : theme.closed);
  if (layers.relief) {
    g.save();
    g.beginPath();
    for (const country of meta.layers.countries) if (country.open) for (const ring of country.rings) { view.trace(g, ring); g.closePath(); }
    g.clip("evenodd");
    for (let i = meta.layers.terrain.length - 1; i >= 0; i--) {
      const part = meta.layers.terrain[i];
      fill(g, view, part.rings, theme.terrain[part.cls] || theme.land);
    }
    g.restore();
    g.save();
    g.beginPath();
    for (const country of meta.layers.countries) for (const ring of country.rings) { view.trace(g, ring); g.closePath(); }
    g.clip();
    g.globalAlpha = 0.6;
    g.globalCompositeOperation = theme === THEME.dark ? "soft-light" : "multiply";
    g.imageSmoothingQuality = "high";
    g.drawImage(shade(meta), view.x, view.y, meta.width * view.k, meta.height * view.k);
    g.restore();
  }
}

function fill(g, view, rings, colour) {
  g.beginPath();
  for (const ring of rings) { view.trace(g, ring); g.closePath(); }
  g.fillStyle = colour;
  g.fill("evenodd");
}

let shaded = null;
function shade(meta) { // hillshade, lit from the north-west; the same for every map on the page
  if (shaded && shaded.of === meta.elevation) return shaded.canvas;
  const { width, height } = meta;
  const raw = Uint8Array.from(atob(meta.elevation), (c) => c.charCodeAt(0));
  const e = new Int16Array(raw.buffer);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const g = canvas.getContext("2d");
  const image = g.createImageData(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (i, j) => e[Math.max(0, Math.min(height - 1, j)) * width + Math.max(0, Math.min(width - 1, i))];
      const slope = (at(x + 1, y) - at(x - 1, y)) + (at(x, y + 1) - at(x, y - 1));
      const v = 214 + Math.max(-90, Math.min(41, slope * -0.22)) ;
      const i = (y * width + x) * 4;
      image.data[i] = image.data[i + 1] = image.data[i + 2] = v;
      image.data[i + 3] = 255;
    }
  }
  g.putImageData(image, 0, 0);
  shaded = { of: meta.elevation, canvas };
  return canvas;
}

// Control: who holds what, smoothed at the fronts; only what changed is computed again.
class Control {
  constructor(meta, canvas) {
    this.meta = meta;
    this.canvas = canvas;
    this.fine = fineness(meta);
    canvas.width = meta.width * this.fine;
    canvas.height = meta.height * this.fine;
    this.g = canvas.getContext("2d", { willReadFrequently: false });
    this.image = this.g.createImageData(canvas.width, canvas.height);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.side = new Uint8Array(canvas.width * canvas.height);
    this.near = Int32Array.from(meta.near);
    this.mask = this.landMask();
    this.redraws = 0;
    this.forget();
  }

  forget() { this.holder = this.contested = this.other = null; }

  landMask() {
    const { width, height } = this.canvas;
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const g = canvas.getContext("2d", { willReadFrequently: true });
    g.fillStyle = "#fff";
    g.beginPath();
    for (const country of this.meta.layers.countries) {
      if (!country.open) continue;
      for (const ring of country.rings) {
        for (let i = 0; i < ring.length; i += 2) {
          if (i) g.lineTo(ring[i] * this.fine, ring[i + 1] * this.fine);
          else g.moveTo(ring[0] * this.fine, ring[1] * this.fine);
        }
        g.closePath();
      }
    }
    g.fill("evenodd");
    const data = g.getImageData(0, 0, width, height).data;
    const mask = new Uint8Array(width * height);
    for (let i = 0; i < mask.length; i++) mask[i] = data[i * 4 + 3];
    return mask;
  }

  colours(dark) {
    this.dark = dark;
    const pack = ([r, g, b], alpha) => ((alpha << 24) | (b << 16) | (g << 8) | r) >>> 0;
    this.body = this.meta.blocs.map((bloc) => pack(visible(bloc.colour, dark), bloc.nobody ? 0 : dark ? 118 : 122));
    this.edge = this.meta.blocs.map((bloc) => pack(mixed(visible(bloc.colour, dark), dark ? [0, 0, 0] : [20, 20, 20], 0.25), bloc.nobody ? 70 : 235));
    this.stripe = this.meta.blocs.map((bloc) => pack(mixed(visible(bloc.colour, dark), dark ? [255, 255, 255] : [15, 15, 15], 0.55), 190));
    this.forget();
  }

  // Show a frame; `against` is another run's frame of which only the difference is shown.
  // Returns what was painted anew, in cells: [left, top, width, height] of each part.
  show(frame, against = null) {
    const other = against ? against.holder : null;
    if (this.holder === frame.holder && this.contested === frame.contested && this.other === other) return [];
    const { width, height } = this.meta;
    const before = this.holder;
    const all = !before || other !== this.other;
    const touched = new Uint8Array(width * height);
    let any = false;
    for (let i = 0; i < touched.length; i++) {
      if (all || before[i] !== frame.holder[i] || this.contested[i] !== frame.contested[i]) { touched[i] = 1; any = true; }
    }
    this.holder = frame.holder;
    this.contested = frame.contested;
    this.other = other;
    if (!any) return [];
    this.redraws++;
    return this.paint(this.grown(touched, all));
  }

  grown(touched, all) {
    if (all) return touched;
    const { width, height } = this.meta;
    const out = new Uint8Array(touched.length);
    for (let i = 0; i < touched.length; i++) {
      if (!touched[i]) continue;
      const x = i % width;
      const y = (i / width) | 0;
      for (let dy = -2; dy <= 2; dy++) for (let dx = -2; dx <= 2; dx++) {
        const nx = x + dx;
        const ny = y + dy;
        if (nx >= 0 && ny >= 0 && nx < width && ny < height) out[ny * width + nx] = 1;
      }
    }
    return out;
  }

  paint(cells) {
    const { width, height } = this.meta;
    const spans = [];
    for (let y = 0; y < height; y++) {
      const row = cells.subarray(y * width, (y + 1) * width);
      const left = row.indexOf(1);
      if (left < 0) continue;
      const wide = row.lastIndexOf(1) - left + 1;
      const above = spans.at(-1);
      if (above && above[0] === left && above[2] === wide && above[1] + above[3] === y) above[3]++;
      else spans.push([left, y, wide, 1]);
    }
    for (let i = 0; i < cells.length; i++) if (cells[i]) this.vote(i % width, (i / width) | 0);
    for (let i = 0; i < cells.length; i++) if (cells[i]) this.colour(i % width, (i / width) | 0);
    for (const span of spans) this.g.putImageData(this.image, 0, 0, ...span.map((each) => each * this.fine));
    return spans;
  }

  // The bloc of each fine pixel of a cell: the heaviest of the four nearest cells.
  vote(cx, cy) {
    const { width, height, bloc_of } = this.meta;
    const wide = this.canvas.width;
    const FINE = this.fine;
    const at = (x, y) => {
      const near = this.near[Math.max(0, Math.min(height - 1, y)) * width + Math.max(0, Math.min(width - 1, x))];
      return near < 0 ? 255 : bloc_of[this.holder[near]];
    };
    for (let j = 0; j < FINE; j++) {
      for (let i = 0; i < FINE; i++) {
        const fx = (i + 0.5) / FINE - 0.5;
        const fy = (j + 0.5) / FINE - 0.5;
        const x0 = fx < 0 ? cx - 1 : cx;
        const y0 = fy < 0 ? cy - 1 : cy;
        const u = fx < 0 ? fx + 1 : fx;
        const v = fy < 0 ? fy + 1 : fy;
        const b = [at(x0, y0), at(x0 + 1, y0), at(x0, y0 + 1), at(x0 + 1, y0 + 1)];
        const w = [(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v];
        let best = 255;
        let most = -1;
        for (let a = 0; a < 4; a++) {
          let sum = 0;
          for (let c = 0; c < 4; c++) if (b[c] === b[a]) sum += w[c];
          if (sum > most + 1e-9) { most = sum; best = b[a]; }
        }
        this.side[(cy * FINE + j) * wide + cx * FINE + i] = best;
      }
    }
  }

  colour(cx, cy) {
    const wide = this.canvas.width;
    const FINE = this.fine;
    const thick = Math.max(1, Math.round(FINE / 6));
    const band = Math.max(2, Math.round(FINE / 3));
    const cell = this.near[cy * this.meta.width + cx];
    const contested = cell >= 0 && this.contested[cell];
    const same = this.other && cell >= 0 && this.meta.bloc_of[this.other[cell]] === this.meta.bloc_of[this.holder[cell]];
    for (let j = 0; j < FINE; j++) {
      for (let i = 0; i < FINE; i++) {
        const px = cx * FINE + i;
        const py = cy * FINE + j;
        const at = py * wide + px;
        const side = this.side[at];
        if (side === 255 || !this.mask[at]) { this.pixels[at] = 0; continue; }
        const right = px + thick < wide ? this.side[at + thick] : side;
        const below = at + wide * thick < this.side.length ? this.side[at + wide * thick] : side;
        let value = (right !== side && right !== 255) || (below !== side && below !== 255) ? this.edge[side]
          : contested && (px + py) % (2 * band) < band ? this.stripe[side] : this.body[side];
        if (this.other) value = same ? ((value & 0xffffff) | (28 << 24)) >>> 0 : ((value & 0xffffff) | (225 << 24)) >>> 0;
        this.pixels[at] = value;
      }
    }
  }
}
