"""Values change by path, validated and in any order; files stay as they are."""

from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.scenario import (
    Intervention,
    ScenarioError,
    assignment,
    load_interventions,
    load_scenario,
    paths,
)
from abm.scenario.overrides import rescaled
from abm.scenario.paths import values

SMALL = load_scenario("two_valleys")
NUMBERS = sorted(
    path
    for path, value in values(SMALL).items()
    if isinstance(value, float) and not path.endswith((".weight", ".threshold"))
)


def refusal(changes, scenario=SMALL):
    with pytest.raises(ScenarioError) as caught:
        scenario.with_overrides(changes)
    return list(caught.value.problems)


def value_at(scenario, path):
    return values(scenario)[path]


CHANGES = {
    "fight.attrition": 0.02,
    "actors.aurelia.risk_aversion": 1.5,
    "actors.hillfolk.autonomy": 0.9,
    "actors.aurelia.engineers": False,
    "actors.hillfolk.patrons.aurelia.dependence": 0.1,
    "forces.F01.personnel": 0,
    "relations.aurelia.borealia.air_channel": False,
    "relations.aurelia.raiders.stance": "neutral",
    "relations.hillfolk.raiders.tension": 0.4,
    "rules.warning.threshold": 0.3,
    "rules.red_tower.radius_km": 15,
    "crossings.C02.status": "usable",
    "air.B01.sorties_per_day": 1,
    "air.B01.count": 0,
    "air.B03.grounded": True,
    "sites.T05.controller": "aurelia",
    "sites.T05.supply_capacity": 5000,
    "forces.F02.cell_site": "T04",
}


@pytest.mark.parametrize(("path", "value"), CHANGES.items())
def test_a_value_of_every_kind_can_be_changed(path, value):
    assert path in values(SMALL)

    changed = SMALL.with_overrides({path: value})

    assert value_at(changed, path) == value
    others = set(values(SMALL)) - {path}
    assert all(value_at(changed, p) == value_at(SMALL, p) for p in others)


def test_the_scenario_that_is_changed_stays_as_it_was():
    before = values(SMALL)

    SMALL.with_overrides(CHANGES)

    assert values(SMALL) == before


def test_stance_and_patronage_change_for_all_who_read_them():
    changed = SMALL.with_overrides(
        {
            "relations.raiders.aurelia.stance": "neutral",
            "actors.hillfolk.patrons.aurelia.dependence": 0.1,
        }
    )

    stance = changed.relations.stance
    assert stance["aurelia", "raiders"] == stance["raiders", "aurelia"] == "neutral"
    assert changed.relations.patronage["hillfolk", "aurelia"] == 0.1
    assert changed.actor("hillfolk").patrons[0].dependence == 0.1


def test_a_pair_may_be_named_in_either_order():
    one = SMALL.with_overrides({"relations.aurelia.borealia.tension": 0.5})
    other = SMALL.with_overrides({"relations.borealia.aurelia.tension": 0.5})

    assert one.key == other.key
    assert one.overrides == other.overrides


def test_a_set_weight_stays_and_the_others_are_rescaled_to_a_sum_of_one():
    """Hillfolk 0.4, 0.3, 0.3; the first set to 0.7 leaves 0.3 for 0.6: halves."""
    path = "actors.hillfolk.objectives.hold_old_road.weight"

    weights = [
        o.weight for o in SMALL.with_overrides({path: 0.7}).actor("hillfolk").objectives
    ]

    assert weights == pytest.approx([0.7, 0.15, 0.15])


def test_two_weights_of_one_actor_leave_the_rest_to_the_third():
    start = "actors.hillfolk.objectives"
    changed = SMALL.with_overrides(
        {f"{start}.hold_old_road.weight": 0.5, f"{start}.down_the_valley.weight": 0.1}
    )

    weights = [o.weight for o in changed.actor("hillfolk").objectives]
    assert weights == pytest.approx([0.5, 0.1, 0.4])


def test_weights_above_one_together_are_refused():
    start = "actors.hillfolk.objectives"
    changes = {
        f"{start}.hold_old_road.weight": 0.8,
        f"{start}.down_the_valley.weight": 0.5,
    }

    assert refusal(changes) == [f"{start}: weights sum to 1.3, not 1"]


@given(
    st.lists(st.floats(0, 1), min_size=2, max_size=6),
    st.floats(0, 1),
    st.integers(0, 5),
)
def test_rescaled_weights_sum_to_one_and_keep_their_proportions(raw, given_, which):
    total = fsum(raw)
    names = [f"w{number}" for number in range(len(raw))]
    weights = {
        name: value / total if total else 1 / len(raw)
        for name, value in zip(names, raw, strict=True)
    }
    name = names[which % len(names)]

    scaled = rescaled(weights, {name: given_})

    assert scaled[name] == given_
    assert fsum(scaled.values()) == pytest.approx(1)
    assert all(0 <= value <= 1 + 1e-9 for value in scaled.values())


REFUSED = {
    "fight.atrition": (
        0.1,
        "fight.atrition: unknown path; did you mean 'fight.attrition'?",
    ),
    "relations.aurelia.borealya.air_channel": (
        True,
        "relations.aurelia.borealya.air_channel: unknown path; "
        "did you mean 'relations.aurelia.borealia.air_channel'?",
    ),
    "actors.aurelia.autonomy": (
        1.5,
        "actors.aurelia.autonomy: Input should be less than or equal to 1 (got 1.5)",
    ),
    "fight.attrition": (
        float("nan"),
        "fight.attrition: not finite (got nan)",
    ),
    "forces.F01.personnel": (
        -5,
        "forces.F01.personnel: negative (got -5); unit person",
    ),
    "forces.F01.quality": (True, "forces.F01.quality: not a number (got True)"),
    "forces.F02.quality": ("high", "forces.F02.quality: not a number (got 'high')"),
    "air.B01.grounded": (1, "air.B01.grounded: not true or false (got 1)"),
    "sites.T05.controller": (
        "aurelya",
        "sites.T05.controller: unknown name (got 'aurelya'); did you mean 'aurelia'?",
    ),
    "crossings.C02.status": (
        "usable_boat",
        "crossings.C02.status: unknown name (got 'usable_boat'); "
        "did you mean 'usable_boats'?",
    ),
    "forces.F01.cell_site": (
        "T19",
        "forces.F01.cell_site: unknown name (got 'T19'); did you mean 'T18'?",
    ),
    "relations.aurelia.raiders.stance": (
        "peace",
        "relations.aurelia.raiders.stance: unknown name (got 'peace'); "
        "known: allied, deconflicted, neutral, partner, war",
    ),
    "rules.red_tower.radius_km": (
        0,
        "rules.red_tower.radius_km: Input should be greater than 0 (got 0)",
    ),
}


@pytest.mark.parametrize(
    ("path", "value", "says"), [(p, v, s) for p, (v, s) in REFUSED.items()]
)
def test_an_impossible_change_is_refused_with_its_reason(path, value, says):
    assert refusal({path: value}) == [says]


def test_all_unknown_paths_are_named_at_once():
    assert len(refusal({"fight.atrition": 1, "fight.contcat": 1})) == 2


def test_a_value_outside_its_plausible_range_is_allowed():
    evidence = SMALL.evidence["fight.attrition"]

    changed = SMALL.with_overrides({"fight.attrition": evidence.range[1] * 2})

    assert changed.parameters.fight.attrition == evidence.range[1] * 2
    assert changed.evidence["fight.attrition"] == evidence


@given(st.permutations(sorted(CHANGES)), st.integers(0, len(CHANGES)))
def test_neither_order_nor_steps_of_changes_matter(order, cut):
    changes = {path: CHANGES[path] for path in order}
    first = {path: changes[path] for path in order[:cut]}
    rest = {path: changes[path] for path in order[cut:]}

    at_once = SMALL.with_overrides(changes)
    in_steps = SMALL.with_overrides(first).with_overrides(rest)

    assert at_once.key == in_steps.key
    assert values(at_once) == values(in_steps)


@given(st.sampled_from(NUMBERS), st.floats(0.1, 1.0))
def test_every_number_takes_the_value_it_is_given(path, part):
    setting = SMALL.evidence[path]
    value = setting.range[0] + part * (setting.range[1] - setting.range[0])

    assert value_at(SMALL.with_overrides({path: value}), path) == value


def test_no_change_is_the_same_scenario():
    assert SMALL.with_overrides({}) is SMALL


def test_the_key_tells_apart_what_differs_and_only_that():
    one = SMALL.with_overrides({"fight.attrition": 0.02})
    same = SMALL.with_overrides({"fight.attrition": 0.02})
    other = SMALL.with_overrides({"fight.attrition": 0.03})

    assert one.key == same.key
    assert len({SMALL.key, one.key, other.key}) == 3
    assert one.hash == SMALL.hash


def test_paths_list_the_values_in_force():
    changed = SMALL.with_overrides({"fight.attrition": 0.02})
    listed = {setting.path: setting for setting in paths(changed)}

    assert listed["fight.attrition"].value == 0.02
    assert listed["fight.attrition"].unit == "1/day"
    assert listed["fight.attrition"].during_run


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("fight.attrition=0.02", "fight.attrition", 0.02),
        ("forces.F01.personnel = 0", "forces.F01.personnel", 0),
        ("air.B01.grounded=true", "air.B01.grounded", True),
        ("sites.T05.controller=aurelia", "sites.T05.controller", "aurelia"),
        ('sites.T05.controller="aurelia"', "sites.T05.controller", "aurelia"),
        ("a.b=[1]", "a.b", "[1]"),
    ],
)
def test_an_assignment_is_read_as_written(text, path, value):
    assert assignment(text) == (path, value)
    assert type(assignment(text)[1]) is type(value)


def test_what_is_no_assignment_is_refused():
    with pytest.raises(ScenarioError, match=r"'fight\.attrition': not PATH=VALUE"):
        assignment("fight.attrition")


# Interventions

GOOD = """
[[intervention]]
day = 9
path = "air.B01.grounded"
value = true
note = "Fog."

[[intervention]]
day = 2.5
path = "relations.borealia.aurelia.air_channel"
value = false
note = "The wire is cut."
"""


def test_interventions_are_read_by_day_with_their_paths_in_order(tmp_path):
    path = tmp_path / "changes.toml"
    path.write_text(GOOD)

    found = load_interventions(path, SMALL)

    assert [(item.day, item.path, item.value) for item in found.interventions] == [
        (2.5, "relations.aurelia.borealia.air_channel", False),
        (9.0, "air.B01.grounded", True),
    ]
    assert found.key != SMALL.key
    assert SMALL.interventions == ()


@pytest.mark.parametrize(
    ("find", "replace", "says"),
    [
        (
            "air.B01.grounded",
            "air.B01.groundet",
            "changes.toml: intervention[0]: air.B01.groundet: unknown path; "
            "did you mean 'air.B01.grounded'?",
        ),
        (
            "air.B01.grounded",
            "air.B01.count",
            "changes.toml: intervention[0]: air.B01.count: not a number (got True)",
        ),
        (
            'path = "air.B01.grounded"\nvalue = true',
            'path = "forces.F01.personnel"\nvalue = 10',
            "changes.toml: intervention[0].path: forces.F01.personnel cannot change "
            "during a run",
        ),
        (
            "day = 9\n",
            "day = 900\n",
            "changes.toml: intervention[0].day: outside 0 to 30 (got 900.0)",
        ),
        (
            "day = 9\n",
            "day = nan\n",
            "changes.toml: intervention[0].day: Input should be a finite number "
            "(got nan)",
        ),
        (
            'note = "Fog."',
            "",
            "changes.toml: intervention[0].note: missing",
        ),
        (
            "[[intervention]]\nday = 9",
            "[[interventoin]]\nday = 9",
            "changes.toml: interventoin: unknown key; did you mean 'intervention'?",
        ),
    ],
)
def test_a_wrong_intervention_is_explained(find, replace, says, tmp_path):
    path = tmp_path / "changes.toml"
    assert find in GOOD
    path.write_text(GOOD.replace(find, replace, 1))

    with pytest.raises(ScenarioError) as caught:
        load_interventions(path, SMALL)

    assert list(caught.value.problems) == [says]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a = ["])
def test_an_unreadable_file_of_interventions_is_named(content, tmp_path):
    path = tmp_path / "changes.toml"
    path.write_bytes(content)

    with pytest.raises(ScenarioError, match=r"^changes\.toml: "):
        load_interventions(path, SMALL)


def test_a_missing_file_of_interventions_is_named(tmp_path):
    with pytest.raises(ScenarioError, match=r"nothing\.toml: No such file"):
        load_interventions(tmp_path / "nothing.toml", SMALL)


def test_interventions_and_overrides_go_together():
    item = Intervention(day=1, path="air.B01.grounded", value=True, note="Fog.")

    one = SMALL.with_interventions((item,)).with_overrides({"fight.attrition": 0.02})
    other = SMALL.with_overrides({"fight.attrition": 0.02}).with_interventions((item,))

    assert one.key == other.key
    assert one.interventions == (item,)


def test_the_paths_an_intervention_may_change_are_marked():
    during = {s.path for s in paths(SMALL) if s.during_run}

    assert {
        "fight.attrition",
        "actors.aurelia.objectives.tarn_road.weight",
        "relations.aurelia.borealia.stance",
        "relations.aurelia.borealia.air_channel",
        "air.B01.grounded",
        "forces.F01.cell_site",
    } <= during
    assert not {"forces.F01.personnel", "sites.T05.controller"} & during
