"""A parameter at either end of its range gives different recorded tables."""

import pytest
from acting import SILENT, TRIALS, acts_in, digest, ranges, sample

DRAWN = sample(3, seed=2017)


@pytest.mark.parametrize("path", DRAWN)
def test_a_drawn_parameter_changes_a_recorded_table(path):
    assert acts_in(path, TRIALS[:5]) is not None


OTHERS = sorted(set(ranges("two_valleys")) - set(DRAWN) - set(SILENT))


@pytest.mark.slow
@pytest.mark.parametrize("path", OTHERS)
def test_each_other_parameter_changes_a_recorded_table(path):
    assert acts_in(path) is not None


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(SILENT))
def test_what_is_said_to_act_nowhere_does_not(path):
    assert acts_in(path) is None, "it acts: take it off the list"


def test_the_same_run_records_the_same_tables():
    assert digest({}, **TRIALS[0]) == digest({}, **TRIALS[0])


def test_both_scenarios_have_every_parameter():
    assert ranges("deir_ezzor_2017").keys() == ranges("two_valleys").keys()
