"""What is said of why: one reason and no guess beside it, sums that add up, grammar."""

import re

from playwright.sync_api import expect
from tabs import seek

FLOWN = """() => { const p = flashpoint.players[0], at = p.at.air; let best = null;
  for (const f of p.frames) { const n = new Map();
    for (let i = 0; i < f.air.n; i++) {
      const key = ["asset", "x", "y"].map((k) => f.air.u16[(i * f.air.size + at[k]) >> 1]).join()
        + f.air.u8[i * f.air.size + at.task] + f.air.u8[i * f.air.size + at.tracked_by];
      n.set(key, (n.get(key) || 0) + 1);
      if (n.get(key) > 1 && !best) best = [f.tick, +key.split(",")[0]]; } }
  return best; }"""
DECIDED = """() => { const p = flashpoint.players[0], m = flashpoint.maps[0].meta, at = p.at.formations;
  const kinds = ["hold", "attack"].map((k) => m.missions.indexOf(k)), found = [];
  const f = p.get(flashpoint.state.now).formations;
  for (let i = 0; i < f.n; i++) if (kinds.includes(f.u8[i * f.size + at.kind]) && f.u16[(i * f.size + at.personnel) >> 1])
    found.push([i, m.actors[f.u8[i * f.size + at.actor]].name]);
  return found; }"""


def number(text):
    return float(text.replace("−", "-").replace("+", ""))


def test_sorties_to_one_place_are_told_once(real):
    tick, asset = real.evaluate(FLOWN)
    seek(real, tick)
    real.evaluate("row => flashpoint.select({ kind: 'air', row })", asset)
    flown = real.locator(".fp-why dd", has_text="sorties").first
    lines = flown.inner_text().split("\n")
    assert len(set(lines)) == len(lines)
    places = [re.sub(r"^[\d.]+ sorties? ", "", each) for each in lines]
    assert len(set(places)) == len(places)


def test_no_guess_stands_beside_a_recorded_reason(real):
    tick, asset = real.evaluate(FLOWN)
    seek(real, tick)
    real.evaluate("row => flashpoint.select({ kind: 'air', row })", asset)
    expect(real.locator(".fp-flown")).to_contain_text("drawn with a chance of")
    expect(real.locator(".fp-served")).to_be_hidden()
    expect(real.get_by_text("None of its own aims")).to_be_hidden()


def test_what_was_compared_is_the_sum_and_the_chance(real):
    seek(real, 24)
    row = real.evaluate(DECIDED)[0][0]
    real.evaluate(
        "row => flashpoint.select({ kind: 'formation', row, members: [row] })", row
    )
    foot = real.locator(".fp-reason tfoot tr")
    expect(foot).to_have_count(3)
    total, chance, both = (
        number(each) for each in foot.locator("td.fp-num").all_inner_texts()
    )
    terms = real.locator(".fp-reason tbody .fp-num").all_inner_texts()
    assert abs(sum(map(number, terms)) - total) < 0.06 * (len(terms) + 1)
    assert abs(total + chance - both) < 0.11
    expect(real.locator(".fp-reason")).to_contain_text("the greatest of both is taken")


def test_a_formation_quotes_the_sentence_behind_what_it_does(real):
    seek(real, 24)
    sentences = real.evaluate("Object.values(flashpoint.maps[0].meta.sentences)")
    quoted = 0
    for row, _ in real.evaluate(DECIDED)[::25]:
        real.evaluate(
            "row => flashpoint.select({ kind: 'formation', row, members: [row] })", row
        )
        expect(real.locator(".fp-reason")).to_contain_text("decided on day")
        quote = real.locator(".fp-reason blockquote")
        if quote.count():
            number, _, words = quote.inner_text().partition(" ")
            assert re.match(r"[A-Z]\d+$", number)
            assert any(words.strip() in each for each in sentences)
            assert quote.locator("mark").inner_text() in words
            quoted += 1
    assert quoted


def test_the_verb_of_a_reason_agrees_with_who_decided(real):
    seek(real, 24)
    seen = {}
    for row, name in real.evaluate(DECIDED):
        seen.setdefault(name, row)
    for name, row in seen.items():
        real.evaluate(
            "row => flashpoint.select({ kind: 'formation', row, members: [row] })", row
        )
        many = name.endswith(("militias", "Forces", "proxies")) or " and " in name
        verb = "(hold|attack)" if many else "(holds|attacks)"
        expect(real.locator(".fp-reason p b").first).to_have_text(
            re.compile(f"^{name} {verb} ")
        )
    assert len(seen) > 3


def test_every_aim_carries_its_own_sentence(real):
    seek(real, 24)
    real.get_by_role("tab", name="Now").click()
    aims = real.evaluate(
        """() => flashpoint.maps[0].meta.actors.flatMap((a) => a.objectives).map((o) =>
        [o.row, o.sentence, o.quote, flashpoint.maps[0].meta.sentences[`${o.document}|${o.sentence}`]])"""
    )
    shown = real.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".fp-aims li")].map((e) => [e.dataset.aim,
        [e.querySelector(".fp-quote summary").textContent, e.querySelector("blockquote").textContent]]))"""
    )
    assert len(aims) > 20
    for row, sentence, quote, words in aims:
        summary, block = shown[str(row)]
        assert summary.startswith(sentence)
        assert words in block
        assert quote.lower() in block.lower()
