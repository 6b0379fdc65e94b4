"""Variants of the model: what they change, and the page that compares them."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pandas as pd
import pytest
from stubs_history import run_history

from abm.scenario import load_scenario
from experiments.ensemble import Ensemble
from experiments.scoring.items import Items
from experiments.sweeps import Plan
from experiments.validation import variants
from experiments.validation.page import effect, goals, write_validation
from experiments.validation.shuffles import shuffled
from experiments.validation.variants import (
    ABLATIONS,
    RANDOMLY,
    Bench,
    Size,
    run_all,
)

SIZE = Size(members=2, shuffles=2, fit=3, each=1, cell_km=10.0, days=74)


@cache
def scenario():
    return load_scenario("deir_ezzor_2017")


def ablation(name):
    return next(each for each in ABLATIONS if each.name == name).overrides(scenario())


def test_a_shuffle_deals_every_list_of_objectives_to_another_actor(tmp_path):
    other = load_scenario(str(shuffled(scenario(), tmp_path / "s0", seed=3)))

    def dealt(known):
        return {a.id: tuple(o.id for o in a.objectives) for a in known.actors}

    before, after = dealt(scenario()), dealt(other)
    assert sorted(before.values()) == sorted(after.values())
    lists = list(before.values())  # both militias want the same
    same = [actor for actor in before if before[actor] == after[actor]]
    assert all(lists.count(before[actor]) > 1 for actor in same)


def test_a_shuffle_changes_nothing_but_the_objectives(tmp_path):
    other = load_scenario(str(shuffled(scenario(), tmp_path / "s0", seed=3)))

    assert other.parameters.phases() == scenario().parameters.phases()
    assert other.forces == scenario().forces
    for one, same in zip(scenario().actors, other.actors, strict=True):
        skipped = {"objectives"}
        assert one.model_dump(exclude=skipped) == same.model_dump(exclude=skipped)


def test_the_same_seed_deals_the_same_objectives(tmp_path):
    one, same, other = (
        load_scenario(str(shuffled(scenario(), tmp_path / name, seed=seed))).hash
        for name, seed in (("a", 3), ("b", 3), ("c", 4))
    )

    assert one == same
    assert one != other


def test_without_autonomy_only_proxies_do_as_their_patrons_wish():
    changes = ablation("no proxies' autonomy")
    proxies = {actor.id for actor in scenario().actors if actor.kind == "proxy"}

    assert {path.split(".")[1] for path in changes} == proxies
    assert set(changes.values()) == {0.0}


def test_without_air_nobody_flies():
    changed = scenario().with_overrides(ablation("no air"))

    assert {row.sorties_per_day for row in changed.air} == {0.0}


def test_without_escalation_no_incident_adds_tension():
    changes = ablation("no escalation")
    severities = [path for path in changes if path.startswith("escalate.severity_")]

    assert len(severities) == 8
    assert changes["escalate.gain"] == 0


@pytest.mark.parametrize("variant", [*ABLATIONS, RANDOMLY], ids=lambda each: each.name)
def test_the_scenario_takes_every_variant(variant):
    changes = variant.overrides(scenario())

    assert changes
    assert scenario().with_overrides(changes).hash == scenario().hash


def test_what_a_variant_fixes_is_not_undone_by_the_ensemble(tmp_path):
    table = pd.DataFrame({"decide.rationality": [300.0], "fight.attrition": [0.05]})
    plan = Plan(workers=1, run=run_history, prepare=None)
    sets = Ensemble(np.ones(1), table)
    size = replace(SIZE, members=1)
    bench = Bench("deir_ezzor_2017", scenario(), tmp_path, size, plan, sets)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(variants, "completed", lambda cases, *_, **__: cases)
        patch.setattr(variants, "from_store", lambda cases: cases)
        (case,) = list(bench.ran(RANDOMLY))

    assert case.overrides["decide.rationality"] == 0.0
    assert case.overrides["fight.attrition"] == 0.05


def items(values):
    count = len(values)
    no = np.zeros(count, dtype=bool)
    names = tuple(str(number) for number in range(count))
    return Items("brier", names, np.array(values), np.ones(count), no, no)


def test_the_effect_of_a_part_is_what_the_score_loses_without_it():
    # (3 - 1 + 4 - 2) / 2 = 2, at every item alike
    found = effect(items([3.0, 4.0]), items([1.0, 2.0]))

    assert found == pytest.approx((2.0, 2.0, 2.0))


@cache
def validated():
    folder = Path(mkdtemp())
    plan = Plan(workers=1, run=run_history, prepare=None, preload=("experiments.run",))
    runs = run_all("deir_ezzor_2017", folder / "runs", SIZE, plan=plan)
    page = write_validation(runs, SIZE, docs=folder, command="abm validation")
    return runs, page


@pytest.mark.slow
def test_the_page_holds_goals_scores_ablations_and_the_map():
    runs, page = validated()
    text = page.read_text()

    assert text.count("| **no** |") + text.count("| yes |\n") >= 4
    for name in ("persistence", "constant rate", "random decisions", "no raids"):
        assert name in text
    assert (page.parent / "img" / "validation_errors.png").stat().st_size > 10_000
    assert runs.model.prediction.weights.tolist() == [0.5, 0.5]


@pytest.mark.slow
def test_a_variant_that_changes_nothing_has_no_effect():
    text = validated()[1].read_text()  # the stub reads none of the ablations' paths
    row = next(line for line in text.split("\n") if line.startswith("| no raids"))

    assert row.count("0 [0, 0]") == 5


@pytest.mark.slow
def test_goals_are_judged_by_their_figures():
    from experiments.scoring.baselines import CALIBRATION
    from experiments.scoring.score import score

    runs = validated()[0]
    scored = score(runs.model, CALIBRATION, beside=runs.baselines)
    found = goals(scored)

    assert len(found) == 4
    brier = {name: each["brier"].mean() for name, each in scored.items.items()}
    skill = 1 - brier["model"] / brier["persistence"]
    assert found[0].met == (skill >= 0.3)
    assert f"{skill:.2f}" in found[0].figure
