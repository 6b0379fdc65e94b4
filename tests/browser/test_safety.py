"""Security, several tabs, a lost server, and access for everybody."""

import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect
from tabs import READY, Tab, end, free_port, serve

from abm.ui.serve import WARNING, launch

PANELS = ("now", "why", "text", "tension", "events")
PANELS += ("charts", "steer", "keep", "sweeps")
VUETIFY = 'class="v-input__slot"'
"""Mark of the select box of a library, which nests its field in a button."""
SOLARA = {
    "charts": "The run in charts",
    "steer": "Change something",
    "keep": "Keep and open",
    "sweeps": "Many runs",
}
"""Headings of the panels that come from the server, by name."""


def status(address, **headers):
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_pages_of_other_sites_and_other_names_are_refused(address):
    assert status(address) == 200
    assert status(address, Origin="http://evil.example") == 403
    assert status(address, Host="evil.example") == 403
    own = address.rstrip("/")
    assert status(address, Origin=own) == 200


@pytest.mark.parametrize("path", ["..%2f..%2fetc%2fpasswd", "static/..%2f..%2fapp.py"])
def test_no_file_outside_is_served(address, path):
    assert status(f"{address}{path}") in (200, 404)
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{address}static/public/{path}", timeout=10)


@pytest.mark.parametrize(
    "query",
    ["?run=..%2F..%2Fetc", "?run=no-such-run", "?scenario=%3Cimg%20src%3Dx%3E"],
)
def test_an_address_that_asks_for_something_else_is_answered_in_the_page(
    browser, address, query
):
    found = Tab(browser, address)
    found.page.goto(address + query)
    body = found.page.locator(".fp-problem, .fp-clock").first
    expect(body).to_be_visible()
    assert found.page.locator("img[src=x]").count() == 0
    found.close()


def test_html_in_names_stays_text(shared):
    shared.evaluate(
        """() => { flashpoint.stories[0].events.push({ tick: 0, kind: "capture", actor: 0,
        other: -1, site: 0, x: 1, y: 1, line: "<img src=x onerror=window.hit=1>" }); }"""
    )
    shared.evaluate("flashpoint.seek(8)")
    shared.get_by_role("tab", name="Events").click()
    shared.get_by_label("Search").fill("onerror")
    expect(shared.locator(".fp-events")).to_contain_text("<img src=x")
    assert shared.locator(".fp-events img").count() == 0
    shared.get_by_label("Search").fill("")


def test_another_address_than_loopback_is_warned_about(monkeypatch, capsys):
    monkeypatch.setattr("uvicorn.run", lambda *_, **__: None)
    monkeypatch.setattr("abm.ui.serve.warm", lambda _: None)
    launch("two_valleys", host="0.0.0.0", port=1, browser=False)
    assert capsys.readouterr().err == WARNING.format(host="0.0.0.0") + "\n"
    launch("two_valleys", port=1, browser=False)
    assert capsys.readouterr().err == ""


def test_tabs_do_not_share_state(browser, address):
    tabs = [Tab(browser, address) for _ in range(2)]
    for seed, each in enumerate(tabs):
        each.open(f"?scenario=two_valleys&seed={seed + 20}&play=0")
        each.page.wait_for_function("() => flashpoint.players[0].total > 30")
    state = "Array.from(flashpoint.players[0].get(30).formations.u8).join()"
    tabs[0].page.evaluate("flashpoint.seek(25)")
    assert tabs[0].page.evaluate(state) != tabs[1].page.evaluate(state)
    assert tabs[1].page.evaluate("flashpoint.state.now") == 0
    for each in tabs:
        each.close()


def test_a_restarted_server_is_told_and_the_run_comes_back(browser, tmp_path):
    port = free_port()
    process = serve(tmp_path, port)
    found = Tab(browser, f"http://127.0.0.1:{port}/")
    page = found.open("?scenario=two_valleys&seed=7&day=3")
    page.wait_for_function(
        "() => document.querySelector('.fp-bar input').value === '12'"
    )
    end(process)
    expect(page.locator(".fp-message")).to_contain_text("connection to the server")
    page.evaluate("() => { window.before = true; }")
    process = serve(tmp_path, port)
    page.wait_for_function(f"() => !window.before && ({READY})()")
    page.wait_for_function(
        "() => document.querySelector('.fp-bar input').value === '12'"
    )
    expect(page.get_by_test_id("facts")).to_contain_text("seed 7")
    found.bad = [each for each in found.bad if "left the machine" in each]
    found.close()
    end(process)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_ours(browser, address, theme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = Tab(browser, address)
    page = found.open(f"?scenario=two_valleys&seed=5&play=0&theme={theme}")
    page.wait_for_function("() => flashpoint.players[0].total > 20")
    page.evaluate("flashpoint.seek(20)")
    wrong = []
    for panel in PANELS:
        page.evaluate("name => flashpoint.tab(name)", panel)
        if panel == "why":
            page.evaluate("flashpoint.select({ kind: 'site', row: 0 })")
        if panel in SOLARA:
            expect(page.locator(".fp-solara h2")).to_have_text(SOLARA[panel])
        result = axe.run(page, context=".fp-page")
        wrong += [
            (panel, each["id"], [node["html"][:160] for node in each["nodes"][:3]])
            for each in result.response["violations"]
            if not all(VUETIFY in node["html"] for node in each["nodes"])
        ]
    found.close()
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("width", [1440, 1024, 400])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_wider_than_the_window(browser, address, width, theme):
    found = Tab(browser, address, viewport={"width": width, "height": 900})
    page = found.open(f"?scenario=two_valleys&seed=5&play=0&theme={theme}")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
    for name in ("play", "scrub", "day"):
        expect(page.get_by_test_id(name)).to_be_in_viewport() if width > 900 else None
    found.close()
