"""Parameters carry their evidence, and no other unit than the code's gets in."""

from dataclasses import FrozenInstanceError, fields

import pytest

from abm.scenario import load_scenario, shipped
from abm.scenario.parameters import KINDS, Parameters, evidence_of, units
from abm.scenario.parameters.control import ControlParameters

UNITS = units(ControlParameters)


def entry(name, **changes):
    good = {
        "value": 1.0,
        "unit": UNITS[name],
        "range": [0.0, 2.0],
        "basis": "assumed",
        "source": "A test.",
    }
    return {**good, **changes}


def raw(**changes):
    return {name: changes.get(name, entry(name)) for name in UNITS}


def said(raw_):
    return evidence_of(raw_, ControlParameters, file="control.toml")[1]


def test_a_whole_file_has_no_problem():
    assert said(raw()) == []


def test_missing_and_unknown_parameters_are_named():
    name, *_ = UNITS
    wrong = {f"{name}s" if key == name else key: value for key, value in raw().items()}

    assert said(wrong) == [
        f"control.toml: {name}: missing",
        f"control.toml: {name}s: unknown parameter; did you mean {name!r}?",
    ]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"unit": "fortnight"},
            ".unit: another unit than the code's (got 'fortnight'); write {unit!r}",
        ),
        (
            {"value": 3.0},
            ": value outside its range [0.0, 2.0] (got 3.0); "
            "widen the range or change the value",
        ),
        (
            {"value": float("nan")},
            ".value: Input should be a finite number (got nan)",
        ),
        (
            {"range": [0.0, float("inf")]},
            ".range[1]: Input should be a finite number (got inf)",
        ),
        (
            {"basis": "guessed"},
            ".basis: unknown (got 'guessed'); known: assumed, estimated, measured",
        ),
        ({"source": ""}, ".source: String should have at least 1 character (got '')"),
        ({"value": True}, ".value: Input should be a valid number (got True)"),
        ({"value": "1"}, ".value: Input should be a valid number (got '1')"),
    ],
)
def test_wrong_evidence_is_explained(change, says):
    name, *_ = UNITS
    wrong = raw(**{name: entry(name, **change)})

    assert said(wrong) == [f"control.toml: {name}{says.format(unit=UNITS[name])}"]


def test_evidence_that_is_no_table_is_explained():
    name, *_ = UNITS

    assert said(raw(**{name: 0.5}))[0].startswith(f"control.toml: {name}: ")


@pytest.mark.parametrize("name", shipped())
def test_every_parameter_of_the_code_has_its_evidence_in_every_scenario(name):
    scenario = load_scenario(name)
    for phase, kind in KINDS.items():
        for part in fields(kind):
            evidence = scenario.evidence[f"{phase}.{part.name}"]
            value = getattr(getattr(scenario.parameters, phase), part.name)
            assert value == evidence.value
            assert isinstance(value, float)
            assert evidence.unit == units(kind)[part.name]


def test_both_scenarios_know_the_same_parameters():
    one, other = (load_scenario(name).parameters.phases() for name in shipped())

    assert one.keys() == other.keys() == KINDS.keys()


def test_every_field_of_a_phase_is_explained_in_its_docstring():
    for kind in KINDS.values():
        for part in fields(kind):
            assert part.name in (kind.__doc__ or ""), (kind, part.name)


def test_parameters_are_frozen():
    parameters = load_scenario("two_valleys").parameters

    with pytest.raises(AttributeError, match="with_overrides"):
        parameters.fight = None
    with pytest.raises(FrozenInstanceError):
        parameters.fight.attrition = 1.0
    with pytest.raises(AttributeError, match="no parameters of a phase 'figth'"):
        _ = parameters.figth


def test_parameters_survive_a_copy():
    import copy

    parameters = Parameters({"fight": load_scenario("two_valleys").parameters.fight})

    assert copy.deepcopy(parameters).phases() == parameters.phases()
