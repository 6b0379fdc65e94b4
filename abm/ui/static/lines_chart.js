// The few lines of the replay file, which has no chart library: drawn by hand.

const CHARTS = [
  ["Ground held", "share of the open ground, by side", "g"],
  ["People in the field", "by actor", "p"],
  ["Losses so far", "killed, wounded, captured, deserted, by actor", "l"],
];

Panels.prototype.build_lines = function () {
  this.root.innerHTML = `<h2>Charts</h2>${CHARTS.map(([name, note], i) => `<figure><figcaption><b>${name}</b> <small>${note}</small></figcaption><canvas data-chart="${i}" role="img" aria-label="${name}, ${note}" width="720" height="320"></canvas></figure>`).join("")}
    <p class="fp-note">The upright line is the day shown. Click a chart to go to a day.</p>`;
  this.root.onclick = (event) => {
    const canvas = event.target.closest("canvas[data-chart]");
    if (!canvas) return;
    const box = canvas.getBoundingClientRect();
    const share = (event.clientX - box.left - 44) / (box.width - 54);
    this.host.go(Math.round(Math.max(0, Math.min(1, share)) * this.host.meta.horizon), null);
  };
};

Panels.prototype.fill_lines = function () {
  const { meta } = this.host;
  const days = this.host.story().days.filter(Boolean);
  const horizon = meta.horizon * meta.days_per_tick;
  for (const canvas of this.root.querySelectorAll("canvas")) {
    const key = CHARTS[+canvas.dataset.chart][2];
    const names = key === "g" ? meta.blocs : meta.actors;
    const g = canvas.getContext("2d");
    const dark = this.host.dark();
    g.setTransform(2, 0, 0, 2, 0, 0);
    g.clearRect(0, 0, 360, 160);
    const most = Math.max(1e-9, ...days.flatMap((day) => day[key]));
    const x = (day) => 44 + (day / horizon) * 306;
    const y = (value) => 140 - (value / most) * 128;
    g.font = `10px ${FONT}`;
    g.fillStyle = g.strokeStyle = dark ? "#a9b4bb" : "#5d6468";
    g.globalAlpha = 0.5;
    for (const share of [0, 0.5, 1]) { g.beginPath(); g.moveTo(44, y(most * share)); g.lineTo(350, y(most * share)); g.stroke(); }
    g.globalAlpha = 1;
    g.textAlign = "right";
    for (const share of [0, 0.5, 1]) g.fillText(key === "g" ? percent((most * share) / 1000) : thousands(most * share), 40, y(most * share) + 3);
    g.textAlign = "left";
    for (const day of [0, 30, 60, 90, 120, 150]) if (day < horizon) g.fillText(day ? String(day) : "day 0", x(day), 154);
    names.forEach((name, i) => {
      if (name.nobody || !days.some((day) => day[key][i] > most * 0.01)) return;
      g.strokeStyle = css(visible(name.colour, dark));
      g.lineWidth = 1.7;
      g.beginPath();
      days.forEach((day, n) => (n ? g.lineTo(x(day.day), y(day[key][i])) : g.moveTo(x(day.day), y(day[key][i]))));
      g.stroke();
    });
    g.strokeStyle = dark ? "#fff" : "#111";
    g.lineWidth = 1;
    g.beginPath();
    g.moveTo(x(this.day), 8);
    g.lineTo(x(this.day), 142);
    g.stroke();
  }
};
