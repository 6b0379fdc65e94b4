"""Patterns: figures, intervals and verdicts follow from the runs, whichever way."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from abm.model import ConflictModel
from experiments.asked import BOTH_SIZES, COUNTERFACTUALS
from experiments.findings import MISSED, REACHED, UNDECIDED, Range, of_runs, share
from experiments.judged import agreement, findings, kept_rules
from experiments.measures import river_share
from experiments.parties import Parties
from experiments.pattern_page import document, table
from experiments.pattern_runs import deaths, longest
from experiments.patterned import run_pattern
from experiments.patterns import Sizes, remarks, studies
from experiments.run import Case, run_case
from experiments.sampled import contacts, in_defended_towns

N = 60


def asked(hits, limits):
    return share(hits, pattern="P1", what="", wanted="", limits=limits)


@pytest.mark.parametrize(
    ("hits", "verdict"), [(N, REACHED), (0, MISSED), (36, UNDECIDED)]
)
def test_a_share_is_judged_by_its_whole_interval(hits, verdict):
    found = asked([True] * hits + [False] * (N - hits), Range(low=0.6))

    assert found.verdict == verdict


def test_the_interval_of_a_share_is_wilsons():
    found = asked([True] * 7 + [False] * 3, Range(low=0.6))

    # z = 1.96: (0.7 + 3.84/20) / 1.384 = 0.6445; half-width 0.2477
    assert (found.low, found.high) == pytest.approx((0.3968, 0.8922), abs=1e-3)


def test_no_runs_give_no_verdict():
    assert asked([], Range(low=0.6)).verdict == "no runs"


def test_a_median_within_its_range_in_every_resample_is_reached():
    values = np.linspace(2.0, 4.0, 30)
    found = of_runs(
        values, pattern="P6", what="", wanted="", limits=Range(1.0, 10.0), unit="km"
    )

    assert found.verdict == REACHED
    assert 2.0 < found.low < found.value < found.high < 4.0


def test_two_values_are_too_few_for_an_interval():
    found = of_runs([1.0, 2.0], pattern="P6", what="", wanted="", limits=Range(0.0))

    assert found.verdict == UNDECIDED
    assert math.isnan(found.low)


def runs(**changed) -> pd.DataFrame:
    """Return runs that reach everything, but for what is given."""
    columns = {
        "replicate": np.arange(N),
        "relief_days": 60.0 + np.arange(N) % 5,
        "relieved_in_time": True,
        "river_line": True,
        "river_share": 0.9,
        "new_river_line": True,
        "new_river_share": 0.9,
        "rivals_hold_city": True,
        "proxies_try": True,
        "proxies_kept_out": True,
        "proxy_gain_km": 60.0,
        "proxies_gain": True,
        "half_lost": True,
        "sites_lost": 0.7,
        "retaken": 5.0,
        "thin_share": 0.9,
        "sites_retaken": 1.0,
        "early": True,
        "incidents": 10,
        "near": 10,
        "stuck_high": False,
        "stuck_low": False,
        "runaway": False,
        "road_km_day": 3.0,
        "march_km_day": 2.0,
        "town_km_day": 0.1,
        "day_0_road": 0.1,
        "breaches": 0,
        "siege_side": "west",
        "siege_actor": "syria",
        "outcomes": [
            {
                "patterns": {
                    "losses": {
                        "7.SDF-IS.isis": 2200.0,
                        "7.Syria_gov-IS.isis": 2200.0,
                    },
                    "breach_words": [],
                }
            }
        ]
        * N,
    }
    return pd.DataFrame({**columns, **changed})


def arms(**changed) -> pd.DataFrame:
    base = 60.0 + np.arange(N) % 5
    found = [
        runs(arm="no_tiger_force", relief_days=base + 10),
        runs(arm="no_russian_sorties", relief_days=base + 20),
        runs(arm="bridges_free", river_line=False),
        runs(arm="no_screen"),
    ]
    return pd.concat(found, ignore_index=True).assign(**changed)


def test_runs_that_show_every_pattern_reach_every_verdict():
    missed = [
        one
        for one in findings(runs(), runs(), arms())
        if one.verdict not in ("", REACHED)
    ]

    assert missed == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("relieved_in_time", False),
        ("river_line", False),
        ("new_river_line", False),
        ("rivals_hold_city", False),
        ("proxies_try", False),
        ("proxies_kept_out", False),
        ("half_lost", False),
        ("retaken", 1.0),
        ("thin_share", 0.2),
        ("near", 5),
        ("early", False),
        ("stuck_high", True),
        ("stuck_low", True),
        ("runaway", True),
        ("road_km_day", 20.0),
        ("town_km_day", 2.0),
        ("day_0_road", 0.4),
        ("breaches", 1),
    ],
)
def test_each_figure_that_fails_is_said_not_to_be_reached(column, value):
    changed = runs(**{column: value})
    lost = [one for one in findings(changed, changed, arms()) if one.verdict == MISSED]

    assert lost


def test_every_counterfactual_can_fail():
    turned = arms(river_line=True, proxies_gain=False, relief_days=10.0)
    lost = [one for one in findings(runs(), runs(), turned) if one.verdict == MISSED]

    assert len(lost) == len(COUNTERFACTUALS) + 2


def test_cell_sizes_agree_only_near_each_other():
    one = runs()

    assert agreement(one, one).verdict == REACHED
    assert agreement(one, runs(relief_days=one["relief_days"] + 4.0)).verdict == MISSED
    spread = runs(relief_days=np.linspace(0.0, 166.0, N))
    assert agreement(spread, spread).verdict == UNDECIDED


def test_one_breach_in_one_run_breaks_the_rules_verdict():
    broken = runs(breaches=[0] * (N - 1) + [1])

    assert kept_rules(runs(), broken).verdict == MISSED
    assert kept_rules(runs()).verdict == REACHED


def test_deaths_are_a_quarter_of_killed_and_wounded():
    assert deaths(runs())["7.SDF-IS.isis"].iloc[0] == pytest.approx(550.0)


def test_the_longest_stretch_is_counted_across_gaps():
    assert longest(np.array([1, 1, 0, 1, 1, 1, 0], dtype=bool)) == 3
    assert longest(np.zeros(4, dtype=bool)) == 0


def test_every_figure_has_a_row_on_the_page():
    found = findings(runs(), runs(), arms())
    manifest = SimpleNamespace(versions={"code": "abc"}, scenario="0" * 64)
    swept = SimpleNamespace(results=runs(), failed=0, manifest=manifest)
    page = document(
        found,
        {"10km": swept, "5km": swept},
        runs={"10km": runs(), "5km": runs(), "arms": arms()},
    )

    assert page.count("\n| ") >= len(found)
    assert all(one.what in page for one in found)
    assert {each.pattern for each in BOTH_SIZES} == {f"P{n}" for n in range(1, 7)}
    assert table([]).count("\n") == 1


def test_the_arms_share_the_references_seeds():
    from experiments.run import Cases

    found = studies(Sizes(coarse=5, fine=3, arms=2))
    seeds = {name: [case.seed for case in Cases(each)] for name, each in found.items()}

    assert len(seeds["10km"]) == 5
    assert seeds["5km"] == seeds["10km"][:3]
    assert set(seeds["arms"]) == set(seeds["10km"][:2])
    assert found["5km"].cell_km == 5.0
    assert found["10km"].cell_km == 10.0


def test_a_pattern_run_is_the_run_it_watches():
    case = Case(0, 0, 0, 5, "deir_ezzor_2017", {}, (), 6, 10.0)
    plain, watched = run_case(case), run_pattern(case)

    assert watched.digest == plain.digest
    found = watched.outcomes.pop("patterns")
    assert watched.outcomes == plain.outcomes
    assert found["breaches"] == 0
    assert found["road_km_day"]
    assert len(found["tension_most"]) == 7


def test_contact_is_where_ground_of_both_blocs_borders():
    model = ConflictModel("two_valleys", rng=1, collect=False)
    theatre, world = model.theatre, model.world
    sides = [int(theatre.bloc[0]), int(theatre.bloc[1])]
    world.cells.holder[:] = theatre.nobody
    width = theatre.grid.width
    at = 3 * width + 3
    world.cells.holder[at], world.cells.holder[at + 1] = 0, 1

    ground, bodies = contacts(world, theatre, sides)

    assert np.flatnonzero(ground).tolist() == [at, at + 1]
    assert (bodies & ground).sum() == 2


def test_only_attackers_near_a_held_town_are_inside_it():
    model = ConflictModel("deir_ezzor_2017", rng=1, cell_km=10, collect=False)
    theatre, formations = model.theatre, model.world.formations
    rows = in_defended_towns(model.world, theatre)
    reach = theatre.parameters.fight.reach
    towns = np.flatnonzero(theatre.site_population >= 5_000)
    x, y = theatre.grid.center_km(formations.cell[rows])
    away = np.hypot(
        x[:, None] - theatre.site_x_km[towns], y[:, None] - theatre.site_y_km[towns]
    )

    assert (away.min(axis=1) <= reach + theatre.grid.cell_km).all()
    model.world.formations.personnel[:] = 0.0
    assert len(in_defended_towns(model.world, theatre)) == 0


def test_contact_of_the_first_day_is_left_out_of_the_new_line():
    model = ConflictModel("two_valleys", rng=1, collect=False)
    theatre = model.theatre
    parties = Parties(loyalist=theatre.bloc_names[int(theatre.bloc[0])], sdf="borealia")
    width, first = theatre.grid.width, np.full(theatre.grid.n_cells, theatre.nobody)
    banks = theatre.bank.reshape(theatre.grid.shape)
    row, left = np.argwhere(banks[:, 1:] != banks[:, :-1])[0].tolist()
    across = row * width + left
    flat = banks.ravel()
    below = range((row + 3) * width, len(flat) - 1)
    dry = next(cell for cell in below if flat[cell] == flat[cell + 1])
    first[[dry, dry + 1]] = 0, theatre.holder_index["borealia"]
    last = first.copy()
    last[[across, across + 1]] = 0, theatre.holder_index["borealia"]

    # two pairs touch, one of them over the river; the dry one is old
    assert river_share(last, theatre, parties) == pytest.approx(0.5)
    assert river_share(last, theatre, parties, before=first) == 1.0


def test_what_people_wrote_below_the_figures_is_kept(tmp_path):
    page = tmp_path / "patterns.md"
    assert remarks(page) == ""
    page.write_text(
        "# Old figures\n\n## What is missed, and what is suspected\n\nWhy.\n"
    )

    assert remarks(page) == "\n## What is missed, and what is suspected\n\nWhy.\n"
