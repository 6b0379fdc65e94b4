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

// Labels that do not overlap: the most important first, each where there is room.
function drawLabels(g, view, meta, theme, layers) {
  g.clearRect(0, 0, view.width, view.height);
  const taken = [];
  const free = (box) => box[0] > 2 && box[1] > 2 && box[2] < view.width - 2 && box[3] < view.height - 2
    && !taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]);
  for (const pad of view.reserved || []) taken.push(pad);
  g.lineJoin = "round";
  g.textBaseline = "middle";
  const names = [];
  const narrow = view.width < NARROW;
  if (layers.labels) {
    for (const site of meta.sitesByRank) {
      if (view.zoomed * (narrow ? 0.6 : 1) < shownFrom[site.rank]) continue;
      const x = view.px(site.x);
      const y = view.py(site.y);
      if (x < -40 || y < -20 || x > view.width + 40 || y > view.height + 20) continue;
      const size = RANKS[site.rank] - (narrow ? 2 : 0);
      g.font = `${site.rank <= 2 ? "600 " : ""}${size}px ${FONT}`;
      if (names.includes(site.label) && site.rank > 1) continue;
      const wide = g.measureText(site.label).width;
      const gap = 15; // a symbol standing on the place stays free
      const spots = [[x + gap, y], [x - gap - wide, y], [x - wide / 2, y - 16], [x - wide / 2, y + 17]];
      const spot = spots.find(([left, middle]) => free([left - 3, middle - size * 0.62, left + wide + 3, middle + size * 0.62]));
      if (!spot) continue;
      taken.push([spot[0] - 3, spot[1] - size * 0.62, spot[0] + wide + 3, spot[1] + size * 0.62]);
      names.push(site.label);
      write(g, site.label, spot[0], spot[1], theme.ink, theme.halo);
    }
  }
  if (layers.labels) placeNames(g, view, meta, theme, free, taken);
}

function placeNames(g, view, meta, theme, free, taken) {
  const say = (text, x, y, font, colour) => {
    g.font = font;
    const wide = g.measureText(text).width;
    const box = [x - wide / 2, y - 8, x + wide / 2, y + 8];
    if (!free(box)) return false;
    taken.push(box);
    g.globalAlpha = 0.85;
    write(g, text, x - wide / 2, y, colour, theme.halo);
    g.globalAlpha = 1;
    return true;
  };
  for (const zone of meta.layers.zones) {
    const done = [-1, 1].some((side) => say(zone.name, view.px(zone.x), view.py(zone.y) + side * (zone.r * view.k + 11), `italic 11.5px ${FONT}`, theme.zone));
    if (!done) continue;
  }
  for (const river of meta.riverNames) {
    for (const [x, y] of river.spots) {
      if (say(river.name, view.px(x), view.py(y) - 10, `italic 12px ${FONT}`, theme.river)) break;
    }
  }
  for (const country of meta.layers.countries) {
    const name = country.name.toUpperCase().split("").join("\u200a\u2009");
    for (const [x, y] of country.spots) if (say(name, view.px(x), view.py(y), `600 13px ${FONT}`, theme.soft)) break;
  }
}

function write(g, text, x, y, colour, halo) {
  g.strokeStyle = halo;
  g.lineWidth = 3.5;
  g.strokeText(text, x, y);
  g.fillStyle = colour;
  g.fillText(text, x, y);
}
