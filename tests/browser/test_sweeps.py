"""Many runs in Chromium: what a sweep says, and the way from a point to its run."""

import pytest
from playwright.sync_api import expect
from tabs import READY, Tab, panel, until


@pytest.fixture(scope="module")
def page(browser, address, swept):
    found = Tab(browser, address)
    found.open("?scenario=two_valleys&seed=5&play=0")
    panel(found.page, "Sweeps")
    expect(found.page.get_by_role("heading", name="Each run")).to_be_visible()
    yield found.page
    found.close()


def test_a_sweep_shows_distributions_sensitivity_survival_and_a_map(page):
    shown = page.locator(".fp-solara")
    for words in (
        "Distribution of",
        "What does it depend on?",
        "When does it come?",
        "Probability of control",
    ):
        expect(shown).to_contain_text(words)
    expect(shown).not_to_contain_text("Reading it")
    pictures = page.locator(".fp-svg svg").all()
    assert len(pictures) > 2
    for picture in pictures:
        box = picture.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) > 60


def choose_losses(page):
    """Look at the losses, which every run has; return what they are called."""
    choice = page.get_by_label("Outcome", exact=True)
    expect(choice.locator("option").first).to_be_attached()
    names = choice.locator("option").all_text_contents()
    losses = next(name for name in names if name.startswith("Losses of"))
    choice.select_option(losses)
    expect(page.locator(".fp-solara")).to_contain_text(f"Distribution of {losses}")
    return losses


def test_another_outcome_gives_another_analysis(page):
    losses = choose_losses(page)
    expect(page.locator(".fp-solara")).to_contain_text(f"{losses}, ")


def test_a_picture_can_be_made_large(page):
    picture = page.locator(".fp-svg").first
    small = picture.bounding_box()["width"]
    wide = "document.querySelector('.fp-svg').getBoundingClientRect().width"
    page.locator(".fp-large summary").first.click()
    until(page, f"small => {wide} > 2 * small", small)
    page.locator(".fp-large summary").first.click()
    until(page, f"small => {wide} === small", small)


def test_a_point_opens_its_run(page):
    point = """() => { const box = document.querySelector(".fp-points canvas");
      const r = box.getBoundingClientRect(); const g = box.getContext("2d");
      const data = g.getImageData(0, 0, box.width, box.height).data;
      for (let i = 0; i < data.length; i += 4)
        if (data[i] < 40 && data[i + 1] > 60 && data[i + 1] < 130 && data[i + 2] > 110) {
          const at = i / 4, s = r.width / box.width;
          return [r.left + (at % box.width) * s, r.top + (Math.floor(at / box.width) + 3) * s]; }
      return null; }"""
    choose_losses(page)
    page.get_by_role("heading", name="Each run").scroll_into_view_if_needed()
    expect(page.locator(".fp-points canvas")).to_be_visible()
    page.wait_for_function(point, polling=200)
    page.mouse.click(*page.evaluate(point))
    expect(page.get_by_test_id("facts")).not_to_contain_text("seed 5 ")
    page.wait_for_function(READY)
    expect(page.get_by_test_id("facts")).to_contain_text("live run")
    shown = page.get_by_test_id("facts").text_content().split(" · ")[:2]
    assert shown[1].startswith("fight.attrition = ")
    page.wait_for_function("() => location.search.startsWith('?sweep=')")
    page.reload()  # its address brings back the same run, with its values
    page.wait_for_function(READY)
    assert page.get_by_test_id("facts").text_content().split(" · ")[:2] == shown


def test_a_run_can_be_opened_by_its_number_and_a_wrong_number_is_refused(page):
    panel(page, "Sweeps")
    number = page.get_by_label("Run number", exact=True)
    number.fill("99")
    number.press("Tab")
    page.get_by_role("button", name="Watch this run").click()
    expect(page.get_by_role("alert")).to_contain_text("no run 99")
    number.fill("3")
    number.press("Tab")
    page.get_by_role("button", name="Watch this run").click()
    until(page, "() => location.search.includes('&row=3&')")
    page.wait_for_function(READY)  # the old run's player goes before the new one comes
