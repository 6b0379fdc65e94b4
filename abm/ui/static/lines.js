// Lines and labels: drawn when the view changes, not when the day does.

const FONT = "system-ui, Roboto, 'Segoe UI', sans-serif";
const ROADS = { motorway: 2.2, primary: 1.7, secondary: 1.2, track: 0.8 };

function drawLines(g, view, meta, theme, layers) {
  g.clearRect(0, 0, view.width, view.height);
  g.lineJoin = g.lineCap = "round";
  if (layers.roads) {
    for (const road of meta.layers.roads) {
      g.strokeStyle = theme.road;
      g.globalAlpha = 0.75;
      g.lineWidth = (ROADS[road.cls] || 1) * Math.min(1.6, 0.75 + view.zoomed * 0.15);
      g.setLineDash(road.cls === "track" ? [3, 3] : []);
      stroke(g, view, road.points);
    }
    g.globalAlpha = 1;
    g.setLineDash([]);
  }
  if (layers.water) {
    for (const lake of meta.layers.lakes) { fill(g, view, lake.rings, theme.lake); }
    for (const river of meta.layers.rivers) {
      const wide = river.barrier ? 3 : 1.5;
      g.strokeStyle = theme.halo;
      g.globalAlpha = 0.45;
      g.lineWidth = wide + 2.4;
      stroke(g, view, river.points);
      g.globalAlpha = 1;
      g.strokeStyle = theme.river;
      g.lineWidth = wide;
      stroke(g, view, river.points);
    }
  }
  if (layers.borders) {
    g.strokeStyle = theme.border;
    g.lineWidth = 1.5;
    g.setLineDash([9, 3, 2, 3]);
    for (const border of meta.layers.borders) stroke(g, view, border.points);
    g.setLineDash([]);
  }
  if (layers.deconfliction) {
    g.strokeStyle = theme.zone;
    for (const zone of meta.layers.zones) {
      g.beginPath();
      g.arc(view.px(zone.x), view.py(zone.y), zone.r * view.k, 0, 7);
      g.globalAlpha = 0.08;
      g.fillStyle = theme.zone;
      g.fill();
      g.globalAlpha = 0.95;
      g.lineWidth = 1.6;
      g.setLineDash([7, 4]);
      g.stroke();
    }
    g.lineWidth = 1.4;
    g.globalAlpha = 0.8;
    g.setLineDash([2, 5]);
    for (const line of meta.layers.deconfliction) stroke(g, view, line.points);
    g.setLineDash([]);
    g.globalAlpha = 1;
  }
}

function stroke(g, view, points) {
  g.beginPath();
  view.trace(g, points);
  g.stroke();
}

const RANKS = [0, 15, 13, 12, 11.5, 11]; // size of a label by importance
const NARROW = 600; // pixels below which a map names fewer places
const shownFrom = [0, 0, 0, 1, 2.0, 3.6]; // how far to zoom in before a place is labelled

const APART_PX = [15, 21, 28, 40, 56]; // from a place to its name: beside a symbol that stands on it

// Where a name may stand about a place: right, left, above, below and askew, near before far.
function spotsAbout(x, y, wide, far) {
  return APART_PX.slice(0, far ? 5 : 3).flatMap((gap) => [[x + gap, y], [x - gap - wide, y], [x - wide / 2, y - gap - 1], [x - wide / 2, y + gap + 2],
    [x + gap * 0.6, y - gap], [x + gap * 0.6, y + gap], [x - gap * 0.6 - wide, y - gap], [x - gap * 0.6 - wide, y + gap]]);
}

const meet = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

// Names that overlap neither each other nor a symbol: the most important first, each where
// there is room; `kept` remembers where each stood, so that while playing
// none moves without need.
class Names {
  constructor(meta) {
    this.meta = meta;
    this.kept = new Map();
  }

  draw(g, view, theme, { layers, symbols = [] }) {
    g.clearRect(0, 0, view.width, view.height);
    if (!layers.labels) return;
    const scale = `${view.k} ${view.width} ${view.height}`;
    if (this.scale !== scale) { this.scale = scale; this.kept.clear(); }
    this.taken = [...(view.reserved || [])];
    this.symbols = symbols;
    this.view = view;
    g.lineJoin = "round";
    g.textBaseline = "middle";
    const narrow = view.width < NARROW;
    const said = new Set();
    for (const site of this.meta.sitesByRank) {
      if (view.zoomed * (narrow ? 0.6 : 1) < shownFrom[site.rank]) continue;
      const x = view.px(site.x);
      const y = view.py(site.y);
      if (x < -40 || y < -20 || x > view.width + 40 || y > view.height + 20) continue;
      if (said.has(site.label) && site.rank > 1) continue;
      const size = RANKS[site.rank] - (narrow ? 2 : 0);
      g.font = `${site.rank <= 2 ? "600 " : ""}${size}px ${FONT}`;
      const needed = site.rank <= (narrow ? 1 : 2);
      const spots = spotsAbout(x, y, g.measureText(site.label).width, needed);
      const spot = this.place(site.label, { g, size, spots, needed, key: site.row });
      if (!spot) continue;
      said.add(site.label);
      write(g, site.label, spot[0], spot[1], theme.ink, theme.halo);
    }
    this.others(g, view, theme);
  }

  // The spot for a name: where it stood before if that is still free, else the first free one;
  // a name that is needed goes where symbols cover least of it, but never over another name.
  place(text, { g, size, spots, needed, key }) {
    const wide = g.measureText(text).width;
    const { width, height } = this.view;
    const box = ([left, middle]) => [left - 3, middle - size * 0.62, left + wide + 3, middle + size * 0.62];
    const inside = (b) => b[0] > 2 && b[1] > 2 && b[2] < width - 2 && b[3] < height - 2;
    const open = spots.map((spot, i) => [i, box(spot)]).filter(([, b]) => inside(b) && !this.taken.some((other) => meet(b, other)));
    const clear = open.filter(([, b]) => !this.symbols.some((other) => meet(b, other)));
    const before = this.kept.get(key);
    const found = clear.find(([i]) => i === before) || clear[0] || (needed ? this.leastCovered(open) : null);
    if (!found) return null;
    this.kept.set(key, found[0]);
    this.taken.push(found[1]);
    return spots[found[0]];
  }

  leastCovered(open) {
    const covered = (b) => this.symbols.reduce((sum, o) => sum + Math.max(0, Math.min(b[2], o[2]) - Math.max(b[0], o[0])) * Math.max(0, Math.min(b[3], o[3]) - Math.max(b[1], o[1])), 0);
    return open.map((each) => [covered(each[1]), each]).sort((a, b) => a[0] - b[0])[0]?.[1];
  }

  // Names of zones, rivers and countries, in the middle of one of their spots.
  others(g, view, theme) {
    const say = (text, points, font, { colour, needed = false }) => {
      g.font = font;
      const wide = g.measureText(text).width;
      const spots = points.map(([x, y]) => [x - wide / 2, y]);
      const spot = this.place(text, { g, size: 13, spots, needed, key: text });
      if (!spot) return;
      g.globalAlpha = 0.85;
      write(g, text, spot[0], spot[1], colour, theme.halo);
      g.globalAlpha = 1;
    };
    const { layers, riverNames } = this.meta;
    for (const zone of layers.zones) {
      const [x, y, r] = [view.px(zone.x), view.py(zone.y), zone.r * view.k];
      const about = [-1, 1].flatMap((side) => [0, -0.7, 0.7].map((aside) => [x + aside * r, y + side * (r * Math.sqrt(1 - aside * aside) + 11)]));
      say(zone.name, [...about, [x, y - r + 12]], `italic 11.5px ${FONT}`, { colour: theme.zone, needed: view.width >= NARROW });
    }
    for (const river of riverNames) say(river.name, river.spots.map(([x, y]) => [view.px(x), view.py(y) - 10]), `italic 12px ${FONT}`, { colour: theme.river });
    for (const country of layers.countries) {
      const name = country.name.toUpperCase().split("").join("\u200a\u2009");
      say(name, country.spots.map(([x, y]) => [view.px(x), view.py(y)]), `600 13px ${FONT}`, { colour: theme.soft });
    }
  }
}

function write(g, text, x, y, colour, halo) {
  g.strokeStyle = halo;
  g.lineWidth = 3.5;
  g.strokeText(text, x, y);
  g.fillStyle = colour;
  g.fillText(text, x, y);
}
