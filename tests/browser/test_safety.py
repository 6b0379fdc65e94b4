"""Security, several tabs, a lost server, and access for everybody."""

import json
import shutil
import socket
import threading
import urllib.error
import urllib.parse
import urllib.request
import uuid

import pytest
from playwright.sync_api import expect
from server import BROKEN_SEED, BROKEN_TICK
from tabs import READY, SHOWN, SOLARA, Tab, end, free_port, panel, seek, serve, until

from abm.scenario import load_scenario
from abm.ui.serve import WARNING, compiled, launch

PANELS = ("Now", "Why", "Text", "Tension", "Events", *SOLARA)


def status(address, **headers):
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_pages_of_other_sites_and_other_names_are_refused(address):
    assert status(address) == 200
    assert status(address, Origin="http://evil.example") == 403
    assert status(address, Host="evil.example") == 403
    own = address.rstrip("/")
    assert status(address, Origin=own) == 200


def greeting(address, **headers):
    """Ask for a websocket as a browser does; return the first line of the answer."""
    parts = urllib.parse.urlsplit(address)
    lines = {
        "Host": parts.netloc,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
        **headers,
    }
    path = f"{SOCKET}?session_id={uuid.uuid4()}"
    asked = [f"GET {path} HTTP/1.1", *(f"{k}: {v}" for k, v in lines.items())]
    with socket.create_connection((parts.hostname, parts.port), timeout=60) as wire:
        wire.sendall(("\r\n".join(asked) + "\r\n\r\n").encode())
        return wire.recv(4096).split(b"\r\n")[0].decode()


SOCKET = f"/jupyter/api/kernels/{uuid.uuid4()}/channels"


def test_a_websocket_of_another_site_or_name_is_refused(address):
    own = address.rstrip("/")

    assert greeting(address, Origin=own).startswith("HTTP/1.1 101")
    assert "403" in greeting(address, Origin="http://evil.example")
    assert "403" in greeting(address, Host="evil.example", Origin="http://evil.example")


@pytest.mark.parametrize("path", ["..%2f..%2fetc%2fpasswd", "static/..%2f..%2fapp.py"])
def test_no_file_outside_is_served(address, path):
    assert status(f"{address}{path}") in (200, 404)
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{address}static/public/{path}", timeout=60)


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
    seek(shared, 8)
    panel(shared, "Events")
    shared.get_by_label("Search").fill("onerror")
    expect(shared.locator(".fp-events")).to_contain_text("<img src=x")
    assert shared.locator(".fp-events img").count() == 0
    shared.get_by_label("Search").fill("")


def test_another_address_than_loopback_is_warned_about(monkeypatch, capsys):
    monkeypatch.setattr("uvicorn.run", lambda *_, **__: None)
    monkeypatch.setattr("abm.ui.serve.warm", lambda _: None)
    monkeypatch.setattr("abm.ui.serve.compiled", lambda _: None)
    launch("two_valleys", host="0.0.0.0", port=1, browser=False)
    assert capsys.readouterr().err == WARNING.format(host="0.0.0.0") + "\n"
    launch("two_valleys", port=1, browser=False)
    assert capsys.readouterr().err == ""


def test_kernels_are_compiled_by_another_process_and_only_where_they_are_not(
    monkeypatch, tmp_path
):
    orders = []
    monkeypatch.setattr("abm.kernels.__file__", str(tmp_path / "kernels.py"))
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setattr("subprocess.run", lambda order, **_: orders.append(order))
    compiled("two_valleys")
    assert orders[0][-1].endswith("warm('two_valleys')")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "kernels.step.py311.1.nbc").touch()
    compiled("two_valleys")
    assert len(orders) == 1


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


WHOLE = """() => { const p = flashpoint.players[0];
  return p.done && p.frames.length === p.total && !p.frames.includes(undefined); }"""
KEEP_SOCKETS = """const Old = window.WebSocket; window.sockets = [];
window.WebSocket = class extends Old {
  constructor(...given) { super(...given); window.sockets.push(this); } };"""


KEEP_MESSAGES = """() => { window.said = []; const box = document.querySelector(".fp-message");
  new MutationObserver(() => { if (!box.hidden) said.push(box.firstElementChild.textContent); })
    .observe(box, { attributes: true, childList: true, subtree: true, characterData: true }); }"""


@pytest.mark.parametrize(
    "how", ["socket.close()", "socket.send('x'.repeat(6 << 20))"], ids=["cut", "large"]
)
def test_a_dropped_connection_is_taken_up_again(browser, address, how):
    """A message larger than the server takes ends the connection, and no more."""
    found = Tab(browser, address)
    found.page.add_init_script(KEEP_SOCKETS)
    page = found.open("?scenario=two_valleys&seed=31&play=0")
    seek(page, 24)
    page.evaluate(KEEP_MESSAGES)
    page.evaluate(
        f"() => {{ const socket = sockets.filter(s => s.readyState === 1).at(-1); {how}; }}"
    )
    page.wait_for_function(
        "() => sockets.at(0).readyState === 3 && sockets.at(-1).readyState === 1"
    )
    page.wait_for_function(READY)
    page.wait_for_function("() => said.includes('The connection is back.')")
    lost = page.evaluate("() => said.find(text => text.includes('is lost'))")
    assert lost.startswith("The connection to the server is lost")
    page.wait_for_function(SHOWN, arg=24)
    panel(page, "Keep")
    expect(page.get_by_test_id("link")).to_contain_text("seed=31&day=6")
    page.wait_for_function(WHOLE)
    expect(page.get_by_test_id("facts")).to_contain_text("seed 31")
    found.bad = [each for each in found.bad if "WebSocket" not in each]
    found.close()


def test_an_error_of_the_engine_is_shown_and_the_session_lives_on(browser, address):
    found = Tab(browser, address)
    page = found.open(f"?scenario=two_valleys&seed={BROKEN_SEED}&play=0")
    message = page.locator(".fp-message")
    expect(message).to_contain_text("rows 3 and 4 lost their cell")
    expect(message).to_contain_text("start a new run with another seed")
    page.get_by_role("button", name="Close this message").click()
    page.evaluate("flashpoint.seek(10)")
    panel(page, "Steer")
    seed = page.get_by_label("Seed of a new run")
    seed.fill("12")
    seed.press("Tab")
    page.get_by_role("button", name="Start a new run").click()
    expect(page.get_by_test_id("facts")).to_contain_text("seed 12")
    page.wait_for_function(f"() => flashpoint.players[0].total > {BROKEN_TICK + 10}")
    found.close()


def test_a_wrong_scenario_shows_all_its_mistakes_in_the_page(browser, address, data):
    wrong = data / "wrong_valleys"
    shutil.copytree(load_scenario("two_valleys").folder, wrong)
    (wrong / "scenario.toml").write_text("name = 'x'\ntitle = 3\n")
    found = Tab(browser, address)
    found.page.goto(f"{address}?scenario=wrong_valleys")
    alert = found.page.get_by_role("alert")
    expect(alert).to_contain_text("scenario.toml")
    expect(alert).to_contain_text("title")
    found.close()


@pytest.mark.slow
def test_eight_tabs_play_apart_and_are_freed_when_closed(browser, tmp_path):
    port = free_port()
    process = serve(tmp_path, port, SOLARA_KERNEL_CULL_TIMEOUT="2s")
    address = f"http://127.0.0.1:{port}/"
    tabs = [Tab(browser, address) for _ in range(8)]
    for seed, each in enumerate(tabs):
        each.open(f"?scenario=two_valleys&seed={seed + 50}")
    for each in tabs:
        each.page.wait_for_function(
            "() => flashpoint.players[0].total > 40 && flashpoint.state.now > 4"
        )
    state = "Array.from(flashpoint.players[0].get(40).formations.u8).join()"
    assert len({each.page.evaluate(state) for each in tabs}) == 8
    sessions, threads = held(address)
    assert sessions == 8
    for each in tabs:
        each.close()
    waited = threading.Event()
    for _ in range(240):
        if held(address)[0] == 0 and held(address)[1] <= threads - 8:
            break
        waited.wait(0.5)
    assert held(address)[0] == 0
    assert held(address)[1] <= threads - 8
    end(process)


def held(address):
    """Return how many sessions and threads the server has."""
    with urllib.request.urlopen(f"{address}resourcez", timeout=60) as answer:
        found = json.load(answer)
    return found["kernels"]["total"], found["threads"]["active"]


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


NARROW = "width => document.documentElement.scrollWidth <= width"
INSIDE = """([name, width, height]) => {
  const box = document.querySelector(`[data-testid="${name}"]`).getBoundingClientRect();
  return box.left >= 0 && box.right <= width && box.bottom + scrollY <= height; }"""


def test_nothing_is_wider_than_the_window_at_any_width_in_any_panel(shared):
    for width in (1440, 1024, 400):
        shared.set_viewport_size({"width": width, "height": 900})
        for name in PANELS:
            panel(shared, name)
            until(shared, NARROW, width)
        for name in ("play", "scrub", "day"):
            until(shared, INSIDE, [name, width, 900])
    shared.set_viewport_size({"width": 1440, "height": 900})
