"""The text panel: everything a sentence became says how it stands."""

import re

from playwright.sync_api import expect
from tabs import panel, seek

LINKS = """() => [...document.querySelectorAll(".fp-sentence li[data-link]")].map((e) =>
  [e.dataset.link, e.dataset.name, e.querySelector(".fp-value").textContent])"""


def test_everything_that_a_sentence_became_says_how_it_stands(real):
    seek(real, 40)
    panel(real, "Text")
    links = real.evaluate(LINKS)
    kinds = {kind for kind, _, _ in links}
    assert {"objective", "relation", "parameter", "rule", "outcome"} <= kinds
    assert not [each for each in links if not each[2].strip()]


def test_figures_carry_their_value_and_unit_and_relations_their_names(real):
    seek(real, 40)
    panel(real, "Text")
    found = {name: value for _, name, value in real.evaluate(LINKS)}
    assert found["move.advance"] == "4.8 km/day, fixed"  # what this run was given
    assert found["convoy.heavy"] == "0.15, fixed"
    assert found["actors.hezbollah.patrons.iran"] == "fixed"
    assert re.fullmatch(
        r"0\.33 at the start, tension \d+ %", found["relations.russia.us.tension"]
    )
    assert found["relations.hezbollah.tanf.stance"] == "at war"
    expect(real.locator(".fp-panel")).to_contain_text(
        "Hezbollah on Iran: depends on it by 0.8"
    )
    assert found["sites.E02.controller"].startswith("now ")


def test_a_figure_that_was_changed_says_since_when(tab):
    page = tab.open("?scenario=two_valleys&seed=5&play=0")
    name = page.evaluate(
        """() => flashpoint.maps[0].meta.text.flatMap((d) => d.sentences)
        .flatMap((s) => s.links).find((l) => l.kind === "parameter").name"""
    )
    page.evaluate(
        """(name) => flashpoint.stories[0].events.push({ tick: 5, kind: "intervention",
        actor: -1, site: -1, x: null, line: `sets ${name} to 0.25 (a test)` })""",
        name,
    )
    seek(page, 4)
    panel(page, "Text")
    row = page.locator(f".fp-sentence li[data-name='{name}'] .fp-value").first
    expect(row).to_contain_text("fixed")
    seek(page, 8)
    expect(row).to_have_text("0.25 since day 1, by you")
