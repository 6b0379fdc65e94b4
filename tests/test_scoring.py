"""From an events file to scores: what events say, and what the table prints."""

import datetime as dt
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from abm.cli import main
from abm.scenario import load_scenario
from abm.theatre import build
from experiments.problems import StudyError
from experiments.scoring.baselines import CALIBRATION, fronts
from experiments.scoring.events import COLUMNS, read_events
from experiments.scoring.history import UNKNOWN, history
from experiments.scoring.items import items_of
from experiments.scoring.prediction import Member, gathered, site_outcome
from experiments.scoring.score import score, skills
from experiments.scoring.sources import Source
from experiments.scoring.truth import check_dates, truth

HEAD = ",".join(COLUMNS)
SUKHNA = "E1,2017-08-05,2017-08-05,capture,SAA 5th Corps,ISIS,Sukhna,34.885,38.875"


@cache
def place():
    scenario = load_scenario("deir_ezzor_2017")
    return scenario, build(scenario, 10.0)


def written(folder, *lines, head=HEAD):
    file = folder / "events.csv"
    file.write_text("\n".join([head, *lines]) + "\n")
    return file


def source(held, *, days=74, dates=None, counts=0, name="test"):
    """A source of one run in which the scored sites are held as ``held`` says."""
    scenario, theatre = place()
    past = history(read_events(CALIBRATION), scenario, theatre)
    first = np.where(past.first == UNKNOWN, 0, past.first)
    whole = np.tile(first, (days + 1, 1))
    for site, (day, bloc) in held.items():
        whole[day:, past.sites.index(site)] = theatre.bloc_names.index(bloc)
    member = Member(1.0, whole, dates or {}, np.full((days // 30, 6), counts))
    prediction = gathered(
        [member],
        name=name,
        start=scenario.calendar.start.date(),
        sites=past.sites,
        blocs=theatre.bloc_names,
    )
    return Source(prediction, scenario, theatre)


def history_itself():
    """The forecast that says exactly what the calibration events say."""
    scenario, theatre = place()
    past = history(read_events(CALIBRATION), scenario, theatre)
    start = scenario.calendar.start.date()
    days = [start + dt.timedelta(days=day) for day in range(75)]
    held = np.maximum(past.held(days), 0)
    member = Member(1.0, held, {}, np.zeros((2, 6), dtype=np.int64))
    prediction = gathered(
        [member],
        name="history",
        start=start,
        sites=past.sites,
        blocs=theatre.bloc_names,
    )
    return Source(prediction, scenario, theatre)


def test_a_site_belongs_to_its_taker_from_the_last_day_of_the_capture_on():
    scenario, theatre = place()
    past = history(read_events(CALIBRATION), scenario, theatre)
    dulayiat = past.sites.index("P049")  # H042: 26 to 27 June
    days = [dt.date(2017, 6, day) for day in (26, 27)]
    held = past.held(days)[:, dulayiat]

    assert [theatre.bloc_names[bloc] for bloc in held] == ["isis", "loyalist"]


def test_a_site_taken_back_changes_hands_twice():
    scenario, theatre = place()
    past = history(read_events(CALIBRATION), scenario, theatre)
    ghanim = past.sites.index("P084")  # H063 on 30 July, H076 on 24 August
    days = [dt.date(2017, 7, 31), dt.date(2017, 8, 31)]

    held = [theatre.bloc_names[bloc] for bloc in past.held(days)[:, ghanim]]

    assert held == ["loyalist", "isis"]


def test_every_string_of_the_calibration_file_is_covered_by_the_tables():
    scenario, theatre = place()

    assert history(read_events(CALIBRATION), scenario, theatre).unknown == ()


def test_a_site_that_no_event_names_keeps_its_holder_and_is_flagged():
    scenario, theatre = place()
    past = history(read_events(CALIBRATION), scenario, theatre)
    tanak = past.sites.index("P099")

    assert not past.named[tanak]
    assert theatre.bloc_names[past.held([dt.date(2017, 8, 31)])[0, tanak]] == "isis"


def test_no_scored_site_lies_west_of_the_line_or_outside_syria_and_iraq():
    scenario, theatre = place()
    past = history(read_events(CALIBRATION), scenario, theatre)
    lon = {site.id: site.lon for site in scenario.sites}

    assert min(lon[site] for site in past.sites) > 37.4
    assert "P137" not in past.sites
    assert "P115" in past.sites


def test_checks_are_the_middle_and_the_end_of_each_month():
    start = dt.date(2017, 6, 18)
    found = check_dates(start, start, dt.date(2017, 8, 31))

    said = [day.strftime("%d %b") for day in found]
    assert said == ["30 Jun", "15 Jul", "31 Jul", "15 Aug", "31 Aug"]


def test_an_unknown_place_is_listed_with_the_nearest_site(tmp_path):
    line = "E2,2017-08-01,2017-08-01,capture,SAA,ISIS,Nowhere,34.886,38.876"
    scenario, theatre = place()
    past = history(read_events(written(tmp_path, SUKHNA, line)), scenario, theatre)

    assert len(past.unknown) == 1
    assert "place 'Nowhere' (E2 capture)" in past.unknown[0]
    assert "nearest site P038 Sukhna, 0 km" in past.unknown[0]


def test_an_unknown_actor_and_type_are_listed(tmp_path):
    line = "E2,2017-08-01,2017-08-01,sieze,Martians,ISIS,Kawm,35.193,38.856"
    scenario, theatre = place()
    past = history(read_events(written(tmp_path, line)), scenario, theatre)

    assert any("actor 'Martians'" in one for one in past.unknown)
    assert any("type 'sieze'" in one for one in past.unknown)
    assert past.changes == ()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (SUKHNA.replace("2017-08-05", "5 Aug", 1), "line 2: date_start: not a date"),
        (SUKHNA.replace("34.885", "far"), "line 2: lat: not degrees up to 90"),
        (SUKHNA.replace("38.875", "nan"), "line 2: lon: not degrees up to 180"),
        (SUKHNA.replace("Sukhna", ""), "line 2: place: empty"),
        (
            SUKHNA.replace("2017-08-05,capture", "2017-08-04,capture"),
            "line 2: date_end: before date_start",
        ),
    ],
)
def test_a_mistake_in_a_line_is_named_with_its_value(tmp_path, line, said):
    with pytest.raises(StudyError) as error:
        read_events(written(tmp_path, line))

    assert f"events.csv: {said}" in str(error.value)


def test_a_missing_column_and_a_repeated_id_are_refused(tmp_path):
    with pytest.raises(StudyError, match="header: no column 'place'"):
        read_events(written(tmp_path, head=HEAD.replace("place", "plaice")))
    with pytest.raises(StudyError, match="id: appears twice"):
        read_events(written(tmp_path, SUKHNA, SUKHNA))


def test_history_itself_scores_best_in_everything_that_it_says():
    known = truth(read_events(CALIBRATION), *place())
    items = items_of(history_itself().prediction, known, place()[1])

    assert items["brier"].mean() == 0
    assert items["crps_dates"].mean() == 0
    assert items["front"].mean() == 0


def test_one_wrong_site_costs_its_share_by_hand():
    known = truth(read_events(CALIBRATION), *place())
    perfect = history_itself()
    wrong = perfect.prediction.p.copy()
    tanak = perfect.prediction.sites.index("P099")
    wrong[:, tanak] = 0
    wrong[:, tanak, place()[1].bloc_names.index("coalition")] = 1
    from dataclasses import replace

    items = items_of(replace(perfect.prediction, p=wrong), known, place()[1])

    # two blocs wrong by 1 at one site of those known at all five checks or at none
    scored = known.known.sum()
    assert items["brier"].mean() == pytest.approx(2 * 5 / scored)
    assert items["brier"].mean("determined") == 0


def test_skill_is_the_share_of_the_best_baselines_score_that_is_saved():
    known = truth(read_events(CALIBRATION), *place())
    better = source({"P038": (48, "loyalist")}, name="better")
    items = {
        "better": items_of(better.prediction, known, place()[1]),
        "still": items_of(source({}).prediction, known, place()[1]),
    }
    found = {(each.metric, each.subset): each for each in skills(items, "better")}
    brier = found["brier", "determined"]

    # Sukhna is loyalist's at the last 2 checks: standing still costs 2 at each of them
    rows = items["still"]["brier"].chosen("determined")
    checks = items["still"]["brier"].weights[rows].sum()
    assert brier.best_score - brier.score == pytest.approx(2 * 2 / checks)
    assert brier.best == "still"
    assert brier.skill == pytest.approx(1 - brier.score / brier.best_score)
    assert brier.low <= brier.skill <= brier.high


def test_the_first_day_on_which_a_bloc_takes_a_site_is_its_date():
    found = source({"P038": (20, "loyalist")}).prediction

    assert found.date(site_outcome("P038", "loyalist"))[0] == 20
    assert found.date(site_outcome("P038", "coalition"))[0] == np.inf


def test_a_front_whose_bloc_took_nothing_named_stands_still():
    for front in fronts(*place()):
        bloc = place()[1].bloc_names[front.bloc]
        if bloc == "coalition" and front.zone == "Deir_ez_Zor_valley":
            assert front.rate == 0
            return
    pytest.fail("no such front")


def test_rates_are_fitted_to_the_calibration_window_whatever_is_scored(tmp_path):
    late = written(
        tmp_path,
        "E9,2017-09-05,2017-09-05,capture,SAA,ISIS,Kabajib,35.079,39.683",
    )
    before = [front.rate for front in fronts(*place())]
    score(source({}, days=100), late)

    assert [front.rate for front in fronts(*place())] == before


def test_a_later_file_of_the_same_form_is_scored_unchanged(tmp_path):
    late = written(
        tmp_path,
        "E9,2017-09-05,2017-09-05,capture,SAA and allies,ISIS,Kabajib,35.079,39.683",
        "E10,2017-10-17,2017-10-17,capture,SDF,ISIS,Raqqa,35.953,39.008",
    )
    found = score(source({}, days=166), late, since=dt.date(2017, 9, 1))

    names = {each.name: each.day for each in found.known.dated}
    assert names["site.P043.loyalist"] == 79
    assert names["site.P009.coalition"] == 121
    assert found.known.checks[0] == dt.date(2017, 9, 15)


def test_score_of_nothing_is_one_line_and_exit_2(tmp_path, capsys):
    events = written(tmp_path, SUKHNA)
    code = main(["score", str(tmp_path / "none"), "--events", str(events)])
    said = capsys.readouterr().err

    assert code == 2
    assert said.startswith("abm: ")
    assert "not a run (no such folder)" in said


def test_score_without_events_is_one_line_and_exit_2(tmp_path, capsys):
    code = main(["score", str(tmp_path), "--events", str(Path(tmp_path / "no.csv"))])
    said = capsys.readouterr().err

    assert code == 2
    assert said.count("\n") == 1


def test_a_run_that_ended_early_stays_as_it_was_to_the_horizon():
    long, short = np.zeros((11, 1), dtype=np.int64), np.ones((4, 1), dtype=np.int64)
    counts = np.zeros((0, 6), dtype=np.int64)
    found = gathered(
        [Member(1.0, long, {}, counts), Member(3.0, short, {}, counts)],
        name="test",
        start=dt.date(2017, 6, 18),
        sites=["P001"],
        blocs=["a", "b"],
        days=12,
    )

    # weights 1 and 3: the short run holds on with 3 / 4 on every day
    assert found.p[:, 0, 1] == pytest.approx(np.full(13, 0.75))
    assert found.days == 12


def test_a_baseline_that_ends_before_what_is_scored_is_refused():
    short = source({}, days=30, name="short").prediction

    with pytest.raises(StudyError, match="--beside short: ends on day 30"):
        score(source({}), CALIBRATION, beside={"short": [short]})


def test_of_several_predictions_under_one_name_the_mean_score_counts():
    right = source({"P038": (48, "loyalist")}, name="right").prediction
    still = source({}, name="still").prediction
    found = score(source({}), CALIBRATION, beside={"mixed": [right, still]})
    alone = score(source({}), CALIBRATION, beside={"a": [right], "b": [still]})

    mean = (alone.items["a"]["brier"].mean() + alone.items["b"]["brier"].mean()) / 2
    assert found.items["mixed"]["brier"].mean() == pytest.approx(mean)
