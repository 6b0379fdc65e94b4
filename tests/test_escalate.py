"""The escalate, clash and guard phases on the small scenario."""

import numpy as np
import pytest

from abm.air.standing import answering, standing
from abm.events import Incident
from abm.opening import opening
from abm.phases import clash, escalate, guard
from abm.rng import streams
from abm.scenario import load_scenario
from abm.theatre import build
from abm.theatre.near import ground_lines
from abm.units import NOBODY
from abm.world import BROKEN, GONE


@pytest.fixture(scope="module")
def theatre():
    return build(load_scenario("two_valleys"))


@pytest.fixture
def world(theatre):
    return opening(theatre)


@pytest.fixture(scope="module")
def who(theatre):
    return {actor.id: row for row, actor in enumerate(theatre.actors)}


def escalated(world, theatre, incidents=(), *, ticks=1, seed=3):
    events = []
    for tick in range(ticks):
        world.journal.clear()
        if tick == 0:
            world.journal.incidents.extend(incidents)
        draws = streams(seed, "escalate", world.tick)
        events += escalate.run(world, theatre, draws)
        world.tick += 1
    return events


def shootdown(actor, other, *, severity=0.5):
    return Incident("shootdown", actor, other, 50, severity)


def test_an_incident_raises_the_tension_of_patrons_times_dependence(
    world, theatre, who
):
    striker, client, patron = who["borealia"], who["hillfolk"], who["aurelia"]
    world.dyads.tension[:] = 0.0
    escalated(world, theatre, [shootdown(striker, client)])

    # dependence of the hillfolk on Aurelia is 0.7
    assert world.dyads.tension[striker, client] == pytest.approx(0.5)
    assert world.dyads.tension[striker, patron] == pytest.approx(0.35)
    assert world.dyads.tension[client, patron] == 0.0
    assert world.dyads.incidents[striker, client] == 1
    assert world.dyads.incidents[striker, patron] == 0


def test_parties_at_war_or_allied_have_no_ladder(world, theatre, who):
    escalated(world, theatre, [shootdown(who["raiders"], who["borealia"])])

    assert world.dyads.tension[who["raiders"], who["borealia"]] == 0.0


def test_the_side_that_was_hit_last_is_remembered_with_its_patron(world, theatre, who):
    one, client, patron = who["borealia"], who["hillfolk"], who["aurelia"]
    escalated(world, theatre, [shootdown(one, client)])
    assert world.dyads.injured[client, one]
    assert world.dyads.injured[patron, one]
    escalated(world, theatre, [shootdown(client, one)])
    assert world.dyads.injured[one, client]
    assert not world.dyads.injured[client, one]


def test_high_tension_shuts_the_channel_and_repositions_aircraft(world, theatre, who):
    one, other = who["aurelia"], who["borealia"]
    events = escalated(world, theatre, [shootdown(one, other, severity=0.6)])
    kinds = {event.kind for event in events}

    assert world.dyads.air_channel[one, other] == np.False_
    assert {"rung_up", "channel_suspended", "reposition"} <= kinds
    assert world.actors.patrol_share.max() == theatre.parameters.escalate.reposition


def test_tension_fades_and_the_ladder_is_left_step_by_step(world, theatre, who):
    one, other = who["aurelia"], who["borealia"]
    escalated(world, theatre, [shootdown(one, other, severity=0.6)])
    high = int(world.dyads.rung[one, other])
    rungs = []
    for _ in range(400):
        escalated(world, theatre)
        rungs.append(int(world.dyads.rung[one, other]))

    assert rungs[0] == high
    assert rungs[-1] < high
    assert set(np.diff(rungs)) <= {0, -1}


def test_talks_reopen_a_channel_below_the_rung_that_shut_it(theatre, who):
    quick = build(theatre.scenario.with_overrides({"escalate.talks_rate": 50.0}))
    world = opening(quick)
    pair = who["aurelia"], who["borealia"]
    world.dyads.air_channel[:] = False
    world.dyads.tension[:] = 0.0
    escalated(world, quick, ticks=2)
    assert world.dyads.air_channel[pair]

    world.dyads.air_channel[:] = False
    world.dyads.tension[pair] = world.dyads.tension[pair[::-1]] = 0.6
    escalated(world, quick, ticks=2)
    assert not world.dyads.air_channel[pair]


def test_who_answers_is_the_injured_the_other_or_both(theatre):
    rules = standing(theatre)
    rung, injured = np.full((2, 2), 9), np.array([[False, True], [False, False]])
    track, moved = rules.rule("track"), rules.rule("reposition")

    by_injured = answering(track, rung, injured=injured)
    assert by_injured[0, 1] == track.injured
    assert not answering(track, rung * 0, injured=injured).any()
    assert answering(moved, rung, injured=injured)[1, 0] == moved.other


def in_contact(world, theatre, who, pair=("aurelia", "borealia")):
    """Put a formation of each party beside the other's; remove all else."""
    formations = world.formations
    first, second = (np.flatnonzero(formations.actor == who[name])[0] for name in pair)
    for row in range(len(formations.actor)):
        if row not in (first, second):
            formations.status[row] = GONE
    formations.site[second] = formations.site[first]
    formations.cell[second] = formations.cell[first]
    return int(first), int(second)


def clashed(world, theatre, *, ticks, seed=3):
    events, incidents = [], []
    for _ in range(ticks):
        world.journal.clear()
        events += clash.run(world, theatre, streams(seed, "clash", world.tick))
        incidents += world.journal.incidents
        world.tick += 1
    return events, incidents


def test_formations_in_contact_skirmish_and_both_sides_lose(theatre, who):
    hot = build(theatre.scenario.with_overrides({"escalate.skirmish_rate": 2.0}))
    world = opening(hot)
    rows = in_contact(world, hot, who)
    before = world.formations.personnel.copy()
    _, incidents = clashed(world, hot, ticks=10)

    assert incidents
    assert {one.kind for one in incidents} == {"skirmish"}
    lost = before - world.formations.personnel
    each = len(incidents) * hot.parameters.escalate.skirmish_loss
    assert lost[list(rows)] == pytest.approx([each, each])
    assert world.actors.killed_wounded.sum() == pytest.approx(2 * each)


def test_nobody_skirmishes_out_of_reach(theatre, who):
    hot = build(theatre.scenario.with_overrides({"escalate.skirmish_rate": 2.0}))
    world = opening(hot)
    _, second = in_contact(world, hot, who)
    world.formations.site[second] = -1
    world.formations.cell[second] = theatre.site_cell[theatre.site_row["T10"]]
    _, incidents = clashed(world, hot, ticks=10)

    assert not incidents


def test_the_hazard_of_a_skirmish_is_noted_whether_it_happens_or_not(
    world, theatre, who
):
    first, _ = in_contact(world, theatre, who)
    clashed(world, theatre, ticks=1)
    p, tau = theatre.parameters.escalate, world.dyads.tension
    pair = tuple(sorted((who["aurelia"], who["borealia"])))
    # one contact: rate · (1 + gain · τ) · days, times the severity
    hazard = p.skirmish_rate * (1 + p.gain * tau[pair]) * theatre.days_per_tick
    expected = (1 - np.exp(-hazard)) * p.severity_skirmish

    assert [row[:2] for row in world.journal.hazards] == [pair]
    assert world.journal.hazards[0][2] == world.formations.cell[first]
    assert world.journal.hazards[0][3] == pytest.approx(expected)


def test_a_line_agreed_before_the_start_calms_contacts_at_it_and_no_others(
    theatre, who
):
    # the factor of a line is 0.4; far from it, and without it, contacts are as always
    hazards = []
    ((_, _, at_line),) = ground_lines(theatre)
    for where in (
        np.flatnonzero(at_line)[0],
        np.flatnonzero(~at_line & theatre.open)[0],
    ):
        world = opening(theatre)
        rows = in_contact(world, theatre, who, pair=("hillfolk", "borealia"))
        world.formations.site[list(rows)] = -1
        world.formations.cell[list(rows)] = where
        clashed(world, theatre, ticks=1)
        hazards.append(
            -np.log(
                1
                - world.journal.hazards[0][3]
                / theatre.parameters.escalate.severity_skirmish
            )
        )

    assert hazards[0] == pytest.approx(0.4 * hazards[1])


def test_an_open_clash_lasts_its_days_then_both_hold_apart_and_stay_at_peace(
    world, theatre, who
):
    in_contact(world, theatre, who, pair=("hillfolk", "borealia"))
    pair = who["hillfolk"], who["borealia"]
    world.dyads.rung[pair] = world.dyads.rung[pair[::-1]] = 6
    _, incidents = clashed(world, theatre, ticks=1)
    assert "clash" in {one.kind for one in incidents}
    p = theatre.parameters.escalate
    assert world.dyads.clash_days[pair] == p.clash_days
    world.dyads.rung[:] = 0
    clashed(world, theatre, ticks=round(p.clash_days / theatre.days_per_tick))
    assert world.dyads.clash_days[pair] == 0.0
    assert world.dyads.apart_days[pair] == p.apart_days
    clashed(world, theatre, ticks=round(p.apart_days / theatre.days_per_tick))
    assert world.dyads.apart_days[pair] == 0.0
    assert not world.ended


def test_an_open_clash_of_powers_with_an_air_channel_ends_the_run(world, theatre, who):
    in_contact(world, theatre, who)
    pair = who["aurelia"], who["borealia"]
    world.dyads.rung[pair] = world.dyads.rung[pair[::-1]] = 6
    clashed(world, theatre, ticks=1)

    assert "shot at each other" in world.ended


def about_to_agree_on_a_line(theatre, who):
    quick = build(theatre.scenario.with_overrides({"escalate.line_rate": 50.0}))
    world = opening(quick)
    in_contact(world, quick, who, pair=("hillfolk", "borealia"))
    pair = who["hillfolk"], who["borealia"]
    world.dyads.rung[pair] = world.dyads.rung[pair[::-1]] = 1
    world.dyads.tension[:] = 0.1
    return quick, world, pair


def test_a_line_closes_the_river_to_both_parties(theatre, who):
    quick, world, pair = about_to_agree_on_a_line(theatre, who)
    events, _ = clashed(world, quick, ticks=2)

    assert [event.kind for event in events] == ["ground_line"]
    assert world.dyads.ground_line[pair]
    barrier = quick.crossing_is_barrier
    assert world.crossings.line[barrier][:, list(pair)].any(axis=0).all()
    assert not world.crossings.line[~barrier].any()
    others = [row for row in range(quick.n_actors) if row not in pair]
    assert not world.crossings.line[:, others].any()


def test_who_is_under_way_halts_at_a_line_drawn_before_it(theatre, who):
    quick, world, pair = about_to_agree_on_a_line(theatre, who)
    formations = world.formations
    party, other = np.flatnonzero(formations.actor == who["borealia"])[1:3]
    third = np.flatnonzero(formations.actor == who["aurelia"])[0]
    here, there = int(quick.crossing_right[0]), int(quick.crossing_left[0])
    for row in (party, third):
        formations.status[row] = BROKEN
        formations.cell[row] = here
        formations.route[row, :2] = there, there + 1
        formations.progress_km[row] = 3.0
    formations.cell[other] = here - 1
    formations.route[other, :2] = here, there
    formations.progress_km[other] = 3.0
    clashed(world, quick, ticks=2)

    assert world.crossings.line[0, pair[1]]
    assert (formations.route[party] == NOBODY).all()
    assert formations.progress_km[party] == 0.0
    # one that is a cell away comes up to the river; who agreed on nothing goes on
    assert formations.route[other, :2].tolist() == [here, NOBODY]
    assert formations.progress_km[other] == 3.0
    assert formations.route[third, :2].tolist() == [there, there + 1]


def guarded(world, theatre, *, ticks, seed=3):
    events = []
    for _ in range(ticks):
        world.journal.clear()
        events += guard.run(world, theatre, streams(seed, "guard", world.tick))
        world.tick += 1
    return events


def intruder(world, theatre, who):
    (zone,) = theatre.zones
    row = int(np.flatnonzero(world.formations.actor == who["aurelia"])[0])
    world.formations.cell[row] = theatre.site_cell[zone.site]
    return row


def test_intruders_are_warned_shown_force_and_struck_in_this_order(world, theatre, who):
    row = intruder(world, theatre, who)
    before = world.formations.personnel[row]
    events = guarded(world, theatre, ticks=60)
    texts = [event.text.split(" in ")[0] for event in events]

    assert texts[:3] == ["is warned", "is shown force", "strikes intruders"]
    struck = sum(event.kind == "zone_strike" for event in events)
    lost = before - world.formations.personnel[row]
    assert lost == pytest.approx(
        min(before, struck * theatre.parameters.escalate.zone_strike)
    )
    assert world.actors.killed_wounded[who["aurelia"]] == pytest.approx(lost)


def test_a_strike_breaks_the_will_of_those_it_finds(world, theatre, who):
    row = intruder(world, theatre, who)
    while world.formations.cohesion[row] == 1.0:
        guarded(world, theatre, ticks=1)

    after = 1.0 - theatre.parameters.escalate.zone_shock
    assert world.formations.cohesion[row] == pytest.approx(after)
    assert after < theatre.parameters.fight.broken


def test_nobody_outside_a_zone_is_touched(world, theatre):
    persons = world.formations.personnel.sum()

    assert not guarded(world, theatre, ticks=40)
    assert world.formations.personnel.sum() == persons


def test_a_protector_without_aircraft_lets_intruders_in(world, theatre, who):
    intruder(world, theatre, who)
    world.air.ready[:] = 0.0

    assert not guarded(world, theatre, ticks=40)
    assert not world.zones.expected_loss.any()


def test_those_kept_out_expect_losses_and_nobody_else_does(world, theatre, who):
    guarded(world, theatre, ticks=1)

    assert world.zones.expected_loss[0, who["aurelia"]] > 0
    assert world.zones.expected_loss[0, who["borealia"]] == 0
    assert world.zones.expected_loss[0, who["raiders"]] == 0
