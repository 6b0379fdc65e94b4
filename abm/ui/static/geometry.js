// Geometry and colour: from cells to pixels, from a bloc to a colour. No state of its own.

const THEME = {
  light: {
    sea: "#cfdfe6", land: "#f4f0e6", closed: "#e6e2d8", ink: "#23282d", soft: "#5d6468", halo: "#fbf8f0",
    river: "#4a8cb4", lake: "#a9cbdc", road: "#8f8069", border: "#6b6459", zone: "#8a3fa0", grid: "#00000014",
    select: "#111111", terrain: { river_valley: "#dbe5c0", mountain: "#ddd2bf", lava_field: "#d6cdc6", salt_flat: "#ebe6ee", cropland: "#e6e8c9", desert_steppe: "#f1e9d4", water: "#a9cbdc" },
  },
  dark: {
    sea: "#0f1b24", land: "#22282d", closed: "#181d21", ink: "#eef2f4", soft: "#a9b4bb", halo: "#12171b",
    river: "#5aa7d6", lake: "#24475c", road: "#837a6b", border: "#a8997c", zone: "#cf8fe0", grid: "#ffffff14",
    select: "#ffffff", terrain: { river_valley: "#2b352a", mountain: "#2f2b27", lava_field: "#272424", salt_flat: "#2c2a30", cropland: "#2c3227", desert_steppe: "#262826", water: "#24475c" },
  },
};

const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
const luminance = ([r, g, b]) => (0.299 * r + 0.587 * g + 0.114 * b) / 255;
const mixed = (a, b, share) => a.map((v, i) => Math.round(v + (b[i] - v) * share));
const css = ([r, g, b], alpha = 1) => `rgba(${r},${g},${b},${alpha})`;

// A colour that can be seen on the theme's ground: dark ones are lifted in the dark.
function visible(hex, dark) {
  const colour = rgb(hex);
  const light = luminance(colour);
  if (dark && light < 0.3) return mixed(colour, [235, 235, 245], 0.55);
  if (!dark && light > 0.8) return mixed(colour, [90, 90, 90], 0.35);
  return colour;
}

// Longitude and latitude of a point in cells, by the polynomial the server fitted.
function lonlat(meta, x, y) {
  const u = x / meta.width;
  const v = y / meta.height;
  const terms = [1, u, v, u * u, u * v, v * v, u * u * u, u * u * v, u * v * v, v * v * v];
  const sum = (coefficients) => coefficients.reduce((total, c, i) => total + c * terms[i], 0);
  return [sum(meta.lonlat[0]), sum(meta.lonlat[1])];
}

// View: where the map stands in the window. Coordinates of the map are cells.
class View {
  constructor(meta) {
    this.meta = meta;
    this.width = this.height = 1;
    this.k = this.x = this.y = 0;
  }

  get least() { // the whole map is in the window
    const { frame } = this.meta;
    return Math.min(this.width / (frame[2] - frame[0]), this.height / (frame[3] - frame[1]));
  }

  resize(width, height) {
    const centre = this.k ? [(this.width / 2 - this.x) / this.k, (this.height / 2 - this.y) / this.k] : null;
    const zoom = this.k ? this.k / this.least : 1;
    this.width = width;
    this.height = height;
    this.k = this.least * Math.max(1, zoom);
    if (centre) this.centre(centre[0], centre[1]);
    else this.fit();
  }

  fit() {
    const { frame, focus } = this.meta;
    this.k = this.least;
    this.centre((frame[0] + frame[2]) / 2 * 0.35 + focus[0] * 0.65, focus[1]);
  }

  centre(x, y) {
    this.x = this.width / 2 - x * this.k;
    this.y = this.height / 2 - y * this.k;
    this.clamp();
  }

  zoom(factor, px, py) {
    const k = Math.max(this.least, Math.min(this.least * 14, this.k * factor));
    const share = k / this.k;
    this.x = px - (px - this.x) * share;
    this.y = py - (py - this.y) * share;
    this.k = k;
    this.clamp();
  }

  clamp() { // no further than the map's edge; in the middle where it is smaller than the window
    const { frame } = this.meta;
    const within = (at, near, far) => (near < far ? (near + far) / 2 : Math.min(near, Math.max(far, at)));
    this.x = within(this.x, -frame[0] * this.k, this.width - frame[2] * this.k);
    this.y = within(this.y, -frame[1] * this.k, this.height - frame[3] * this.k);
  }

  get zoomed() { return this.k / this.least; }
  px(x) { return x * this.k + this.x; }
  py(y) { return y * this.k + this.y; }
  cellX(px) { return (px - this.x) / this.k; }
  cellY(py) { return (py - this.y) / this.k; }

  trace(context, points) {
    for (let i = 0; i < points.length; i += 2) {
      const x = points[i] * this.k + this.x;
      const y = points[i + 1] * this.k + this.y;
      if (i) context.lineTo(x, y);
      else context.moveTo(x, y);
    }
  }
}
