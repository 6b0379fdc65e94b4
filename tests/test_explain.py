"""Decisions can be told, checked and taken again; sentences became something."""

from dataclasses import replace

import pytest

from abm.actors.choice import utility_terms
from abm.explain import orphans, reconsidered, sentences, trace, why
from abm.explain.activity import activity, by_sentence
from abm.explain.at_work import at_work, page
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
    found = why(small_run, day=10, actor="aurelia")

    assert found
    assert {each.actor for each in found} == {"aurelia"}


def test_a_formation_in_reserve_has_no_reason(small_run):
    now = small_run.formations(0)

    assert why(small_run, day=0, formation=now.iloc[0]["id"]) == []


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
    silent = text.split("## S1")[0]
    assert "- S7: `syria.advance_from_palmyra` (0% of runs" in silent
    assert "russia.support_syria" not in silent
    assert "S6:" not in silent


def test_a_term_that_weighs_is_counted_where_another_speaks_most(small_run, reasons):
    counts = activity(small_run)
    name = next(each.objective for each in reasons if each.objective)
    terms = [dict(each.terms) for each in reasons]

    weighed = sum(abs(each.get(name, 0.0)) > 1e-9 for each in terms)
    assert counts[f"weighs {name}"] == weighed >= counts[name]
