"""Decisions can be told, checked and taken again; sentences became something."""

from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace

import pandas as pd
import pytest

from abm.actors.choice import utility_terms
from abm.cli.reasons import explained
from abm.explain import orphans, reconsidered, sentences, trace, why
from abm.explain.activity import (
    _protected,
    activity,
    by_sentence,
)
from abm.explain.at_work import at_work, page
from abm.explain.aversion import priced, shunned
from abm.explain.trace import cited
from abm.explain.why import COSTS, all_reasons, known_truth, labels
from abm.record.problems import RunError
from abm.scenario import load_scenario, shipped


@pytest.fixture(scope="module")
def reasons(small_folder):
    from abm.record.replay import read_run

    return all_reasons(read_run(small_folder))


@pytest.fixture(scope="module", params=shipped())
def scenario(request):
    return load_scenario(request.param)


def test_every_decision_is_the_sum_of_its_recorded_inputs(reasons):
    assert reasons
    for reason in reasons:
        again = utility_terms(reason.inputs)
        assert again == pytest.approx(dict(reason.terms), abs=1e-12)
        assert sum(again.values()) == pytest.approx(reason.utility, abs=1e-12)


def test_another_input_is_another_utility(reasons):
    reason = max(reasons, key=lambda each: each.utility)

    dearer = reconsidered(reason, changes={"travel_price": 10.0})

    assert dearer.terms["travel"] <= reason.terms["travel"]
    assert dearer.utility == pytest.approx(
        reason.utility + dearer.terms["travel"] - reason.terms["travel"]
    )


def test_without_an_objective_its_term_is_gone(reasons):
    reason = next(each for each in reasons if each.objective in each.terms)

    without = reconsidered(reason, without=[reason.objective])

    assert reason.objective not in without.terms
    assert without.utility == pytest.approx(
        reason.utility - reason.terms[reason.objective]
    )


def test_an_unknown_objective_or_input_is_refused(reasons):
    with pytest.raises(RunError, match="no objective of this decision"):
        reconsidered(reasons[0], without=["glory"])
    with pytest.raises(RunError, match="did you mean 'travel_price'"):
        reconsidered(reasons[0], changes={"travel_prize": 1.0})


def test_knowing_of_fewer_enemies_makes_an_attack_worth_more(reasons):
    wrong = [
        each
        for each in reasons
        if each.kind == "attack" and each.belief > each.truth + 1 and each.utility > 0
    ]
    for reason in wrong:
        knowing = reconsidered(reason, changes=known_truth(reason))
        assert knowing.utility >= reason.utility


def test_a_decision_names_the_sentence_behind_it(reasons):
    spoken = [each for each in reasons if each.source]

    assert spoken
    for reason in spoken:
        assert reason.source.quote.lower() in reason.sentence.lower()
        assert reason.label


def test_every_term_has_plain_words(reasons, small_run):
    words = labels(small_run.scenario)

    assert {name for each in reasons for name in each.terms} <= words.keys()
    assert COSTS.items() <= words.items()


def test_a_formation_is_explained_by_the_mission_it_is_on(small_run):
    day = 10
    now = small_run.formations(day)
    on = now[now["mission"].notna()].iloc[0]

    found = why(small_run, day=day, formation=on["id"])

    assert [each.mission for each in found] == [on["mission"]]
    assert on["id"] in found[0].group


def test_an_actor_is_explained_by_all_its_missions(small_run):
    given = small_run.table("decisions").to_pylist()
    day = next(each["day"] + 1 for each in given if each["actor"] == "aurelia")
    found = why(small_run, day=day, actor="aurelia")

    assert found
    assert {each.actor for each in found} == {"aurelia"}


def test_a_formation_in_reserve_has_no_reason(small_run):
    now = small_run.formations(0)

    assert why(small_run, day=0, formation=now.iloc[0]["id"]) == []


@pytest.mark.parametrize(
    ("kind", "words"),
    [("clear", "cut off"), ("withdraw", "towards its base"), (None, "No mission")],
)
def test_a_standing_order_is_told_as_one(kind, words):
    row = {"id": "O01-01", "kind": kind, "personnel": 400, "actor": "syria"}
    row |= {"status": "active", "supply": 1.0, "cohesion": 1.0, "contact": False}
    scenario = load_scenario("deir_ezzor_2017")
    run = SimpleNamespace(
        scenario=scenario,
        formations=lambda _: pd.DataFrame([row | {"lon": 39.0, "lat": 35.0}]),
        date=lambda _: datetime(2017, 7, 28),
    )
    asked = SimpleNamespace(formation="O01-01", actor=None, day=40)

    assert words in explained(run, [], asked)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"formation": "O99-01"}, "O99-01: no such formation"),
        ({"actor": "aurelai"}, "no such actor; did you mean 'aurelia'"),
        ({"actor": "aurelia", "day": 400}, "no day 400; it has days 0 to 30"),
    ],
)
def test_a_wrong_question_is_refused_by_name(small_run, asked, message):
    with pytest.raises(RunError, match=message):
        why(small_run, **{"day": 3, **asked})


def test_everything_in_a_scenario_has_a_source(scenario):
    assert orphans(scenario) == []
    assert {link.kind for link in trace(scenario)} >= {"objective", "rule", "parameter"}


def test_what_has_no_source_is_found(scenario):
    actor = scenario.actors[0]
    spec = actor.objectives[0]
    source = spec.source.model_copy(update={"quote": "words that nobody wrote"})
    wrong = spec.model_copy(update={"source": source})
    objectives = (wrong, *actor.objectives[1:])
    actor = actor.model_copy(update={"objectives": objectives})
    wrong = replace(scenario, actors=(actor, *scenario.actors[1:]))

    assert [link.name for link in orphans(wrong)] == [f"{actor.id}.{spec.id}"]


def test_every_sentence_of_the_text_became_something():
    scenario = load_scenario("deir_ezzor_2017")

    found = {
        number: links
        for document, number, _, links in sentences(scenario)
        if document == "race_2017"
    }

    assert list(found) == [f"S{number}" for number in range(1, 14)]
    assert all(found.values())
    # more than a label or a number that nobody reads
    for number in ("S3", "S4", "S5", "S6", "S7", "S8", "S10", "S11", "S12"):
        assert {"objective", "rule"} & {link.kind for link in found[number]}


def test_a_number_that_cites_a_sentence_is_tied_to_it():
    scenario = load_scenario("deir_ezzor_2017")

    assert cited(scenario, "As S12 says, some are moved.") == ("race_2017", "S12")
    assert cited(scenario, "Our own guess, 2017.") == ("", "")


def test_activity_counts_what_the_tables_show(small_run, reasons):
    counts = activity(small_run)
    spoken = [each.objective for each in reasons if each.objective]

    for name in set(spoken):
        assert counts[name] == spoken.count(name)
    suspended = small_run.table("events")["kind"].to_pylist().count("channel_suspended")
    assert (
        sum(
            counts[f"rules.{rule.id}"]
            for rule in small_run.scenario.responses
            if rule.kind == "suspend_channel"
        )
        == suspended
    )


def told_by_losses(**second):
    """Return what one decision of Russia's tells of its aim to limit losses."""
    scenario = load_scenario("deir_ezzor_2017")
    russia = next(actor for actor in scenario.actors if actor.id == "russia")
    own = scenario.parameters.decide.loss_cost * russia.risk_aversion
    row = {
        "actor": "russia",  # three quarters of the price are the aim's
        "inputs": {"loss_price": 4 * own, "tension_price": 0.0},
        "terms": {"russia.support_syria": 0.50, "loss": -0.04, "tension": 0.0},
        "runner_up": "attack somewhere",
        "runner_up_terms": second,
    }
    rows = SimpleNamespace(to_pylist=lambda: [row])
    table = SimpleNamespace(select=lambda _: rows)
    return priced(SimpleNamespace(table=lambda _: table), scenario)


def test_an_aversion_acts_when_without_it_the_second_best_would_be_the_best():
    # 0.46 against 0.44; without three quarters of the losses' price 0.49 against 0.50
    deadly = told_by_losses(support=0.52, loss=-0.08, tension=0.0)
    # 0.46 against 0.44; without it 0.49 against 0.455
    safe = told_by_losses(support=0.46, loss=-0.02, tension=0.0)

    assert deadly["russia.limit_losses"] == 1
    assert safe["russia.limit_losses"] == 0
    for found in (deadly, safe):
        assert found["weighs russia.limit_losses"] == 1


def cautious_anyway():
    """Return what full tension takes off a strike of Russia's by its aversion."""
    scenario = load_scenario("deir_ezzor_2017")
    russia = next(actor for actor in scenario.actors if actor.id == "russia")
    return scenario.parameters.fly.caution * russia.escalation_aversion


def told_by_flights(first, second):
    """Return what one target of Russia's sorties tells of its aim not to escalate."""
    scenario, anyway = load_scenario("deir_ezzor_2017"), cautious_anyway()

    def target(value, hottest):
        return {
            "enmity": 1.0,
            "value": value,
            "regard": 1.0,
            "caution": anyway + 0.2,
            "hottest": hottest,
        }

    row = {
        "actor": "russia",
        "task": "interdiction",
        "terms": target(*first),
        "runner_up_task": "interdiction",
        "runner_up_terms": target(*second),
    }
    rows = SimpleNamespace(to_pylist=lambda: [row, row | {"actor": "us"}])
    table = SimpleNamespace(select=lambda _: rows)
    found = shunned(SimpleNamespace(table=lambda _: table), scenario)
    name = "russia.avoid_escalation_us"
    return found[f"weighs {name}"], found[name]


def test_shunning_escalation_acts_when_else_the_second_target_would_be_the_best():
    # 0.2 of weight: half the tension takes 0.1 off the second target's worth, which
    # the first has not to bear; without it the second would lead by 0.05
    anyway = cautious_anyway() * 0.5
    assert told_by_flights((0.50, 0.0), (0.55 + anyway, 0.5)) == (0, 1)
    # with as much tension near both, what it takes off decides nothing
    assert told_by_flights((0.50, 0.5), (0.45, 0.5)) == (1, 0)
    # 0.16 apart: 0.1 is too little to decide
    assert told_by_flights((0.60, 0.0), (0.54 + anyway, 0.5)) == (0, 0)


def test_protecting_acts_where_a_sortie_is_flown_out_of_care_for_the_protected():
    fight = {"side": 0.5, "aim": 0.2, "beaten": 0.1, "anyway": 0.1, "attacking": 1.0}
    fight |= {"engaged": 1.0, "defence": 0.4, "persons": 400.0, "crowd": 500.0}
    fight |= {"caution": 0.0, "hottest": 0.0}
    rows = [
        {
            "actor": actor,
            "owner": owner,
            "task": "support",
            "terms": fight | {"care": care},
        }
        for actor, owner, care in (
            ("us", "sdf", 0.3),
            ("us", "sdf", 0.3),
            ("us", "sdf", 0.0),  # for what they fight for, not for them
            ("russia", "sdf", 0.3),
            ("us", "iraq", 0.3),
        )
    ]
    table = SimpleNamespace(select=lambda _: SimpleNamespace(to_pylist=lambda: rows))
    kept = SimpleNamespace(table=lambda _: table)
    found = _protected(kept, load_scenario("deir_ezzor_2017"))

    assert found["us.protect_sdf"] == 2
    assert found["us.protect_tanf"] == 0


def test_a_sentence_acts_in_a_run_when_any_of_its_parts_does():
    counts = [{"a": 2, "b": 0}, {"a": 0, "b": 1}, {"a": 0}, {"c": 9}]

    # a or b acted in two of four runs, 2 + 1 times
    assert by_sentence(counts, ["a", "b"]) == (0.5, 0.75)


def test_the_text_at_work_names_each_sentence_and_what_is_silent():
    scenario = load_scenario("deir_ezzor_2017")
    counts = [{"russia.support_syria": 3, "weighs russia.support_syria": 9}, {}]

    found = at_work(scenario, counts)
    text = page(found, how="Two runs.", wanted=("S7",))

    assert [each.number for each in found] == [f"S{number}" for number in range(1, 14)]
    assert "| objective `russia.support_syria` |" in text
    assert "| 50% | 1.5 | 4.5 |" in text  # (3 + 0) / 2 and (9 + 0) / 2
    silent = text.split("## S1")[0].split("That weigh in")[0]
    assert "- S7: `syria.advance_from_palmyra` (acts in 0% of runs" in silent
    assert "russia.support_syria" not in silent
    assert "S6:" not in silent


def test_a_term_that_weighs_is_counted_where_another_speaks_most(small_run, reasons):
    counts = activity(small_run)
    name = next(each.objective for each in reasons if each.objective)
    terms = [dict(each.terms) for each in reasons]

    weighed = sum(abs(each.get(name, 0.0)) > 1e-9 for each in terms)
    assert counts[f"weighs {name}"] == weighed >= counts[name]
