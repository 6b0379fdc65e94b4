"""What is kept of a run comes back as it was, or the page says what is lacking."""

import threading
from types import SimpleNamespace

import numpy as np
import pytest

from abm.cli import main
from abm.record.chunks import decode
from abm.record.replay import read_run
from abm.scenario import load_scenario
from abm.ui.app import asked, engine_of, facts_of
from abm.ui.engines import Live, Recorded
from abm.ui.kept import command, link, lost, save, told
from abm.ui.names import namer, part
from abm.ui.outcomes import namer as namer_of
from abm.ui.pairs import Pairs, State, numbers
from abm.ui.panels_file import _anew
from abm.ui.panels_pairs import start, task
from abm.ui.panels_sweeps import analysed, open_row, points, scatter
from abm.ui.places import PlaceError, link_of
from abm.ui.ready import beyond, groups, interventions, ready_made
from abm.ui.rows import run_of
from abm.ui.session import Session
from abm.ui.shell import Shell
from experiments.outcomes import axis

WAIT_S = 180


def finished(engine):
    while not engine.finished:
        engine.advance()
    return engine


def live(**asked):
    return Live(load_scenario("two_valleys"), **{"seed": 5, "days": 12, **asked})


def changed(engine):
    """Return a branch from day 3 on which an air force stays on the ground."""
    finished(engine)
    return engine.branch(12, interventions(ready_made(engine.base)[-1].changes, 3.0))


def frames(engine):
    return [frame for part in engine.chunks(0) for frame in decode(part)]


@pytest.fixture
def shell():
    engine = live()
    made = Shell(Session(engine), facts_of(engine))
    yield made
    made.close()


def test_a_branch_that_was_saved_is_computed_anew_with_its_changes(
    tmp_path, monkeypatch, shell
):
    monkeypatch.setenv("FLASHPOINT_DATA", str(tmp_path))
    branch = finished(changed(live()))
    folder = save(branch)
    kept = Recorded(read_run(folder))

    assert len(kept.run.manifest["interventions"]) == len(branch.changes) > 0
    assert (folder / "interventions.toml").is_file()
    _anew(shell, kept)
    again = finished(shell.session.engine)

    assert again.changes == branch.changes
    assert shell.changes.value == branch.changes
    assert again.model.world.digest() == branch.model.world.digest()
    for one, other in zip(frames(again), frames(branch), strict=True):
        np.testing.assert_array_equal(one.holder, other.holder)
        assert one.formations.tobytes() == other.formations.tobytes()


def test_the_command_of_a_saved_branch_computes_the_same_run(tmp_path, monkeypatch):
    monkeypatch.setenv("FLASHPOINT_DATA", str(tmp_path))
    branch = finished(changed(live()))
    words = Recorded(read_run(save(branch))).run.manifest["command"].split()

    assert main([*words[1:], "--out", str(tmp_path / "again")]) == 0

    again = Recorded(read_run(tmp_path / "again"))
    assert again.ticks == 48
    for one, other in zip(frames(again), frames(branch), strict=True):
        np.testing.assert_array_equal(one.holder, other.holder)
        assert one.formations.tobytes() == other.formations.tobytes()


def test_a_run_of_a_sweep_is_opened_again_by_its_link(data, swept, monkeypatch, shell):
    monkeypatch.setenv("FLASHPOINT_DATA", str(data))
    said = open_row(shell, "sweeps/valleys", 3)
    engine, facts = shell.session.engine, shell.facts
    address = link_of(link(engine, facts, 4).query())
    again = engine_of(address)

    assert said == "Run 3 is on the map."
    assert engine.seed > 2**31
    assert (again.seed, again.days) == (engine.seed, engine.days)
    assert again.overrides == engine.overrides != {}
    assert asked(again, address)["row"] == 3
    assert facts["horizon"] == 48
    assert address.changed == 0  # the row brings its values back
    assert "--days 12" in command(engine)
    assert "--set fight.attrition=" in command(engine)
    more = engine.branch(8, interventions(ready_made(engine.base)[-1].changes, 2.0))
    assert link(more, facts, 4).changed == len(more.changes) > 0


def test_a_seed_of_a_sweep_and_a_length_go_through_an_address(shell):
    other = live(seed=5579066524788741, days=9)
    shell.open(other, facts_of(other))
    address = link_of(link(other, shell.facts, 2).query())

    assert (address.seed, address.days, address.day) == (other.seed, 9, 2)
    assert engine_of(address).seed == other.seed
    assert engine_of(address).model.horizon == shell.facts["horizon"] == 36


@pytest.mark.parametrize("sweep", ["../secret", "no/such", "/etc", "sweeps/../x"])
def test_a_sweep_that_is_not_in_the_data_folder_is_not_opened(sweep, data, monkeypatch):
    monkeypatch.setenv("FLASHPOINT_DATA", str(data))
    assert link_of(f"sweep={sweep}&row=0").sweep in ("", "no/such")
    with pytest.raises(PlaceError, match="no such sweep"):
        run_of(sweep, 0)


def test_the_pairs_of_a_run_are_as_long_as_the_run(shell):
    shell.open(live(days=9, overrides={"control.fade": 12.0}), shell.facts)

    assert task(shell.session.engine).days == 9
    assert task(shell.session.engine).overrides == {"control.fade": 12.0}


def test_values_set_and_changes_made_are_named_and_counted_in_the_address():
    engine = live(overrides={"control.fade": 12.0})
    branch = changed(live(overrides={"control.fade": 12.0}))

    assert told(engine) == ["live run, seed 5", "control.fade = 12.0"]
    count = len(branch.changes)
    assert told(branch)[2] == f"{count} change(s) by you"
    address = link(branch, {"what": "two_valleys"}, 6).query()
    assert f"&changed={count + 1}" in address
    assert link_of(address).changed == count + 1
    assert "changed" not in link(live(), {"what": "two_valleys"}, 6).query()
    assert f"without the {count + 1} change(s)" in lost(link_of(address).changed)
    assert lost(0) == ""


def test_a_message_of_the_run_says_how_many_changes_it_has():
    branch = changed(live())
    session, sent = Session(branch), []
    came = threading.Event()

    def take(content, buffers=None):
        sent.append(content)
        came.set()

    session.attach(SimpleNamespace(send=take))
    session.receive({"type": "hello"})
    assert came.wait(WAIT_S)
    session.close()

    assert sent[0]["changed"] == len(branch.changes)


def test_another_run_does_not_inherit_the_notice_of_the_one_before(shell):
    shell.notice.set("Saved as two_valleys-5-1234.")
    other = live(seed=6)
    shell.open(other, facts_of(other))

    assert shell.notice.value == ""


class Held:
    """Stands in for the pairs: notes what is asked of it."""

    def __init__(self):
        self.asked = []

    def start(self, task, count):
        self.asked.append((task.days, count))

    def stop(self):
        self.asked.append("stop")


def test_pairs_belong_to_the_tab_and_end_with_its_run(shell):
    assert isinstance(shell.pairs, Pairs)
    shell.pairs = Held()
    start(shell, 4)
    shell.panel.set("now")
    assert shell.pairs.asked == [(12, 4)]
    other = live(seed=6)
    shell.replicates.set(State(4))
    shell.open(other, facts_of(other))

    assert shell.pairs.asked == [(12, 4), "stop"]
    assert shell.replicates.value is None
    shell.close()
    assert shell.pairs.asked[-1] == "stop"


def test_outcomes_of_pairs_are_named_in_words(saved):
    from abm.metrics import outcomes

    scenario = load_scenario("two_valleys")
    found = numbers(outcomes(saved.recorder), scenario)

    labels = [aim.label for actor in scenario.actors for aim in actor.objectives]
    for label in labels:
        assert any(label in name for name in found), label
    assert not [name for name in found if "_" in name]
    assert not [name for name in found if "borealia" in name]


def test_proxies_are_moved_to_the_partners_place_nearest_to_what_they_want():
    scenario = load_scenario("deir_ezzor_2017")
    [move] = [
        each
        for each in ready_made(scenario)
        if each.label.startswith("Move the forces of Al-Tanf")
    ]

    assert move.label.endswith("to Al-Kibar site (SDF)")
    assert set(move.changes) == {f"forces.O{n}.cell_site" for n in (33, 34, 35)}
    [place] = set(move.changes.values())
    site = scenario.site(place)
    assert site.controller == "sdf"
    goal = scenario.site("P001")
    others = [s for s in scenario.sites if s.controller == "sdf" and s.on_map]
    apart = [(s.lat - goal.lat) ** 2 + (s.lon - goal.lon) ** 2 for s in others]
    assert others[int(np.argmin(apart))] == site


def test_moving_the_proxies_is_possible_in_both_scenarios():
    for name in ("two_valleys", "deir_ezzor_2017"):
        scenario = load_scenario(name)
        engine = Live(scenario, seed=1, days=3, cell_km=10.0)
        moves = [m for m in ready_made(scenario) if m.label.startswith("Move")]
        assert moves
        for move in moves:
            branch = engine.branch(0, interventions(move.changes, 0.0))
            assert len(branch.changes) == len(move.changes)


def setting(path):
    scenario = load_scenario("two_valleys")
    rows = [row for each in groups(scenario).values() for row in each]
    return next(row for row in rows if row.path == path)


def test_a_value_outside_its_plausible_range_is_said_to_be():
    fade = setting("control.fade")

    assert beyond(fade, 1e9).startswith(
        f"1e+09 lies outside the plausible range, {fade.low:g} to {fade.high:g} km"
    )
    assert beyond(fade, fade.low) == beyond(fade, fade.high) == ""
    assert beyond(setting("sites.T01.controller"), "crown") == ""


@pytest.mark.parametrize("name", ["two_valleys", "deir_ezzor_2017"])
def test_every_value_has_a_name_in_words(name):
    scenario = load_scenario(name)
    plain = namer(scenario)
    rows = [row for each in groups(scenario).values() for row in each]

    for row in rows:
        assert plain(row.path) != row.path
        assert "_" not in plain(row.path).split(":")[0], row.path
        assert part(row.path, scenario)
    assert plain("control.fade") == (
        "Fade: road-weighted distance over which influence halves"
    )
    phases = set(scenario.parameters.phases())
    bare = [
        row.path
        for row in rows
        if row.path.split(".")[0] in phases and ":" not in plain(row.path)
    ]
    assert not bare


def test_the_points_of_a_sweep_name_their_axis_and_its_unit():
    named = namer_of("two_valleys")("dates.rifles_arrive")
    option = scatter([(0, 3.0, True), (1, 12.0, False)], named)

    assert named.words == "First rifles reach the hillfolk"
    assert option["yAxis"]["name"] == "days since the start"
    came, late = option["series"]
    assert (came["data"], came["symbol"]) == ([[0, 3.0]], "circle")
    assert (late["data"], late["symbol"]) == ([[1, 12.0]], "triangle")


def test_a_date_that_never_came_is_no_date_of_the_last_day(swept):
    found = analysed(swept, "")

    assert found.outcome == "dates.rifles_arrive"
    came = found.swept.duration(found.outcome)[1]
    assert [each for _, _, each in points(found)] == came.tolist()
    assert not came.all()


def test_outcomes_of_a_sweep_are_named_in_words():
    named = namer_of("two_valleys")

    assert named("losses.aurelia.killed_wounded").words == (
        "Losses of Crown of Aurelia, killed and wounded"
    )
    assert named("losses.aurelia.captured").unit == "persons"
    assert namer_of("no_such_scenario")("dates.rifles_arrive").words == "Rifles arrive"


def test_the_axes_of_pictures_say_what_and_in_which_unit():
    assert axis("dates.rifles_arrive") == "rifles arrive\n(days since the start)"
    assert axis("losses.aurelia.killed_wounded") == (
        "losses: aurelia, killed wounded\n(persons)"
    )
    assert axis("ended=yes") == "share with ended = yes"
