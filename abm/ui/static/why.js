// The inspector: what a thing is, how it stands, and why it does what it does.

const VERBS = { hold: "holds", attack: "attacks", screen: "screens", raid: "raids", bridge: "bridges the river at", withdraw: "withdraws to", reserve: "waits in reserve at", clear: "clears the supply road at" };
const STANDING = { withdraw: "A standing order: short of supply, it goes back towards its base.", clear: "A standing order: it clears the enemy from the road to men of its side who are cut off." };
const STATUS = ["fit to fight", "broken, withdrawing", "gone"];
const TASKS = ["stays on the ground", "close support", "interdiction", "patrol", "reconnaissance", "airdrop"];

Panels.prototype.build_why = function () {
  this.root.innerHTML = `<h2>What and why</h2><div class="fp-why"><p class="fp-empty">Click a symbol, a place or any spot of the map, or press Enter for what is in its middle. Then this says what it is, how it stands, and why it does what it does.</p></div>`;
  this.root.onclick = (event) => {
    const button = event.target.closest("[data-pick]");
    if (!button) return;
    const [kind, row] = button.dataset.pick.split(":");
    this.host.select({ ...(this.host.selected() || {}), kind, row: +row });
  };
};

Panels.prototype.fill_why = function () {
  const thing = this.host.selected();
  const frame = this.host.player().get(this.host.tick());
  if (!thing || !frame) return;
  const box = this.root.querySelector(".fp-why");
  const html = { formation: whyFormation, site: whySite, air: whyAir, convoy: whyConvoy, cell: whyCell }[thing.kind](this.host, frame, thing);
  if (box.dataset.html !== html) {
    const open = box.querySelector("details[open]") !== null;
    box.dataset.html = html;
    box.innerHTML = html;
    if (open) box.querySelector("details")?.setAttribute("open", "");
  }
  this.reason(frame, box);
  this.flown(box);
};

// Ask for the decision behind a formation's mission, once per mission.
Panels.prototype.reason = function (frame, box) {
  const slot = box.querySelector(".fp-reason");
  if (!slot) return;
  const at = this.host.player().at.formations;
  const mission = frame.formations.u16[(+slot.dataset.formation * frame.formations.size + at.mission) >> 1];
  if (mission === NONE16 || slot.dataset.mission === String(mission)) return;
  slot.dataset.mission = mission;
  const known = this.host.story().decisions.get(mission);
  const fill = (reason) => {
    if (slot.dataset.mission !== String(mission) || !slot.isConnected) return;
    slot.innerHTML = reason ? reasonHtml(this.host.meta, reason) : "<p class='fp-empty'>No decision is on record for this mission.</p>";
  };
  if (known) { fill(known); return; }
  this.host.ask("decision", { mission }).then((reason) => {
    if (reason) this.host.story().decisions.set(mission, reason);
    fill(reason);
  });
};

// Ask for what an aircraft was sent to and why; an answer holds its whole day.
Panels.prototype.flown = function (box) {
  const slot = box.querySelector(".fp-flown");
  if (!slot || slot.dataset.done) return;
  const [asset, tick] = slot.dataset.flown.split(":").map(Number);
  const { flights } = this.host.story();
  const fill = () => {
    slot.dataset.done = "1";
    const found = flights.get(slot.dataset.flown) || [];
    slot.innerHTML = flownHtml(found);
    box.querySelector(".fp-served").hidden = found.length > 0; // a guess, for want of a record
  };
  slot.dataset.done = "asked";
  if (flights.has(slot.dataset.flown)) { fill(); return; }
  this.host.ask("flown", { asset, tick }).then((found) => {
    const ticks = new Map();
    for (const each of found || []) ticks.set(each.tick, [...(ticks.get(each.tick) || []), each]);
    for (const [at, rows] of ticks) flights.set(`${asset}:${at}`, rows);
    if (slot.isConnected) fill();
  });
};

const fact = (name, value) => `<dt>${escapeHtml(name)}</dt><dd>${value}</dd>`;
const meter = (name, share) => fact(name, `<span class="fp-gauge" role="meter" aria-label="${name}" aria-valuemin="0" aria-valuemax="100" aria-valuenow="${Math.round(share * 100)}"><i style="width:${Math.round(share * 100)}%"></i></span> ${percent(share)}`);

function whyFormation(host, frame, thing) {
  const { meta } = host;
  const rows = frame.formations;
  const at = host.player().at.formations;
  const u16 = (row, field) => rows.u16[(row * rows.size + at[field]) >> 1];
  const u8 = (row, field) => rows.u8[row * rows.size + at[field]];
  const i = thing.row;
  const known = meta.formations[i] || { name: "Formation", id: "", type: "", personnel: 0, mobility: "" };
  const actor = meta.actors[u8(i, "actor")];
  const condition = u8(i, "condition");
  const persons = u16(i, "personnel");
  const status = u8(i, "status");
  const kind = u8(i, "kind");
  const others = (thing.members || []).filter((row) => row !== i && meta.formations[row]).slice(0, 8);
  const task = status === 2 || !persons ? "It is gone: broken up, withdrawn from the map or taken over." : kind === NONE8 ? "No mission: it holds where it stands." : `It ${VERBS[meta.missions[kind]] || meta.missions[kind]} <span class="fp-target"></span>`;
  return `<h3>${dot(actor.colour, host.dark())}${escapeHtml(known.name)}</h3>
    <p class="fp-facts">${escapeHtml(actor.name)} · ${escapeHtml(SIGNS[known.type] || words(known.type))}${known.mobility ? ` · ${escapeHtml({ motorised: "motorised", foot: "on foot", static: "does not move" }[known.mobility] || known.mobility)}` : ""} · ${escapeHtml(known.id)}</p>
    <dl>${fact("Strength", `${whole(persons)} people${known.personnel ? ` of ${whole(known.personnel)} at the start` : ""}`)}
      ${meter("Supplies", (condition >> 4) / 15)}${meter("Cohesion", (condition & 15) / 15)}
      ${fact("State", `${STATUS[status] || ""}${u8(i, "contact") ? ", in contact with the enemy" : ""}`)}</dl>
    ${others.length ? `<details class="fp-others"><summary>${(thing.members || []).length - 1} more formation${thing.members.length > 2 ? "s" : ""} here</summary>${others.map((row) => `<button type="button" data-pick="formation:${row}">${escapeHtml(meta.formations[row].name)} <small>${whole(u16(row, "personnel"))}</small></button>`).join("")}</details>` : ""}
    ${standsAt(meta, frame, host.player().at.formations, i)}
    <h4>${status === 2 || !persons ? "What became of it" : "Why it is doing this"}</h4>${kind === NONE8 || status === 2 || !persons ? `<p>${task}</p>` : STANDING[meta.missions[kind]] ? `<p>${STANDING[meta.missions[kind]]}</p>` : reasonOf(i)}`;
}

// The place a formation stands at, to be asked about: its symbol covers the place's sign.
function standsAt(meta, { formations: rows }, at, i) {
  const [x, y] = ["x", "y"].map((name) => rows.u16[(i * rows.size + at[name]) >> 1] / meta.units_per_cell);
  const away = (site) => Math.hypot(site.x - x, site.y - y);
  const site = meta.sites.reduce((a, b) => (away(b) < away(a) ? b : a));
  return away(site) <= 1 ? `<button type="button" data-pick="site:${site.row}">Place: ${escapeHtml(site.name)}</button>` : "";
}

// The place that `Panels.reason` fills with the decision behind a formation's mission.
function reasonOf(row) {
  return `<div class="fp-reason" data-formation="${row}"><p class="fp-empty">Looking it up …</p></div>`;
}

// One term as a bar, in thousandths of satisfaction.
const termRow = (label, value, most) => `<tr><th scope="row">${escapeHtml(label)}</th><td><span class="fp-term ${value < 0 ? "minus" : "plus"}"><i style="width:${(Math.abs(value) / most) * 100}%"></i></span></td><td class="fp-num">${signed(value)}</td></tr>`;

// What somebody does, as a verb that agrees with who does it.
function verb({ kind, plural }) {
  const words = VERBS[kind] || kind;
  return plural ? words.replace(/^(\w+)s\b/, "$1") : words;
}

const signed = (value) => `${value < 0 ? "−" : "+"}${(Math.abs(value) * 1000).toFixed(1)}`;

function reasonHtml(meta, reason) {
  const terms = Object.entries(reason.terms).filter(([, value]) => Math.abs(value) > 1e-6).sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
  const other = reason.runner_up_terms || {};
  const most = Math.max(1e-9, ...terms.map(([, value]) => Math.abs(value)), ...Object.values(other).map(Math.abs));
  const bar = ([name, value]) => termRow(reason.labels[name] || words(name), value, most);
  const gap = reason.truth_target > 1 ? reason.belief_target / reason.truth_target : null;
  const belief = `It believes ${whole(reason.belief_target)} enemy there; there are ${whole(reason.truth_target)}${gap && (gap > 1.5 || gap < 0.67) ? (gap > 1 ? ": it overrates them" : ": it underrates them") : ""}.`;
  return `<p><b>${escapeHtml(reason.actor_name)} ${verb(reason)} ${escapeHtml(reason.target)}</b>, decided on day ${reason.day}.</p>
    ${reason.label ? `<p>It serves: ${escapeHtml(reason.label)}</p>` : ""}
    ${reason.quote ? `<blockquote><b>${escapeHtml(reason.sentence)}</b> ${quoted(meta, { document: reason.document, sentence: reason.sentence, quote: reason.quote })}</blockquote>` : ""}
    <table class="fp-terms"><caption>What spoke for and against it, in thousandths of satisfaction</caption><tbody>${terms.map(bar).join("")}</tbody>
    <tfoot><tr><th scope="row">Sum of what spoke for and against it</th><td></td><td class="fp-num">${signed(reason.utility)}</td></tr>
    <tr><th scope="row">Chance</th><td></td><td class="fp-num">${signed(reason.draw)}</td></tr>
    <tr><th scope="row">Both: what was compared</th><td></td><td class="fp-num">${signed(reason.utility + reason.draw)}</td></tr></tfoot></table>
    <p>${reason.runner_up ? `Second best: <b>${escapeHtml(reason.runner_up)}</b> with ${signed(reason.runner_up_utility)} before its own chance.` : "There was no other choice, so chance decided nothing."}</p>
    <p class="fp-note">Nobody is perfectly rational: every choice has a chance of its own added, and the greatest of both is taken.</p>
    <p>${belief}</p>${reason.rule ? `<p>A rule bound the choice: ${escapeHtml(reason.rule)}</p>` : ""}`;
}

function whySite(host, frame, thing) {
  const { meta } = host;
  const site = meta.sites[thing.row];
  const rows = frame.sites;
  const at = host.player().at.sites;
  const holder = rows.u8[site.row * rows.size + at.controller];
  const flags = rows.u8[site.row * rows.size + at.flags];
  const events = host.story().events.filter((event) => event.site === site.row && event.tick <= host.tick() && groupOf(event.kind) !== "decide").slice(-6).reverse();
  const aims = meta.actors.flatMap((actor) => actor.objectives.filter((aim) => aim.sites.includes(site.id)).map((aim) => ({ actor, aim })));
  const planes = meta.air.filter((each) => each.base === site.row);
  return `<h3>${dot(meta.holders[holder].colour, host.dark())}${escapeHtml(site.name)}</h3><p class="fp-facts">${escapeHtml(words(site.kind))} · ${escapeHtml(site.id)}</p>
    <dl>${fact("Held by", escapeHtml(meta.holders[holder].name) + (holder !== site.start ? ` (at the start: ${escapeHtml(meta.holders[site.start].name)})` : ""))}
      ${fact("State", [flags & 1 ? "contested: enemies are in it" : "", flags & 2 ? "besieged: no supplies get through by road" : ""].filter(Boolean).join("; ") || "quiet")}
      ${site.population ? fact("People living there", whole(site.population)) : ""}${site.supply ? fact("Can feed", `${whole(site.supply)} troops`) : ""}</dl>
    ${planes.length ? `<h4>Based here</h4>${planes.map((each) => `<button type="button" data-pick="air:${each.row}">${escapeHtml(each.name)} <small>${escapeHtml(words(each.role))}</small></button>`).join("")}` : ""}
    ${aims.length ? `<h4>Who wants it</h4><ul>${aims.map(({ actor, aim }) => `<li>${dot(actor.colour, host.dark())}${escapeHtml(actor.name)}: ${escapeHtml(aim.label)} <small>${escapeHtml(aim.sentence)}</small></li>`).join("")}</ul>` : ""}
    <h4>What happened here</h4>${events.length ? `<ul>${events.map((event) => `<li><small>Day ${eventDay(meta, event)}</small> ${escapeHtml(event.line)}</li>`).join("")}</ul>` : "<p class='fp-empty'>Nothing yet.</p>"}`;
}

function whyAir(host, frame, thing) {
  const { meta } = host;
  const asset = meta.air[thing.row];
  const rows = frame.air;
  const at = host.player().at.air;
  const flown = new Map(); // what was flown alike, by its words
  const flights = [];
  for (let i = 0; i < rows.n; i++) {
    if (rows.u16[(i * rows.size + at.asset) >> 1] !== thing.row) continue;
    const b = i * rows.size;
    const tracked = rows.u8[b + at.tracked_by];
    const spot = [rows.u16[(b + at.x) >> 1] / meta.units_per_cell, rows.u16[(b + at.y) >> 1] / meta.units_per_cell];
    const count = rows.u16[(b + at.sorties) >> 1] / meta.sorties_scale;
    flights.push({ task: rows.u8[b + at.task], spot, count });
    const alike = `of ${TASKS[rows.u8[b + at.task]]} ${nearest(meta, spot)}${tracked !== NONE8 ? `, followed by ${escapeHtml(meta.actors[tracked].name)}` : ""}`;
    flown.set(alike, (flown.get(alike) || 0) + count);
  }
  const sorties = [...flown].map(([alike, n]) => { const count = Math.round(n * 10) / 10; return `${count} ${count === 1 ? "sortie" : "sorties"} ${alike}`; });
  const actor = meta.actors[asset.actor];
  return `<h3>${dot(actor.colour, host.dark())}${escapeHtml(asset.name)}</h3><p class="fp-facts">${escapeHtml(actor.name)} · ${escapeHtml(words(asset.role))} · ${escapeHtml(asset.id)}</p>
    <dl>${fact("At the start", `${whole(asset.count)} ready`)}${fact("Flies from", asset.base >= 0 ? escapeHtml(meta.sites[asset.base].name) : "beyond the map's edge")}
    ${fact("Reach", `${whole(asset.radius)} km`)}${fact("These six hours", sorties.join("<br>") || "nothing flown")}</dl>
    ${flights.length ? `<h4>Why it flies there</h4>${whyFlown(host, frame, asset, flights)}` : ""}
    ${flights.length ? `<h4>Why that target and no other</h4><div class="fp-flown" data-flown="${thing.row}:${frame.tick - 1}"><p class="fp-empty">Looking it up …</p></div><div class="fp-served" hidden>${served(meta, asset, flights.map((each) => each.spot))}</div>` : ""}
    <p class="fp-note">Sorties are drawn over what is in reach, the likelier the more a target is worth to their owner: a fight of its side by what is fought for, by how many are in it and by whom it hurts, a place by its value; less where a mistake near others is dear.</p>`;
}

// Targets and why they were chosen; parts of an asset that went to the same are told once.
function flownHtml(found) {
  const once = new Map();
  for (const each of found) {
    const before = once.get(each.target + each.worth);
    once.set(each.target + each.worth, before ? { ...before, sorties: before.sorties + each.sorties } : each);
  }
  return [...once.values()].map((each) => {
    const parts = each.parts.filter(([, value]) => Math.abs(value) > 1e-6).sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
    const most = Math.max(1e-9, ...parts.map(([, value]) => Math.abs(value)));
    const bar = ([name, value]) => termRow(name, value, most);
    const better = each.runner_up_worth > each.worth ? ", more than this: chance decided" : "";
    return `<p><b>${whole(each.sorties)} × ${escapeHtml(each.target)}</b></p>
    <table class="fp-terms"><caption>What the target is worth to it, in thousandths of satisfaction</caption><tbody>${parts.map(bar).join("")}</tbody>
    <tfoot><tr><th scope="row">Sum; drawn with a chance of ${percent(each.chance)}</th><td></td><td class="fp-num">${(each.worth * 1000).toFixed(1)}</td></tr></tfoot></table>
    <p>${each.runner_up ? `Second best target: <b>${escapeHtml(each.runner_up)}</b> with ${(each.runner_up_worth * 1000).toFixed(1)}${better}.` : "No other target was open to it."}</p>
    <p>Its owner believes ${whole(each.belief)} enemy near; there are ${whole(each.truth)}. Targets are picked by who is really there, so a wrong belief changes nothing here.</p>${each.rule ? `<p>A rule bound the choice: ${escapeHtml(each.rule)}</p>` : ""}`;
  }).join("") || "<p class='fp-empty'>No reason is on record for these sorties.</p>";
}

const [SUPPORT, INTERDICTION, PATROL, RECONNAISSANCE] = [1, 2, 3, 4];

// What the largest part of an asset's sorties is flown for; a fight is told by the
// decision of those who fight it.
function whyFlown(host, frame, asset, flights) {
  const { meta } = host;
  const first = flights.reduce((a, b) => (b.count > a.count ? b : a));
  const row = first.task === SUPPORT || first.task === PATROL ? flownFor(host, frame, asset, first.spot) : -1;
  if (row >= 0) {
    const rows = frame.formations;
    const at = host.player().at.formations;
    const actor = meta.actors[rows.u8[row * rows.size + at.actor]];
    const name = `<b>${escapeHtml(meta.formations[row]?.name || "a formation")}</b> of ${escapeHtml(actor.name)}`;
    const mission = rows.u8[row * rows.size + at.kind] !== NONE8;
    const does = first.task === SUPPORT ? "It supports" : "It watches over";
    return `<p>${does} ${name}${rows.u8[row * rows.size + at.contact] ? ", in contact with the enemy" : ""}${mission ? ", which was sent there so:" : ", which holds where it stands."}</p>${mission ? reasonOf(row) : ""}`;
  }
  const site = meta.sites.reduce((a, b) => (Math.hypot(b.x - first.spot[0], b.y - first.spot[1]) < Math.hypot(a.x - first.spot[0], a.y - first.spot[1]) ? b : a));
  const holder = escapeHtml(meta.holders[frame.sites.u8[site.row * frame.sites.size + host.player().at.sites.controller]].name);
  if (first.task === INTERDICTION) return `<p>It strikes what ${holder} has behind the front at <b>${escapeHtml(site.label)}</b>: supplies and people there.</p>`;
  if (first.task === RECONNAISSANCE) return "<p>It looks at what an attack of its side is aimed at: what it sees becomes what its side believes.</p>";
  return first.task > RECONNAISSANCE ? `<p>It drops supplies to <b>${escapeHtml(site.label)}</b>, which ${holder} holds and no road supplies.</p>` : "<p>Those it was flown for have moved on.</p>";
}

// The formation nearest to where a sortie works, within a cell, that its owner does not
// fight; who is in contact goes before who is not, who has a mission before who has none.
function flownFor(host, frame, asset, [x, y]) {
  const { meta } = host;
  const rows = frame.formations;
  const at = host.player().at.formations;
  const { war } = meta.actors[asset.actor];
  let best = -1;
  let least = Infinity;
  for (let i = 0; i < rows.n; i++) {
    const b = i * rows.size;
    if (rows.u8[b + at.status] === 2 || !rows.u16[(b + at.personnel) >> 1] || war.includes(rows.u8[b + at.actor])) continue;
    const away = Math.hypot(rows.u16[(b + at.x) >> 1] / meta.units_per_cell - x, rows.u16[(b + at.y) >> 1] / meta.units_per_cell - y);
    const rank = away + (rows.u8[b + at.contact] ? 0 : 4) + (rows.u8[b + at.kind] === NONE8 ? 2 : 0);
    if (away <= 1 && rank < least) { least = rank; best = i; }
  }
  return best;
}

// The place nearest to a point of the map, in words.
function nearest(meta, [x, y]) {
  let best = null;
  let least = Infinity;
  for (const site of meta.sites) {
    const d = Math.hypot(site.x - x, site.y - y) * meta.cell_km;
    if (d < least) { least = d; best = site; }
  }
  return best ? (least < meta.cell_km ? `at ${escapeHtml(best.label)}` : `${Math.round(least)} km from ${escapeHtml(best.label)}`) : "";
}

// Aims of an aircraft's owner that lie near to where it flies.
const NEAR_KM = 40;
function served(meta, asset, targets) {
  const here = (id) => { const site = meta.sites.find((each) => each.id === id); return site && targets.some(([x, y]) => Math.hypot(site.x - x, site.y - y) * meta.cell_km < NEAR_KM); };
  const aims = meta.actors[asset.actor].objectives.filter((aim) => aim.sites.some(here));
  if (!targets.length) return "";
  return `<h4>What its owner wants there</h4>${aims.length ? `<ul>${aims.map((aim) => `<li>${escapeHtml(aim.label)} <small>${escapeHtml(aim.sentence)} · weight ${percent(aim.weight)}</small></li>`).join("")}</ul>` : `<p>None of its own aims lies within ${NEAR_KM} km: it may fly for its partners.</p>`}`;
}

const CONVOY_STATES = ["on the road", "arrived", "lost", "turned back"];
function whyConvoy(host, frame, thing) {
  const { meta } = host;
  const at = host.player().at.convoys;
  const rows = frame.convoys;
  const u16 = (i, field) => rows.u16[(i * rows.size + at[field]) >> 1];
  const i = [...Array(rows.n).keys()].find((row) => u16(row, "convoy") === thing.row);
  if (i === undefined) return `<h3>Convoy ${thing.row + 1}</h3><p>It is not on the road now; the events say what became of it.</p>`;
  const actor = meta.actors[rows.u8[i * rows.size + at.actor]];
  const spot = [u16(i, "x") / meta.units_per_cell, u16(i, "y") / meta.units_per_cell];
  return `<h3>${dot(actor.colour, host.dark())}Convoy ${thing.row + 1}</h3><p class="fp-facts">sent by ${escapeHtml(actor.name)}</p>
    <dl>${fact("Carries", `${(u16(i, "tonnes") / meta.tonnes_scale).toFixed(1)} t`)}${fact("State", CONVOY_STATES[rows.u8[i * rows.size + at.status]] || "")}${fact("Where", nearest(meta, spot))}</dl>
    <h4>Why it drives</h4><p>It brings goods along the supply road as far as its owner's side holds it. Who has an aim in that road finds it under Now; whoever wants to deny it may strike the convoy.</p>`;
}

function whyCell(host, frame, thing) {
  const { meta } = host;
  const i = thing.row;
  const x = i % meta.width;
  const y = Math.floor(i / meta.width);
  const [lon, lat] = lonlat(meta, x + 0.5, y + 0.5);
  const of = (name) => meta.cells[name].names[meta.cells[name].codes[i]];
  const holder = meta.holders[frame.holder[i]];
  if (meta.near[i] !== i) {
    const country = of("country");
    return `<h3>Ground at ${lat.toFixed(2)}° N, ${lon.toFixed(2)}° E</h3><p>Outside the theatre${country && country !== "sea" ? `, in ${escapeHtml(country)}` : ""}: nobody moves, holds or fights here in this model.</p>`;
  }
  return `<h3>Ground at ${lat.toFixed(2)}° N, ${lon.toFixed(2)}° E</h3><p class="fp-facts">a square of ${meta.cell_km} km</p>
    <dl>${fact("Held by", escapeHtml(holder.name))}${fact("State", frame.contested[i] ? "contested: enemies both have influence here" : "not contested")}
    ${fact("Country", escapeHtml(of("country")))}${fact("Terrain", escapeHtml(words(of("terrain"))))}${fact("Best road", escapeHtml(of("road")))}
    ${fact("Side of the river", x || y ? escapeHtml(of("bank")) : "")}</dl>
    <p class="fp-note">Ground changes hands when an enemy of the holder has had at least twice its influence here for some days.</p>`;
}
