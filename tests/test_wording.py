"""Events in words, as the page shows them: a verb that agrees, and the other party."""

import pytest

from abm.ui.story import event_rows
from abm.ui.wording import agreeing, is_plural, line


@pytest.fixture(scope="module")
def theatre(small_model):
    return small_model.theatre


def told(theatre, kind, text, *, actor="aurelia", other=None, amount=0.0):
    row = {"kind": kind, "actor": actor, "other": other, "text": text, "amount": amount}
    return line(row, theatre)


def test_a_step_of_the_ladder_has_a_verb_and_both_parties(theatre):
    words = told(theatre, "rung_down", "Skirmishes", other="borealia", amount=1.0)

    a, b = (theatre.scenario.actor(each).name for each in ("aurelia", "borealia"))
    assert words == f"{a} and {b} come down to step 1 of the ladder: Skirmishes"


def test_an_aircraft_shot_down_has_an_owner_and_a_type_and_no_number(theatre):
    asset = theatre.air_ids[0]
    text = f"shoots down an aircraft of {asset}"
    words = told(theatre, "shootdown", text, actor="borealia", other="aurelia")

    owner = theatre.scenario.actor("aurelia").name
    assert words.endswith(f"an aircraft of {owner} ({theatre.air_names[0]})")


@pytest.mark.parametrize(
    ("kind", "text", "end"),
    [
        ("clash", "clashes openly", "clashes openly with"),
        ("capture", "takes Tarn", "takes Tarn from"),
        ("aircraft_lost", "loses an aircraft to fire", "loses an aircraft to fire of"),
        ("lock_on", "locks on to an aircraft", "locks on to an aircraft of"),
    ],
)
def test_what_is_done_to_somebody_says_to_whom(theatre, kind, text, end):
    other = theatre.scenario.actor("borealia").name

    assert told(theatre, kind, text, other="borealia").endswith(f"{end} {other}")
    assert told(theatre, kind, text).endswith(text)


@pytest.mark.parametrize(
    ("name", "plural"),
    [
        ("Syrian militias", True),
        ("Syrian Democratic Forces", True),
        ("United States and Coalition", True),
        ("United States", False),
        ("Russia", False),
        ("Isis", False),
    ],
)
def test_the_verb_agrees_with_who_acts(name, plural):
    assert is_plural(name) == plural
    assert agreeing("attack Raqqa", name, bare=True).startswith(
        "attack Raqqa" if plural else "attacks Raqqa"
    )
    assert agreeing("crosses the river", name).startswith(
        "cross the" if plural else "crosses the"
    )
    assert agreeing("gives up", name) == ("give up" if plural else "gives up")
    assert agreeing("has one broken", name).startswith("have" if plural else "has")


def test_every_event_of_a_run_starts_with_who_acts_where_somebody_does(small_model):
    table = small_model.recorder.table("events")
    rows = event_rows(table, small_model.theatre)

    assert len(rows) > 20
    for tick, _, actor, *_, words in rows:
        if actor >= 0:
            assert words.startswith(small_model.theatre.actors[actor].name), tick
