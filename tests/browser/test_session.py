"""The session without a browser: what is sent, in which order, and what goes wrong."""

import threading

import pytest

from abm.record.chunks import decode
from abm.scenario import Intervention, ScenarioError, load_scenario
from abm.ui.engines import Live
from abm.ui.pairs import differences
from abm.ui.places import PlaceError, inside, link_of
from abm.ui.ready import as_toml, interventions, parsed, ready_made
from abm.ui.session import ADVICE, Session

WAIT_S = 180


class Screen:
    """Keeps what was sent."""

    def __init__(self):
        self.sent = []
        self.heard = threading.Condition()

    def send(self, content, buffers=None):
        with self.heard:
            self.sent.append((content, buffers or []))
            self.heard.notify_all()

    def wait(self, wanted):
        with self.heard:
            ok = self.heard.wait_for(
                lambda: any(wanted(content) for content, _ in self.sent), WAIT_S
            )
        assert ok, [content["type"] for content, _ in self.sent]

    def frames(self):
        found = {}
        for content, buffers in list(self.sent):
            if content["type"] == "cut":
                found = {t: f for t, f in found.items() if t <= content["tick"]}
            for part in buffers:
                found |= {frame.tick: frame for frame in decode(part)}
        return found


@pytest.fixture
def session():
    made = Session(Live(load_scenario("two_valleys"), seed=5, days=12))
    made.screen = Screen()
    made.attach(made.screen)
    yield made
    made.close()


def known(tick):
    return lambda content: (
        content["type"] == "chunk" and content["story"] is not None and tick <= 0
    )


def done(content):
    return content["type"] == "done"


def test_a_run_arrives_whole_and_in_order(session):
    session.receive({"type": "hello"})
    session.receive({"type": "need", "upto": 10_000})
    session.screen.wait(done)

    assert sorted(session.screen.frames()) == list(range(session.engine.ticks + 1))
    days = [row["day"] for row in session.days]
    assert days == list(range(len(days)))


def test_messages_that_make_no_sense_are_ignored(session):
    for message in (None, [], "x", {"type": "need", "upto": "all"}, {"type": "ask"}):
        session.receive(message)
    session.receive({"type": "ping"})

    assert [content for content, _ in session.screen.sent] == [
        {"type": "pong", "sent": 0, "branch": 0}
    ]


def test_a_branch_drops_what_came_after_and_keeps_what_came_before(session):
    session.receive({"type": "hello"})
    session.receive({"type": "need", "upto": 10_000})
    session.screen.wait(done)
    before = session.screen.frames()
    changes = interventions(ready_made(session.engine.base)[-1].changes, 6.0)
    told = []
    heard = threading.Event()

    session.branch(25, changes, done=lambda text: (told.append(text), heard.set()))
    assert heard.wait(WAIT_S)
    after_cut = [content for content, _ in session.screen.sent if "tick" in content]
    session.receive({"type": "need", "upto": 10_000})
    session.screen.wait(lambda c: c["type"] == "done" and c["branch"] == 1)

    assert told == [""]
    assert after_cut[-1] == {"type": "cut", "tick": 24, "branch": 1}
    kept = session.screen.frames()
    for tick in range(25):
        assert kept[tick].holder.tobytes() == before[tick].holder.tobytes()
        assert kept[tick].formations.tobytes() == before[tick].formations.tobytes()


def held_back(monkeypatch, engine, name):
    """Let a method of the engine wait; return its start and what lets it go on."""
    begun, released, method = (
        threading.Event(),
        threading.Event(),
        getattr(engine, name),
    )

    def waiting(*args):
        begun.set()
        assert released.wait(WAIT_S)
        return method(*args)

    monkeypatch.setattr(engine, name, waiting)
    return begun, released


def test_what_was_still_computed_before_a_branch_is_told_apart(session, monkeypatch):
    session.receive({"type": "hello"})
    session.screen.wait(lambda content: content["type"] == "chunk")
    begun, released = held_back(monkeypatch, session.engine, "advance")
    session.receive({"type": "need", "upto": 10_000})
    assert begun.wait(WAIT_S)

    session.branch(0, interventions(ready_made(session.engine.base)[-1].changes, 0.0))
    released.set()
    session.screen.wait(
        lambda content: content["type"] == "chunk" and content["branch"]
    )

    types = [content["type"] for content, _ in session.screen.sent]
    cut, _ = session.screen.sent[types.index("cut")]
    after = [c for c, _ in session.screen.sent[types.index("cut") :] if "run" in c]
    late = [content["branch"] for content in after]
    assert cut["branch"] == 1
    assert late[0] == 0  # of the run before; the page passes over it
    assert late == sorted(late)


def test_a_page_that_asks_for_everything_during_a_branch_gets_it(session, monkeypatch):
    session.receive({"type": "hello"})
    session.receive({"type": "need", "upto": 10_000})
    session.screen.wait(done)
    begun, released = held_back(monkeypatch, session.engine, "branch")
    session.branch(25, interventions(ready_made(session.engine.base)[-1].changes, 6.0))
    assert begun.wait(WAIT_S)

    session.receive({"type": "hello"})
    before = len(session.screen.sent)
    released.set()
    session.screen.wait(lambda c: c["type"] == "chunk" and _first(session, before) == 0)

    session.receive({"type": "need", "upto": 10_000})
    session.screen.wait(lambda c: c["type"] == "done" and c["branch"] == 1)


def _first(session, after):
    """Return the first tick of the last chunks sent, after so many messages."""
    parts = [b[0] for c, b in session.screen.sent[after:] if c["type"] == "chunk"]
    return decode(parts[-1])[0].tick if parts else None


def test_a_second_change_is_made_to_the_run_that_has_the_first(session, monkeypatch):
    session.receive({"type": "hello"})
    session.screen.wait(lambda content: content["type"] == "chunk")
    one, two = ready_made(session.engine.base)[-1:], ready_made(session.engine.base)[:1]
    begun, released = held_back(monkeypatch, session.engine, "branch")
    heard = threading.Event()

    session.branch(4, interventions(one[0].changes, 1.0))
    assert begun.wait(WAIT_S)
    session.branch(4, interventions(two[0].changes, 1.0), done=lambda _: heard.set())
    released.set()
    assert heard.wait(WAIT_S)

    paths = {change.path for change in session.engine.changes}
    assert paths == {*one[0].changes, *two[0].changes}


def test_a_branch_without_a_change_is_the_same_run():
    engine = Live(load_scenario("two_valleys"), seed=5, days=12)
    while not engine.finished:
        engine.advance()

    other = engine.branch(40, ())
    while not other.finished:
        other.advance()

    assert other.model.world.digest() == engine.model.world.digest()
    assert other.chunks(0) == engine.chunks(0)


def told_of(session, path, value):
    """Return what is said of a change; the run goes on to its end all the same."""
    session.receive({"type": "hello"})
    session.screen.wait(lambda content: content["type"] == "chunk")
    change = Intervention(day=0, path=path, value=value, note="a test")
    told = []
    heard = threading.Event()
    session.branch(0, [change], done=lambda text: (told.append(text), heard.set()))
    assert heard.wait(WAIT_S)
    session.receive({"type": "need", "upto": 10_000})
    session.screen.wait(done)
    return told[0]


def test_a_wrong_change_is_reported_and_the_run_goes_on(session):
    told = told_of(session, "fight.attriton", 1.0)

    again = [
        c["story"] for c, _ in session.screen.sent if c.get("branch") and "story" in c
    ]
    events = [event for story in again for event in story["events"]]
    assert len(events) == session.engine.table("events").num_rows
    assert "fight.attriton" in told
    assert "fight.attrition" in told


def test_a_move_into_hostile_ground_is_reported_and_the_run_goes_on(session):
    told = told_of(session, "forces.F01.cell_site", "T05")

    assert "aurelia would stand in hostile ground (got T05" in told


def test_a_branch_of_a_branch_that_moved_a_force_is_the_same_run():
    engine = Live(load_scenario("two_valleys"), seed=5, days=12)
    while not engine.finished:
        engine.advance()
    move = Intervention(day=2, path="forces.F08.cell_site", value="T03", note="a test")
    moved = engine.branch(8, [move])
    while not moved.finished:
        moved.advance()

    again = moved.branch(40, ())
    while not again.finished:
        again.advance()

    assert moved.model.world.digest() != engine.model.world.digest()
    assert again.model.world.digest() == moved.model.world.digest()
    assert again.chunks(0) == moved.chunks(0)


def test_an_error_of_the_engine_is_shown_with_what_to_do(session, monkeypatch):
    def broken():
        raise ValueError("rows 3 and 4 lost their cell")

    monkeypatch.setattr(session.engine, "advance", broken)
    session.receive({"type": "hello"})
    session.screen.wait(lambda content: content["type"] == "message")

    message = next(c for c, _ in session.screen.sent if c["type"] == "message")
    assert "rows 3 and 4 lost their cell" in message["text"]
    assert ADVICE in message["text"]
    session.receive({"type": "ping"})
    session.screen.wait(lambda content: content["type"] == "pong")


@pytest.mark.parametrize(
    "name", ["../etc", "..", "/etc/passwd", "runs/../../x", "valleys/../../.."]
)
def test_no_path_leads_out_of_the_data_folder(data, name):
    with pytest.raises(PlaceError):
        inside(data / "runs", name)


@pytest.mark.parametrize(
    "query",
    [
        "scenario=../../etc&seed=-1&day=1e9",
        "scenario=<script>&seed=abc&day=nan",
        "run=a/b&seed=9999999999999999&cell=0.0001",
    ],
)
def test_an_odd_address_falls_back_to_the_defaults(query):
    link = link_of(query)
    assert (link.what, link.seed, link.day, link.cell_km) == ("", 1, 0.0, None)


def test_a_typed_value_has_the_kind_that_stands_there():
    assert parsed(" 2 ", 1) == 2
    assert parsed("0.5", 1.0) == 0.5
    assert parsed("no", True) is False
    with pytest.raises(ValueError, match="not a number"):
        parsed("many", 1.0)


def test_interventions_survive_the_way_through_their_file(tmp_path):
    from abm.scenario import load_interventions

    scenario = load_scenario("two_valleys")
    changes = tuple(interventions(ready_made(scenario)[0].changes, 3.0))
    path = tmp_path / "interventions.toml"
    path.write_text(as_toml(changes))

    assert load_interventions(path, scenario).interventions == changes


def test_the_difference_of_pairs_has_the_interval_of_their_differences():
    # differences 1, 2, 3: mean 2, deviation 1, error 1/sqrt(3), t(0.975, 2) = 4.303
    found = [
        ({"x": 0.0}, {"x": 1.0}),
        ({"x": 5.0}, {"x": 7.0}),
        ({"x": 1.0}, {"x": 4.0}),
    ]
    [row] = differences(found)

    assert row.mean == pytest.approx(2.0)
    assert row.without == pytest.approx(2.0)
    assert row.high - row.mean == pytest.approx(4.3027 / 3**0.5, rel=1e-4)


def test_a_wrong_scenario_is_refused_with_all_its_problems(tmp_path):
    (tmp_path / "scenario.toml").write_text("name = 'x'")
    with pytest.raises(ScenarioError):
        load_scenario(tmp_path)


def test_mesas_own_page_accepts_the_model():
    from mesa.visualization.solara_viz import _check_model_params

    from abm.model import ConflictModel

    _check_model_params(ConflictModel.__init__, {})
