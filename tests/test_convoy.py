"""The convoy phase on the small scenario."""

import numpy as np
import pytest

from abm.actors.shipments import road, shares, shipments
from abm.opening import opening
from abm.phases import convoy
from abm.rng import streams
from abm.scenario import load_scenario
from abm.theatre import build
from abm.world import (
    CONVOY_DELIVERED,
    CONVOY_LOST,
    CONVOY_MOVING,
    CONVOY_RETURNED,
    GONE,
)

CALM = {"convoy.strike_rate": 0.0}


@pytest.fixture(scope="module")
def theatre():
    scenario = load_scenario("two_valleys")
    return build(scenario.with_overrides(CALM | {"convoy.consent": 1.0}))


def peaceful(theatre):
    """A world where the sender holds all ground and its enemies are gone."""
    world = opening(theatre)
    (one,) = shipments(theatre)
    world.cells.holder[theatre.open] = one.sender
    hostile = theatre.war[one.sender][world.formations.actor]
    world.formations.status[hostile] = GONE
    return world


def driven(world, theatre, *, ticks, seed=2):
    events = []
    for _ in range(ticks):
        world.journal.clear()
        events += convoy.run(world, theatre, streams(seed, "convoy", world.tick))
        world.tick += 1
    return events


def statuses(world):
    return world.convoys.status[: int(world.convoys.count[0])].tolist()


def test_a_road_leads_from_a_gate_to_the_target_over_allowed_cells(theatre):
    world = peaceful(theatre)
    (one,) = shipments(theatre)
    way = road(world, theatre, one, consent=True)

    assert way[0] in one.gates
    assert way[-1] == one.target
    row, column = np.divmod(way, theatre.grid.width)
    assert np.maximum(abs(np.diff(row)), abs(np.diff(column))).max() == 1
    assert theatre.open[way].all()


def test_no_road_leads_through_enemy_ground(theatre):
    world = peaceful(theatre)
    (one,) = shipments(theatre)
    way = road(world, theatre, one, consent=True)
    enemy = int(np.flatnonzero(theatre.war[one.sender])[0])
    world.cells.holder[theatre.open] = enemy
    world.cells.holder[way[:2]] = one.sender

    assert len(road(world, theatre, one, consent=True)) == 0


def test_convoys_leave_travel_and_arrive_and_every_tonne_is_booked(theatre):
    world = peaceful(theatre)
    (one,) = shipments(theatre)
    events = driven(world, theatre, ticks=80)
    sent = [event for event in events if event.kind == "convoy_sent"]
    arrived = [event for event in events if event.kind == "convoy_delivered"]
    moving = world.convoys.status == CONVOY_MOVING
    count = int(world.convoys.count[0])

    assert len(sent) == count >= len(arrived) > 0
    assert set(statuses(world)) <= {CONVOY_MOVING, CONVOY_DELIVERED}
    delivered = world.deliveries.delivered[one.recipient]
    assert delivered == pytest.approx(sum(event.amount for event in arrived))
    on_way = world.convoys.tonnes[:count][moving[:count]].sum()
    total = sum(event.amount for event in sent)
    assert total == pytest.approx(delivered + on_way)
    heavy = theatre.parameters.convoy.heavy * delivered
    assert world.deliveries.heavy[one.recipient] == pytest.approx(heavy)


def test_no_more_arrives_than_was_planned_and_flow_stays_a_share(theatre):
    world = peaceful(theatre)
    driven(world, theatre, ticks=120)

    assert (world.deliveries.delivered <= world.deliveries.planned + 1e-9).all()
    assert 0 < world.deliveries.flow.max() <= 1


def test_the_air_bridge_flies_while_every_road_is_shut(theatre):
    world = opening(theatre)
    (one,) = shipments(theatre)
    world.cells.holder[:] = theatre.nobody
    driven(world, theatre, ticks=8)

    # two days of the whole bridge, for there is one shipment
    assert not world.convoys.count[0]
    expected = 2.0 * theatre.parameters.convoy.air_bridge
    assert world.deliveries.airlifted[one.recipient] == pytest.approx(expected)


def stopped(theatre, *, holder, ticks):
    """Let one convoy leave, then close the road behind its first few cells."""
    world = peaceful(theatre)
    while not world.convoys.count[0]:
        driven(world, theatre, ticks=1)
    route = world.convoys.route[0]
    world.cells.holder[route[(route >= 0)][1:]] = holder
    return world, driven(world, theatre, ticks=ticks)


def test_a_convoy_waits_before_a_shut_road_and_turns_back(theatre):
    patience = round(theatre.parameters.convoy.patience / theatre.days_per_tick)
    world, _ = stopped(theatre, holder=theatre.nobody, ticks=patience)
    assert statuses(world)[0] == CONVOY_MOVING
    assert world.convoys.cell[0] == world.convoys.route[0, 0]
    events = driven(world, theatre, ticks=2)
    assert statuses(world)[0] == CONVOY_RETURNED
    assert "convoy_returned" in {event.kind for event in events}
    assert not world.deliveries.delivered.any()


def test_a_convoy_on_ground_the_enemy_takes_is_lost(theatre):
    (one,) = shipments(theatre)
    enemy = int(np.flatnonzero(theatre.war[one.sender])[0])
    world = peaceful(theatre)
    while not world.convoys.count[0]:
        driven(world, theatre, ticks=1)
    world.cells.holder[theatre.open] = enemy
    driven(world, theatre, ticks=1)

    assert statuses(world)[0] == CONVOY_LOST


def test_a_struck_convoy_is_an_incident_with_the_actor_who_wants_it_stopped():
    scenario = load_scenario("two_valleys").with_overrides(
        {"convoy.strike_rate": 50.0, "convoy.consent": 1.0}
    )
    theatre = build(scenario)
    world = peaceful(theatre)
    (one,) = shipments(theatre)
    for _ in range(12):
        driven(world, theatre, ticks=1)
        if world.journal.incidents:
            break
    (incident,) = world.journal.incidents

    assert incident.kind == "convoy_struck"
    assert theatre.actors[incident.actor].id == "borealia"
    assert incident.other == one.sender
    assert CONVOY_LOST in statuses(world)


def test_partners_who_do_not_consent_keep_their_ground_shut(theatre):
    (one,) = shipments(theatre)
    world = peaceful(theatre)
    assert len(road(world, theatre, one, consent=True)) > 1
    world.cells.holder[theatre.open] = theatre.nobody
    assert len(road(world, theatre, one, consent=True)) == 0


def test_tonnes_are_shared_out_by_the_sender_s_weights(theatre):
    sent = shipments(theatre)

    assert shares(sent, theatre.weights0).sum() == pytest.approx(1.0)
    assert not shares(sent, np.zeros_like(theatre.weights0)).any()
