// The few lines of the replay file, which has no chart library: drawn by hand. The same
// charts as abm/ui/charts.py gives to the live page.

const PAIR_COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B8860B"];
const SLIGHT = 0.012; // share of a chart's largest value below which a line is left out
const DAY_LABELS = 6;
const CHART = { wide: 360, high: 160, left: 44, right: 350, top: 12, bottom: 140 }; // pixels

const counted = (n) => (n < 1000 ? whole(n) : thousands(n));
const DASHES = ["", "6 3", "2 3", "9 3 2 3"]; // so that lines are told apart without colour

// Of each chart: title, note, lines ({ name, colour, of(day) }), and how a value is written.
const byActor = (key, factor = 1) => (meta) => meta.actors.map((actor, i) => ({ ...actor, of: (day) => day[key][i] * factor }));
const CHARTS = [
  ["Ground held", "share of all open ground, by side", (meta) => meta.blocs.map((bloc, i) => ({ ...bloc, of: (day) => day.g[i] / 1000 })), percent],
  ["People in the field", "ground forces by actor, persons", byActor("p"), counted],
  ["Losses so far", "killed, wounded, captured and deserted by actor, persons", byActor("l"), counted],
  ["Tension", "the five pairs not at war with most of it, share of the scale", tensest, percent],
  ["Flow of the supply route", "goods arriving by road, by who receives them, share of what is wanted", byActor("f", 0.001), percent],
  ["Goods received", "by road and by air since the start, t", byActor("d"), counted],
];

// The pairs of actors that had most tension, with a colour each.
function tensest(meta, days) {
  const peak = new Map();
  for (const day of days) for (const [pair, [tension]] of Object.entries(day.t)) peak.set(pair, Math.max(peak.get(pair) || 0, tension));
  const named = (id) => meta.actors.find((actor) => actor.id === id)?.name || id;
  return [...peak].sort((a, b) => b[1] - a[1]).slice(0, PAIR_COLOURS.length)
    .map(([pair], i) => ({ name: pair.split("|").map(named).join(" and "), colour: PAIR_COLOURS[i], of: (day) => (day.t[pair]?.[0] || 0) / 1000 }));
}

// The lines of a chart that have something to show, with their values by day.
function drawnLines(meta, days, chart) {
  const lines = chart[2](meta, days).map((line) => ({ ...line, values: days.map(line.of) }));
  const most = Math.max(1e-9, ...lines.flatMap((line) => line.values));
  return { most, lines: lines.filter((line) => Math.max(0, ...line.values) > most * SLIGHT) };
}

Panels.prototype.build_lines = function () {
  this.root.innerHTML = `<h2>Charts</h2>${CHARTS.map(([name, note], i) => `<figure><figcaption><b>${name}</b> <small>${note}</small></figcaption><canvas data-chart="${i}" role="img" aria-label="${name}, ${note}" width="${CHART.wide * 2}" height="${CHART.high * 2}"></canvas><ul class="fp-key"></ul></figure>`).join("")}
    <p class="fp-note">The upright line is the day shown. Click a chart to go to a day.</p>`;
  this.root.onclick = (event) => {
    const canvas = event.target.closest("canvas[data-chart]");
    if (!canvas) return;
    const box = canvas.getBoundingClientRect();
    const share = ((event.clientX - box.left) / box.width * CHART.wide - CHART.left) / (CHART.right - CHART.left);
    this.host.go(Math.round(Math.max(0, Math.min(1, share)) * this.host.meta.horizon), null);
  };
};

Panels.prototype.fill_lines = function () {
  const { meta } = this.host;
  const days = this.host.story().days.filter(Boolean);
  const dark = this.host.dark();
  for (const canvas of this.root.querySelectorAll("canvas[data-chart]")) {
    const chart = CHARTS[+canvas.dataset.chart];
    const { most, lines } = drawnLines(meta, days, chart);
    const g = canvas.getContext("2d");
    g.setTransform(2, 0, 0, 2, 0, 0);
    g.clearRect(0, 0, CHART.wide, CHART.high);
    const horizon = meta.horizon * meta.days_per_tick;
    const x = (day) => CHART.left + (day / horizon) * (CHART.right - CHART.left);
    const y = (value) => CHART.bottom - (value / most) * (CHART.bottom - CHART.top);
    drawAxes(g, { x, y, most, horizon, dark, words: chart[3] });
    for (const [i, { colour, values }] of lines.entries()) {
      g.strokeStyle = css(visible(colour, dark));
      g.lineWidth = 1.7;
      g.setLineDash(DASHES[i % DASHES.length].split(" ").filter(Boolean).map(Number));
      g.beginPath();
      values.forEach((value, n) => (n ? g.lineTo(x(days[n].day), y(value)) : g.moveTo(x(days[n].day), y(value))));
      g.stroke();
    }
    g.setLineDash([]);
    g.strokeStyle = dark ? "#fff" : "#111";
    g.lineWidth = 1;
    g.beginPath();
    g.moveTo(x(this.day), 8);
    g.lineTo(x(this.day), CHART.bottom + 2);
    g.stroke();
    const at = days.findLastIndex((day) => day.day <= this.day);
    const key = lines.map(({ name, colour, values }, i) => `<li><svg width="22" height="6" aria-hidden="true"><path d="M0 3h22" stroke="${css(visible(colour, dark))}" stroke-width="2.5" stroke-dasharray="${DASHES[i % DASHES.length]}"/></svg>${escapeHtml(name)} <small>${chart[3](values[at] ?? 0)}</small></li>`).join("");
    const list = canvas.nextElementSibling;
    if (list.dataset.key !== key) { list.dataset.key = key; list.innerHTML = key || "<li>Nothing yet.</li>"; }
  }
};

function drawAxes(g, { x, y, most, horizon, dark, words: write }) {
  g.font = `10px ${FONT}`;
  g.fillStyle = g.strokeStyle = dark ? "#a9b4bb" : "#5d6468";
  g.lineWidth = 1;
  g.globalAlpha = 0.5;
  for (const share of [0, 0.5, 1]) { g.beginPath(); g.moveTo(CHART.left, y(most * share)); g.lineTo(CHART.right, y(most * share)); g.stroke(); }
  g.globalAlpha = 1;
  g.textAlign = "right";
  for (const share of [0, 0.5, 1]) g.fillText(write(most * share), CHART.left - 4, y(most * share) + 3);
  const step = [1, 2, 5, 10, 20, 30, 50, 100].find((each) => horizon / each <= DAY_LABELS) || 200;
  for (let day = 0; day <= horizon; day += step) {
    g.textAlign = day + step / 2 > horizon ? "right" : day ? "center" : "left";
    g.fillText(day ? String(day) : "day 0", day + step / 2 > horizon ? CHART.right : x(day), CHART.bottom + 14);
  }
  g.textAlign = "left";
}
