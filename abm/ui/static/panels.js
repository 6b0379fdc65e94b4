// Panels beside the map: how things stand, why, the text, tension, events.
// Each is built once and then filled for the day shown.

const percent = (share) => `${Math.round(share * 100)} %`;
const whole = (n) => Math.round(n).toLocaleString("en");
const dot = (colour, dark) => `<i class="fp-dot" style="background:${css(visible(colour, dark))}"></i>`;

class Panels {
  // `host` has: meta, story(), player(), tick(), dark(), go(tick, at), select(thing), ask(what, args).
  constructor(root, host) {
    this.root = root;
    this.host = host;
    this.name = "";
    this.filter = { group: "", actor: "", text: "" };
  }

  show(name) {
    this.name = name;
    this.root.innerHTML = "";
    this.last = "";
    this[`build_${name}`]?.();
    this.update(true);
  }

  get day() { return Math.floor(this.host.tick() * this.host.meta.days_per_tick); }

  update(force = false) {
    const tick = this.host.tick();
    const told = this.host.story().events.reduce((n, event) => n + (event.tick <= tick), 0);
    const key = `${this.name}|${this.day}|${told}|${this.name === "why" ? tick : 0}`;
    if (!force && key === this.last) return;
    this.last = key;
    this[`fill_${this.name}`]?.();
  }

  // --- how things stand -------------------------------------------------------------
  build_now() {
    const { meta } = this.host;
    const dark = this.host.dark();
    const actors = meta.actors.map((actor, a) => ({ actor, a })).sort((x, y) => meta.blocs[meta.bloc_of[x.a]].rank - meta.blocs[meta.bloc_of[y.a]].rank || y.actor.personnel - x.actor.personnel);
    this.root.innerHTML = `<h2>How things stand</h2>
      <p class="fp-note">Each bar shows how far an actor has got with what the text says it wants: empty is nothing, full is all of it. The line in the bar is the start. Open an actor to see each aim and the sentence behind it.</p>
      <div class="fp-latest" aria-live="off"></div>
      ${actors.map(({ actor, a }) => `<details class="fp-actor" data-actor="${a}">
        <summary>${dot(actor.colour, dark)}<span class="fp-who">${escapeHtml(actor.name)}</span><span class="fp-sum"></span>${gauge(`${actor.name}, all aims by weight`)}</summary>
        <p class="fp-facts"></p>
        <ul class="fp-aims">${actor.objectives.map((aim) => `<li data-aim="${aim.row}"><span class="fp-aim">${escapeHtml(aim.label)}</span><span class="fp-value"></span>${gauge(aim.label)}
          <details class="fp-quote"><summary>${escapeHtml(aim.sentence)} · weight ${percent(aim.weight)}${aim.basis === "assumed" ? " · assumed" : ""}</summary><blockquote>${quoted(meta, aim)}</blockquote></details></li>`).join("")}</ul>
      </details>`).join("")}`;
  }

  fill_now() {
    const { meta } = this.host;
    const story = this.host.story();
    const now = story.assessed(this.day);
    const start = story.assessed(0);
    const tick = this.host.tick();
    const latest = story.events.filter((event) => event.tick <= tick && KEY[event.kind]).slice(-3).reverse();
    this.root.querySelector(".fp-latest").innerHTML = latest.length
      ? `<h3>Latest</h3><ul>${latest.map((event) => `<li><b>${KEY[event.kind][1]}</b> ${escapeHtml(event.line)} <small>day ${eventDay(meta, event)}</small></li>`).join("")}</ul>`
      : `<h3>Latest</h3><ul><li>${tick ? "Nothing decisive yet." : "Press play, or the space bar, to start."}</li></ul>`;
    if (!now) return;
    for (const box of this.root.querySelectorAll(".fp-actor")) {
      const a = +box.dataset.actor;
      const aims = meta.actors[a].objectives;
      const sum = (of) => aims.reduce((total, aim) => total + aim.weight * (of.s[aim.row] ?? 0), 0) / 1000;
      setGauge(box.querySelector("summary .fp-gauge"), sum(now), start ? sum(start) : 0);
      box.querySelector(".fp-sum").textContent = percent(sum(now));
      const lost = now.l[a];
      box.querySelector(".fp-facts").textContent = `${whole(now.p[a])} people in the field${lost >= 1 ? `, ${whole(lost)} lost so far (killed, wounded, captured, deserted)` : ", none lost yet"}.`;
      for (const aim of aims) {
        const item = box.querySelector(`[data-aim="${aim.row}"]`);
        const value = (now.s[aim.row] ?? 0) / 1000;
        item.querySelector(".fp-value").textContent = percent(value);
        setGauge(item.querySelector(".fp-gauge"), value, start ? start.s[aim.row] / 1000 : 0);
      }
    }
  }

  // --- the text ----------------------------------------------------------------------
  build_text() {
    const { meta } = this.host;
    this.root.innerHTML = `<h2>The text and what it became</h2>
      <p class="fp-note">The model is made from these sentences. Under each: what it became, and how that stands on the day shown.</p>
      ${meta.text.map((document) => `<h3>${escapeHtml(document.title)}</h3>${document.more ? `<p class="fp-note">${escapeHtml(document.more)}</p>` : ""}
        ${document.sentences.map((sentence) => `<article class="fp-sentence"><p><b>${escapeHtml(sentence.number)}</b> ${escapeHtml(sentence.text)}</p>
          <ul>${sentence.links.map((link) => `<li data-link="${escapeHtml(link.kind)}" data-name="${escapeHtml(link.name)}" data-row="${link.row ?? ""}" data-start="${escapeHtml(link.value ?? "")}"><span><em>${escapeHtml(link.kind)}</em> ${escapeHtml(link.meaning)}</span><span class="fp-value"></span>${link.row != null ? gauge(link.meaning) : ""}</li>`).join("") || "<li><span class='fp-none'>background only</span></li>"}</ul></article>`).join("")}`).join("")}`;
  }

  fill_text() {
    const now = this.host.story().assessed(this.day);
    const start = this.host.story().assessed(0);
    if (!now) return;
    for (const item of this.root.querySelectorAll("li[data-link]")) {
      const value = item.querySelector(".fp-value");
      if (item.dataset.row !== "") {
        const share = now.s[+item.dataset.row] / 1000;
        value.textContent = percent(share);
        setGauge(item.querySelector(".fp-gauge"), share, start ? start.s[+item.dataset.row] / 1000 : 0);
      } else value.textContent = this.standing(item.dataset.link, item.dataset.name, { now, start: item.dataset.start });
    }
  }

  // How something that the text became stands on the day shown, in words.
  standing(kind, name, { now, start }) {
    const { meta } = this.host;
    if (kind === "parameter") return this.figure(name, start, now);
    if (kind === "rule") {
      const id = name.replace("rules.", "");
      const rung = meta.rungs.findIndex((each) => each.id === id);
      const response = meta.responses.find((each) => each.id === id);
      const level = rung >= 0 ? rung : response ? meta.rungs.findIndex((each) => each.id === response.rung) : -1;
      if (level < 0) return "in force";
      const there = Object.values(now.t).filter((pair) => pair[1] >= level).length;
      return there ? `${there} pair${there > 1 ? "s" : ""} there now` : "not reached now";
    }
    if (kind === "relation") {
      const match = name.match(/^relations\.([^.]+)\.([^.]+)/);
      return match ? this.tension(match.slice(1, 3), now) : this.changed(`${name}.dependence`) || "fixed";
    }
    if (kind === "outcome" && name.startsWith("dates.")) {
      const at = this.host.story().dates[name.slice(6)];
      return at !== undefined && at <= this.day ? `since day ${at}` : "not so far";
    }
    if (kind === "outcome") { // the danger of an incident near each place, today
      const near = Object.entries(now.z || {}).sort((a, b) => b[1] - a[1]);
      const most = near[0];
      if (!most || !most[1]) return "no danger today";
      return `today most at ${meta.sites.find((site) => site.id === most[0])?.label || most[0]}`;
    }
    return kind === "incident" || kind === "line" ? "before the start" : "";
  }

  tension(pair, now) {
    const [a, b] = pair.map((id) => this.host.meta.actors.findIndex((actor) => actor.id === id));
    if (a >= 0 && this.host.meta.actors[a].war.includes(b)) return "at war";
    const found = now.t[[...pair].sort().join("|")];
    return found ? `tension ${percent(found[0] / 1000)}` : "calm";
  }

  // A figure: what it was set to, else what it has come to where the run moves it, else its value.
  figure(name, start, now) {
    const { meta } = this.host;
    const set = this.changed(name);
    if (set) return set;
    const [, table, row, field] = name.match(/^([^.]+)\.(.+)\.([^.]+)$/) || [];
    if (table === "relations" && field === "tension") return `${start} at the start, ${this.tension(row.split("."), now)}`;
    const site = table === "sites" && field === "controller" && meta.sites.find((each) => each.id === row);
    const frame = site && this.host.player().get(this.host.tick());
    if (frame) return `now ${meta.holders[frame.sites.u8[site.row * frame.sites.size + this.host.player().at.sites.controller]].name}`;
    return `${start}, fixed`;
  }

  // What the reader set a figure to, by the day shown.
  changed(name) {
    const words = `sets ${name} to `;
    const event = this.host.story().events.findLast((each) => each.kind === "intervention" && each.tick <= this.host.tick() && each.line.includes(words));
    return event ? `${event.line.split(words)[1].split(" (")[0]} since day ${eventDay(this.host.meta, event)}, by you` : "";
  }

  // --- tension -----------------------------------------------------------------------
  build_tension() {
    const { meta } = this.host;
    this.root.innerHTML = `<h2>Tension between those not at war</h2>
      <p class="fp-note">Every incident between two parties raises their tension; time lowers it. At certain heights they climb a step of the ladder, and each step has answers: warnings, cut hotlines, radars locked on, shots.</p>
      <details class="fp-ladder-key"><summary>The ${meta.rungs.length} steps of the ladder</summary><ol start="0">${meta.rungs.map((rung) => `<li>${escapeHtml(rung.label)} <small>from ${percent(rung.threshold)}</small></li>`).join("")}</ol></details>
      <div class="fp-pairs"></div>`;
  }

  fill_tension() {
    const { meta } = this.host;
    const dark = this.host.dark();
    const now = this.host.story().day(this.day);
    if (!now) return;
    const steps = meta.rungs;
    const pairs = Object.entries(now.t).filter(([, pair]) => pair[0] >= 5 || pair[1] > 0 || pair[2] & 3 || pair[3]).sort((a, b) => b[1][1] - a[1][1] || b[1][0] - a[1][0]);
    const named = (id) => meta.actors.find((actor) => actor.id === id);
    this.root.querySelector(".fp-pairs").innerHTML = pairs.map(([key, [tension, rung, bits, incidents]]) => {
      const [a, b] = key.split("|").map(named);
      const channels = [["air hotline", 1, 8], ["ground hotline", 2, 16]].filter(([, open, had]) => bits & open || bits & had).map(([name, open]) => `${name} ${bits & open ? "open" : "cut"}`);
      if (bits & 4) channels.push("ground line agreed");
      return `<article class="fp-pair"><p>${dot(a.colour, dark)}${escapeHtml(a.name)} <span class="fp-and">and</span> ${dot(b.colour, dark)}${escapeHtml(b.name)}</p>
        <div class="fp-ladder" role="img" aria-label="Step ${rung} of ${steps.length - 1}: ${escapeHtml(steps[rung]?.label)}">${steps.map((_, i) => `<i class="${i <= rung && rung ? "on" : ""} ${i === rung ? "at" : ""}"></i>`).join("")}</div>
        <p class="fp-facts"><b>${escapeHtml(steps[rung]?.label || "")}</b> · tension ${percent(tension / 1000)}${incidents ? ` · ${incidents} incident${incidents > 1 ? "s" : ""}` : ""}${channels.length ? ` · ${channels.join(", ")}` : ""}</p></article>`;
    }).join("") || "<p class='fp-empty'>All quiet: no pair has any tension.</p>";
  }

  // --- events ------------------------------------------------------------------------
  build_events() {
    const { meta } = this.host;
    this.root.innerHTML = `<h2>What happened</h2>
      <div class="fp-filters"><label>Kind<select data-filter="group"><option value="">all</option>${Object.entries(GROUPS).map(([id, [name]]) => `<option value="${id}">${name}</option>`).join("")}</select></label>
      <label>Actor<select data-filter="actor"><option value="">all</option>${meta.actors.map((actor, a) => `<option value="${a}">${escapeHtml(actor.name)}</option>`).join("")}</select></label>
      <label class="fp-search">Search<input type="search" data-filter="text" placeholder="a place, a word"></label></div>
      <p class="fp-note fp-found"></p><ol class="fp-events" aria-label="Events up to the day shown"></ol>`;
    for (const input of this.root.querySelectorAll("[data-filter]")) {
      input.value = this.filter[input.dataset.filter];
      input.addEventListener("input", () => { this.filter[input.dataset.filter] = input.value; this.fill_events(); });
    }
    this.root.querySelector(".fp-events").addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this.host.go(+button.dataset.tick, button.dataset.x ? [+button.dataset.x, +button.dataset.y] : null);
    });
  }

  fill_events() {
    const { meta } = this.host;
    const { group, actor, text } = this.filter;
    const tick = this.host.tick();
    const low = text.trim().toLowerCase();
    const all = this.host.story().events.filter((event) => event.tick <= tick
      && (!group || groupOf(event.kind) === group) && (actor === "" || event.actor === +actor || event.other === +actor)
      && (!low || event.line.toLowerCase().includes(low)));
    this.root.querySelector(".fp-found").textContent = `${all.length ? whole(all.length) : "No"} event${all.length === 1 ? "" : "s"} up to the day shown${all.length > 150 ? ", the latest 150 below" : ""}. Click one to see it on the map.`;
    const dark = this.host.dark();
    this.root.querySelector(".fp-events").innerHTML = all.slice(-150).reverse().map((event) => `<li><button type="button" data-tick="${event.tick}" data-x="${event.x ?? ""}" data-y="${event.y ?? ""}">
      <span class="fp-when">Day ${eventDay(meta, event)}</span><span class="fp-sign fp-${groupOf(event.kind)}">${KEY[event.kind]?.[1] || "·"}</span>
      <span>${event.actor >= 0 ? dot(meta.actors[event.actor].colour, dark) : ""}${escapeHtml(event.line)}</span></button></li>`).join("");
  }
}

// The day on which an event happened; its tick is the first frame that shows it.
const eventDay = (meta, event) => Math.floor(Math.max(0, event.tick - 1) * meta.days_per_tick);

function gauge(name) {
  return `<span class="fp-gauge" role="meter" aria-valuemin="0" aria-valuemax="100" aria-valuenow="0" aria-label="${escapeHtml(name)}"><i style="width:0"></i><b></b></span>`;
}

function setGauge(box, share, start) {
  const value = Math.round(share * 100);
  if (box.getAttribute("aria-valuenow") !== String(value)) {
    box.setAttribute("aria-valuenow", value);
    box.firstElementChild.style.width = `${value}%`;
  }
  box.lastElementChild.style.left = `${Math.round(start * 100)}%`;
}

// A sentence with the quoted words marked.
function quoted(meta, citation) {
  const sentence = meta.sentences[`${citation.document}|${citation.sentence}`] || "";
  const at = sentence.toLowerCase().indexOf(citation.quote.toLowerCase());
  if (at < 0) return `${escapeHtml(sentence)} <q>${escapeHtml(citation.quote)}</q>`;
  const end = at + citation.quote.length;
  return `${escapeHtml(sentence.slice(0, at))}<mark>${escapeHtml(sentence.slice(at, end))}</mark>${escapeHtml(sentence.slice(end))}`;
}
