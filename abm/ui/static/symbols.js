// Symbols after NATO's APP-6: the frame says which side, the sign inside what kind.

const WIDE = 24;
const HIGH = 16;
const SIGNS = {
  infantry: "Infantry", mechanised: "Mechanised", assault: "Assault", artillery: "Artillery", garrison: "Garrison",
  militia: "Militia", irregular: "Irregular fighters", support: "Support and advisers", post: "Post",
};
const FRAMES = ["rectangle", "round", "diamond", "square"];

class Symbols {
  constructor() { this.cache = new Map(); }

  // A drawn symbol; `many` draws the edge of a stack behind it.
  get(colour, shape, sign, { many = false, broken = false, dark = false, size = "" } = {}) {
    const ratio = window.devicePixelRatio || 1;
    const key = `${colour}|${shape}|${sign}|${many}|${broken}|${dark}|${size}|${ratio}`;
    let canvas = this.cache.get(key);
    if (!canvas) {
      canvas = document.createElement("canvas");
      canvas.width = (WIDE + 10) * ratio;
      canvas.height = (HIGH + 12) * ratio;
      const g = canvas.getContext("2d");
      g.scale(ratio, ratio);
      g.translate(4, 7);
      symbol(g, colour, shape, sign, { many, broken, dark });
      if (size) strength(g, size, dark);
      this.cache.set(key, canvas);
    }
    return canvas;
  }
}

// APP-6 marks of size by people: a platoon's dots to a division's two crosses.
const ECHELONS = [[100, "•••"], [300, "I"], [1000, "II"], [3000, "III"], [10000, "X"], [Infinity, "XX"]];
const echelon = (persons) => ECHELONS.find(([below]) => persons < below)[1];

function strength(g, size, dark) {
  g.font = `700 6.5px ${FONT}`;
  g.textAlign = "center";
  g.textBaseline = "alphabetic";
  g.lineJoin = "round";
  g.lineWidth = 2.4;
  g.strokeStyle = dark ? "#0b0f12" : "#ffffff";
  g.strokeText(size, WIDE / 2, -1.4);
  g.fillStyle = dark ? "#f5f5f5" : "#16191c";
  g.fillText(size, WIDE / 2, -1.4);
}

function symbol(g, colour, shape, sign, { many, broken, dark }) {
  const paint = visible(colour, dark);
  const ink = luminance(paint) > 0.52 ? "#14181b" : "#ffffff";
  const rim = dark ? "#0b0f12" : "#16191c";
  g.lineJoin = "round";
  if (many) {
    g.save();
    g.translate(2.5, -2.5);
    frame(g, shape);
    g.fillStyle = css(mixed(paint, [255, 255, 255], 0.25));
    g.strokeStyle = rim;
    g.lineWidth = 1;
    g.fill();
    g.stroke();
    g.restore();
  }
  frame(g, shape);
  g.fillStyle = css(paint, broken ? 0.45 : 1);
  g.fill();
  g.strokeStyle = dark ? "#f5f5f5" : "#ffffff";
  g.lineWidth = 2.6;
  g.stroke();
  g.strokeStyle = rim;
  g.lineWidth = 1.2;
  if (broken) g.setLineDash([3, 2.2]);
  g.stroke();
  g.setLineDash([]);
  g.save();
  frame(g, shape);
  g.clip();
  g.strokeStyle = g.fillStyle = ink;
  g.lineWidth = 1.3;
  inside(g, sign);
  g.restore();
}

function frame(g, shape) {
  g.beginPath();
  if (shape === "diamond") {
    g.moveTo(WIDE / 2, -2.5); g.lineTo(WIDE + 0.5, HIGH / 2); g.lineTo(WIDE / 2, HIGH + 2.5); g.lineTo(-0.5, HIGH / 2); g.closePath();
  } else if (shape === "round") g.roundRect(0.5, 0.5, WIDE - 1, HIGH - 1, HIGH / 2);
  else if (shape === "square") g.rect(WIDE / 2 - HIGH / 2, 0, HIGH, HIGH);
  else g.rect(0.5, 0.5, WIDE - 1, HIGH - 1);
}

function inside(g, sign) {
  const line = (...p) => { g.beginPath(); g.moveTo(p[0], p[1]); g.lineTo(p[2], p[3]); g.stroke(); };
  const cross = () => { line(0, 0, WIDE, HIGH); line(WIDE, 0, 0, HIGH); };
  const oval = () => { g.beginPath(); g.ellipse(WIDE / 2, HIGH / 2, 7.5, 4, 0, 0, 7); g.stroke(); };
  const letters = (text) => {
    g.font = `700 8.5px ${FONT}`;
    g.textAlign = "center";
    g.textBaseline = "middle";
    g.fillText(text, WIDE / 2, HIGH / 2 + 0.5);
  };
  if (sign === "infantry") cross();
  else if (sign === "mechanised") { cross(); oval(); }
  else if (sign === "assault") { oval(); line(WIDE / 2 - 4, HIGH / 2, WIDE / 2 + 4, HIGH / 2); }
  else if (sign === "artillery") { g.beginPath(); g.arc(WIDE / 2, HIGH / 2, 3.2, 0, 7); g.fill(); }
  else if (sign === "garrison") { cross(); g.fillRect(0, HIGH - 4, WIDE, 4); }
  else if (sign === "militia") letters("MIL");
  else if (sign === "irregular") letters("IR");
  else if (sign === "support") { line(0, HIGH - 5, WIDE, HIGH - 5); line(WIDE / 2, 0, WIDE / 2, HIGH - 5); }
  else if (sign === "post") { g.beginPath(); g.arc(WIDE / 2, HIGH / 2, 2, 0, 7); g.fill(); }
}

// Signs of places, by kind; the dot takes the colour of who holds it.
function placeSign(g, kind, x, y, size) {
  g.beginPath();
  if (/oil|gas|well|pump/.test(kind)) { g.moveTo(x, y - size * 1.35); g.lineTo(x + size, y + size * 0.8); g.lineTo(x - size, y + size * 0.8); g.closePath(); }
  else if (/^airbase/.test(kind)) { g.moveTo(x, y - size * 1.3); g.lineTo(x + size * 1.3, y); g.lineTo(x, y + size * 1.3); g.lineTo(x - size * 1.3, y); g.closePath(); }
  else if (/base|garrison|defence|missile|naval|camp|carrier/.test(kind)) g.rect(x - size, y - size, size * 2, size * 2);
  else if (/cross|bridge|dam|gate|border|island/.test(kind)) { g.rect(x - size * 1.3, y - size * 0.65, size * 2.6, size * 1.3); }
  else g.arc(x, y, size, 0, 7);
}

const ROLES = { // how an aircraft or a weapon is drawn, by role
  fighter: "jet", strike: "jet", multirole: "jet", support: "jet", drone: "drone", small_drone: "drone",
  reconnaissance: "drone", airlift: "cargo", tanker: "cargo", missile: "missile", air_defence: "radar",
};

function aircraft(g, role, x, y, heading, colour, theme) {
  g.save();
  g.translate(x, y);
  g.rotate(heading);
  g.beginPath();
  const kind = ROLES[role] || "jet";
  if (kind === "drone") { g.moveTo(7, 0); g.lineTo(0, 1.3); g.lineTo(-1, 7); g.lineTo(-3, 7); g.lineTo(-3, 1); g.lineTo(-6, 0); g.lineTo(-3, -1); g.lineTo(-3, -7); g.lineTo(-1, -7); g.lineTo(0, -1.3); }
  else if (kind === "cargo") { g.moveTo(8, 0); g.lineTo(5, 2); g.lineTo(2, 2); g.lineTo(-1, 8); g.lineTo(-3, 8); g.lineTo(-2, 2); g.lineTo(-6, 1.6); g.lineTo(-8, 4); g.lineTo(-8, -4); g.lineTo(-6, -1.6); g.lineTo(-2, -2); g.lineTo(-3, -8); g.lineTo(-1, -8); g.lineTo(2, -2); g.lineTo(5, -2); }
  else if (kind === "missile") { g.moveTo(8, 0); g.lineTo(4, 1.6); g.lineTo(-6, 1.6); g.lineTo(-8, 4); g.lineTo(-8, -4); g.lineTo(-6, -1.6); g.lineTo(4, -1.6); }
  else { g.moveTo(8, 0); g.lineTo(2, 1.8); g.lineTo(-4, 6.5); g.lineTo(-3, 1.8); g.lineTo(-7, 3.4); g.lineTo(-6, 0); g.lineTo(-7, -3.4); g.lineTo(-3, -1.8); g.lineTo(-4, -6.5); g.lineTo(2, -1.8); }
  g.closePath();
  g.lineWidth = 2;
  g.strokeStyle = theme.halo;
  g.stroke();
  g.fillStyle = colour;
  g.fill();
  g.restore();
}

const INCIDENTS = {
  skirmish: ["Skirmish", "✕"], strike_on_proxy: ["Strike taken for an attack on a proxy", "▼"], shootdown: ["Shoot-down", "✖"],
  lock_on: ["Radar lock-on", "◎"], zone_entry: ["Zone entered", "!"], convoy_struck: ["Convoy struck", "▣"], zone_strike: ["Strike inside the zone", "✸"],
};
