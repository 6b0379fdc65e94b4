"""Verdicts follow from the intervals alone, whichever way they fall."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from experiments import claimed
from experiments.claims import document
from experiments.measures import gain, river_share
from experiments.parties import Parties
from experiments.verdicts import (
    ASSUMED,
    CONTRADICTED,
    SUPPORTED,
    UNDECIDED,
    UNTESTED,
    Effect,
    bootstrap,
    difference,
    share_of,
    together,
)

N = 40
ARMS = (
    "reference",
    "no_screen",
    "bridges_intact",
    "no_tiger_force",
    "no_sdf_screen",
    "no_us_denial",
    *(f"{state}_{name}" for state in ("open", "shut") for name, _ in claimed.STRENGTHS),
)


def effect(low, high, *, limit=0.0, wanted=1, runs=N):
    return Effect("", (low + high) / 2, low, high, runs, limit=limit, wanted=wanted)


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (effect(0.1, 2.0), SUPPORTED),
        (effect(-0.1, 2.0), UNDECIDED),
        (effect(-2.0, -0.1), CONTRADICTED),
        (effect(0.0, 0.0), UNDECIDED),
        (effect(-2.0, -0.1, wanted=-1), SUPPORTED),
        (effect(0.1, 2.0, wanted=-1), CONTRADICTED),
        (effect(0.6, 0.9, limit=0.5), SUPPORTED),
        (effect(0.4, 0.9, limit=0.5), UNDECIDED),
        (effect(float("nan"), float("nan")), UNDECIDED),
        (effect(0.1, 0.2, runs=0), UNTESTED),
    ],
)
def test_a_claim_is_decided_only_by_the_whole_interval(given, verdict):
    assert given.verdict() == verdict


def test_a_claim_that_needs_two_effects_needs_both():
    yes, no, unsure = effect(1, 2), effect(-2, -1), effect(-1, 1)

    assert together((yes, yes)) == SUPPORTED
    assert together((yes, unsure)) == UNDECIDED
    assert together((unsure, no)) == CONTRADICTED


def runs(**changed) -> pd.DataFrame:
    """Return runs in which nothing differs between the arms but what is given."""
    rng = np.random.default_rng(5)
    noise = rng.normal(size=N)
    rows = []
    for arm in ARMS:
        for seed in range(N):
            row = {
                "arm": arm,
                "replicate": seed,
                "flash_max": noise[seed],
                "flash_sum": noise[seed],
                "tanf_reach": False,
                "tanf_gain_km": 10.0 + noise[seed],
                "shots": seed % 2 == 0,
                "incidents": 5.0 + noise[seed],
                "relief_days": 60.0 + noise[seed],
                "sdf_mean_km": 80.0 + noise[seed],
                "river_share": 0.9,
                "road": 0.2,
                "tonnes": 0.0,
            }
            row.update(changed.get(arm, {}))
            rows.append(row)
    return pd.DataFrame(rows)


def test_pairing_by_seed_removes_the_noise_that_pairs_share():
    table = runs()
    table.loc[table["arm"] == "no_sdf_screen", "relief_days"] -= 0.1
    found = difference(
        table, "relief_days", arms=("no_sdf_screen", "reference"), what="", wanted=-1
    )

    assert found.value == pytest.approx(-0.1)
    assert (found.low, found.high) == pytest.approx((-0.1, -0.1))
    assert found.runs == N
    assert found.verdict() == SUPPORTED


def test_a_seed_that_failed_in_one_arm_is_left_out_of_the_pairs():
    table = runs()
    lost = (table["arm"] == "reference") & (table["replicate"] < 3)
    found = difference(
        table[~lost], "road", arms=("no_us_denial", "reference"), what=""
    )

    assert found.runs == N - 3


def test_the_bootstrap_covers_the_mean_and_narrows_with_runs():
    rng = np.random.default_rng(2)
    few, many = (bootstrap(rng.normal(3, 1, size)) for size in (20, 500))

    assert few[0] < 3 < few[1]
    assert many[1] - many[0] < few[1] - few[0]
    assert np.isnan(bootstrap(np.ones(3))).all()


def test_where_nothing_differs_nothing_is_supported():
    found = {v.claim: v.verdict for v in verdicts(runs())}

    assert SUPPORTED not in {found[claim] for claim in ("C1", "C3", "C5", "C6")}


def verdicts(table):
    return (
        claimed.c1(table),
        claimed.c2(table),
        claimed.c3(table),
        claimed.c4(table, fixed=True),
        claimed.c5(table),
        claimed.c6(table),
        claimed.p2(table),
    )


def test_the_screen_must_be_what_stops_the_tanf_proxies():
    held_anyway = claimed.c2(runs())
    set_free = claimed.c2(runs(no_screen={"tanf_gain_km": 90.0}))

    both = {"tanf_gain_km": 90.0}
    far_anyway = claimed.c2(runs(no_screen=both, reference=both))

    assert held_anyway.verdict == CONTRADICTED
    assert held_anyway.decisive.verdict() == CONTRADICTED
    assert set_free.verdict == SUPPORTED
    assert far_anyway.verdict != SUPPORTED


def test_the_river_must_be_the_line_because_it_is_hard_to_cross():
    easy = claimed.p2(runs(bridges_intact={"river_share": 0.4}))
    never_met = claimed.p2(runs(reference={"river_share": float("nan")}))

    assert easy.verdict == SUPPORTED
    assert never_met.verdict == UNTESTED


def test_an_effect_whose_sign_a_range_fixes_is_assumed_however_large():
    table = runs(shut_middle={"incidents": 50.0})

    assert claimed.c4(table, fixed=True).verdict == ASSUMED
    assert claimed.c4(table, fixed=False).verdict == SUPPORTED


def test_more_likely_than_not_needs_the_whole_interval():
    # 20 of 40 runs: Wilson's interval holds one half
    assert claimed.c3(runs()).verdict == UNDECIDED
    assert claimed.c3(runs(reference={"shots": True})).verdict == SUPPORTED
    hits = pd.Series([True] * 3 + [False] * 37)
    assert share_of(hits, what="").verdict() == CONTRADICTED


def test_what_an_actor_gains_is_how_much_nearer_it_ever_came():
    assert gain(np.array([200.0, 150.0, 180.0])) == 50.0
    assert gain(np.array([200.0, np.inf])) == 0.0
    assert gain(np.array([np.inf, 100.0])) == 0.0


def test_the_rivers_share_of_the_contact_by_hand():
    # L loyalist, S SDF, . nobody; the river runs between columns 1 and 2:
    #   L L S .
    #   . L S S
    # contacts of L and S, diagonals included, all across the river: (0,1)-(0,2),
    # (0,1)-(1,2), (1,1)-(0,2), (1,1)-(1,2); then row 2 below, on one bank:
    #   . . S L   adds (2,2)-(2,3) and, above it, (1,2)-(2,3), (1,3)-(2,3) on one
    # bank, and (1,1)-(2,2) across: 5 of 8
    holder = np.array([0, 0, 1, 2, 2, 0, 1, 1, 2, 2, 1, 0])
    theatre = SimpleNamespace(
        grid=SimpleNamespace(shape=(3, 4)),
        bank=np.array([1, 1, 0, 0] * 3),
        bloc=np.array([0, 1, 2]),
        bloc_names=("loyalist", "coalition", "nobody"),
        holder_index={"sdf": 1},
    )

    assert river_share(holder, theatre, Parties()) == 5 / 8
    assert np.isnan(river_share(np.full(12, 2), theatre, Parties()))


def test_the_page_shows_sentence_figures_and_verdict_of_every_claim(monkeypatch):
    swept = SimpleNamespace(
        study=SimpleNamespace(
            scenario="deir_ezzor_2017",
            name="claims",
            replicates=N,
            days=166,
            cell_km=10.0,
        ),
        manifest=SimpleNamespace(versions={"code": "abc"}, scenario="0" * 64),
        results=range(480),
        failed=0,
    )
    page = document(verdicts(runs()), swept, seconds=90)

    for claim in ("C1", "C2", "C3", "C4", "C5", "C6", "P2"):
        assert f"\n## {claim}\n" in page
        assert f"(claims/{claim.lower()}.svg)" in page
    assert "the potential to be an even bigger flashpoint than Al-Tanf" in page
    assert "**Assumed.**" in page
