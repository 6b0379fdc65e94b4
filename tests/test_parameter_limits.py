"""Values that no run could bear are refused; the others leave no number undefined."""

import warnings

import pytest
from acting import ranges, sample

from abm.model import ConflictModel
from abm.scenario import ScenarioError, load_scenario
from abm.scenario.parameters import DIVISORS, REACHES

DRAWN = sample(12, seed=18)
SCENARIO = load_scenario("two_valleys")


def run_a_day(path, value):
    """Run a day with a value of a parameter; a refusal is an answer too."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        try:
            changed = SCENARIO.with_overrides({path: value})
            model = ConflictModel(changed, rng=1, days=1, collect=False)
        except ScenarioError:
            return
        while model.running:
            model.step()


@pytest.mark.parametrize("path", DRAWN)
def test_a_drawn_parameter_may_be_zero_or_is_refused(path):
    run_a_day(path, 0.0)


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(set(ranges("two_valleys")) - set(DRAWN)))
def test_each_other_parameter_may_be_zero_or_is_refused(path):
    run_a_day(path, 0.0)


@pytest.mark.parametrize("path", sorted(DIVISORS))
def test_what_something_is_divided_by_is_above_zero(path):
    with pytest.raises(ScenarioError, match=f"{path}: not above 0 .*; plausible: "):
        SCENARIO.with_overrides({path: 0.0})


@pytest.mark.parametrize("path", sorted(REACHES))
def test_a_reach_beyond_any_map_is_refused_and_one_over_the_whole_map_is_not(path):
    run_a_day(path, 2000.0)
    with pytest.raises(ScenarioError, match=f"{path}: more than 2000 km .*; plausible"):
        SCENARIO.with_overrides({path: 2001.0})


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("tension", 1.5, r"not in \[0, 1\] \(got 1.5\)"),
        ("tension", -0.1, r"not in \[0, 1\] \(got -0.1\)"),
        ("rung", 7, r"not a rung, 0 to 6 \(got 7\)"),
        ("rung", 2.5, r"not a rung, 0 to 6 \(got 2.5\)"),
    ],
)
def test_a_relation_beyond_its_scale_is_refused(field, value, says):
    with pytest.raises(ScenarioError, match=says):
        SCENARIO.with_overrides({f"relations.aurelia.borealia.{field}": value})


@pytest.mark.parametrize("value", [10**400, float("inf"), float("nan")])
def test_a_number_that_is_none_is_refused(value):
    with pytest.raises(ScenarioError, match="not finite"):
        SCENARIO.with_overrides({"fight.attrition": value})
