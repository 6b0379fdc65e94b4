"""The fly phase on the small scenario."""

import numpy as np
import pytest

from abm.air import targets
from abm.air.standing import standing
from abm.opening import opening
from abm.phases import fly
from abm.rng import streams
from abm.scenario import load_scenario
from abm.theatre import build
from abm.world import TASKS

AIRDROP, PATROL, SUPPORT = (TASKS.index(n) for n in ("airdrop", "patrol", "support"))


@pytest.fixture(scope="module")
def theatre():
    return build(load_scenario("two_valleys"))


def flown(theatre, *, ticks=8, prepare=None, seed=4):
    world = opening(theatre)
    world.formations.contact[:] = True
    if prepare:
        prepare(world)
    events, tracks, incidents = [], [], []
    for tick in range(ticks):
        world.journal.clear()
        events += fly.run(world, theatre, streams(seed, "fly", tick))
        tracks += world.journal.tracks
        incidents += world.journal.incidents
        world.tick += 1
    return world, events, tracks, incidents


def other_values(theatre, **values):
    return build(theatre.scenario.with_overrides(values))


def test_people_lost_to_aircraft_are_booked(theatre):
    before = opening(theatre).formations
    world, _, _, _ = flown(theatre, ticks=1)

    lost = np.bincount(before.actor, before.personnel - world.formations.personnel)
    assert lost.sum() > 0
    np.testing.assert_allclose(lost, world.actors.killed_wounded)
    np.testing.assert_allclose(lost, world.journal.kills.sum(axis=1))
    booked = sum(row[3] for row in world.journal.kill_cells)
    assert booked == pytest.approx(lost.sum(), abs=0.1)


def test_fire_falls_only_on_parties_at_war_with_the_operator(theatre):
    world, _, _, _ = flown(theatre, ticks=1)
    n = theatre.n_actors

    assert not world.journal.kills[~theatre.war[:n, :n]].any()


def test_every_asset_flies_only_what_its_role_can_and_as_far_as_it_reaches(theatre):
    _, _, tracks, _ = flown(theatre)
    can = {
        "strike": {"support", "interdiction"},
        "fighter": {"patrol"},
        "multirole": {"support", "interdiction", "patrol"},
        "airlift": {"airdrop"},
    }

    assert tracks
    for track in tracks:
        assert TASKS[track.task] in can[theatre.air_role[track.asset]]
        x, y = theatre.grid.center_km(track.cell)
        away = np.hypot(
            x - theatre.air_base_x_km[track.asset],
            y - theatre.air_base_y_km[track.asset],
        )
        reach = theatre.air_radius_km[track.asset]
        assert away <= reach + theatre.grid.cell_km


def test_a_grounded_asset_does_not_fly(theatre):
    def ground(world):
        world.air.grounded[:] = True

    world, _, tracks, _ = flown(theatre, prepare=ground)

    assert not tracks
    assert not world.air.flown.any()


def test_no_aircraft_fly_from_a_base_the_enemy_holds(theatre):
    enemy = theatre.holder_index["raiders"]

    def lose(world):
        world.sites.controller[theatre.site_row["T18"]] = enemy

    world, _, _, _ = flown(theatre, prepare=lose)
    based = theatre.air_base_site == theatre.site_row["T18"]

    assert based.any()
    assert not world.air.flown[based].any()
    assert world.air.flown[~based].any()


def test_dropped_tonnes_reach_a_cut_off_site_with_people(theatre):
    row = theatre.site_row["T04"]

    def cut_off(world):
        world.sites.supplied[row] = False

    _, _, tracks, _ = flown(theatre, prepare=cut_off, ticks=12)
    drops = [track for track in tracks if track.task == AIRDROP]
    world, _, _, _ = flown(theatre, prepare=cut_off, ticks=12)

    assert {track.cell for track in drops} == {int(theatre.site_cell[row])}
    most = sum(t.sorties for t in drops) * theatre.parameters.fly.lift
    assert 0 < world.sites.stock[row] < most


def test_support_raises_fighting_value_up_to_its_most(theatre):
    own, enemy = theatre.holder_index["aurelia"], theatre.holder_index["raiders"]

    def meet(world):
        formations = world.formations
        first, second = (np.flatnonzero(formations.actor == a)[0] for a in (own, enemy))
        formations.site[second] = formations.site[first]
        formations.cell[second] = formations.cell[first]
        formations.assaulting[first] = True

    most = []
    for ticks in range(1, 9):
        world, _, tracks, _ = flown(theatre, ticks=ticks, prepare=meet)
        assert not world.formations.air_support[world.formations.actor == enemy].any()
        most.append(world.formations.air_support.max())

    assert any(track.task == SUPPORT for track in tracks)
    assert 0 < max(most) <= theatre.parameters.fly.support_most


def test_repositioned_aircraft_fly_more_patrols():
    real = build(load_scenario("deir_ezzor_2017"), 10.0)
    operator = standing(real).watches[0].watched

    def patrols(share):
        def prepare(world):
            world.actors.patrol_share[:] = share

        _, _, tracks, _ = flown(real, prepare=prepare, ticks=6)
        return sum(
            t.sorties for t in tracks if t.actor == operator and t.task == PATROL
        )

    assert patrols(0.9) > 2 * patrols(0.0)


def test_reserves_that_join_fly_more_sorties(theatre):
    def joined(share):
        def prepare(world):
            world.actors.reserve_share[:] = share

        return flown(theatre, prepare=prepare, ticks=30)[0].air.flown.sum()

    assert joined(1.0) > joined(0.0)


def test_strikes_that_are_easily_misread_bring_incidents_and_answers(theatre):
    sure = other_values(
        theatre,
        **{
            "fly.misread": 1.0,
            "fly.misread_reach": 60.0,
            "fly.roe_calm": 1.0,
            "fly.kill_multirole": 1.0,
            "fly.kill_fighter": 1.0,
            "fly.detection": 0.9,
        },
    )
    world, events, tracks, incidents = flown(sure, ticks=40)
    kinds = {incident.kind for incident in incidents}
    never = flown(other_values(theatre, **{"fly.misread": 0.0}), ticks=40)[3]

    assert "strike_on_proxy" in kinds
    assert not [one for one in never if one.kind == "strike_on_proxy"]
    downed = [one for one in incidents if one.kind == "shootdown"]
    lost_to_fire = [one for one in events if one.kind == "aircraft_lost"]
    assert world.air.lost.sum() == len(downed) + len(lost_to_fire)
    assert sum(track.intercepted_by >= 0 for track in tracks) == len(downed)
    assert all(0 < one.hazard <= 1 for one in incidents)


def test_sorties_over_the_watched_area_are_tracked_once_the_channel_is_shut(theatre):
    (watch,) = standing(theatre).watches

    def shut(world):
        world.dyads.air_channel[:] = False

    def tracked(prepare):
        seen = other_values(theatre, **{"fly.detection": 0.9})
        world, _, tracks, _ = flown(seen, prepare=prepare, ticks=24)
        return world, [t for t in tracks if t.tracked_by == watch.watcher]

    world, seen = tracked(shut)
    assert all(track.actor == watch.watched for track in seen)
    assert all(theatre.areas[watch.area][track.cell] for track in seen)
    assert not tracked(None)[1]
    assert (world.actors.tracked[watch.watched] > 0.0) == bool(seen)


def test_hazards_name_each_pair_once_in_order(theatre):
    world, _, _, _ = flown(theatre, ticks=1)

    for low, high, cell, size in world.journal.hazards:
        assert low < high
        assert 0 <= cell < theatre.grid.n_cells
        assert 0 < size <= 1


def test_the_same_seed_flies_the_same_sorties(theatre):
    one, other = flown(theatre)[0], flown(theatre)[0]

    assert one.digest() == other.digest()
    assert one.digest() != flown(theatre, seed=5)[0].digest()


def test_who_wants_no_escalation_is_more_cautious_in_the_air_too():
    theatre = build(load_scenario("two_valleys"))
    world, rules = opening(theatre), standing(theatre)
    aims = [one for one in theatre.objectives if one.spec.type == "avoid_escalation"]
    assert [theatre.actors[one.actor].id for one in aims] == ["borealia"]

    def caution():
        return targets.interests(world, theatre, rules).caution

    averse = theatre.parameters.fly.caution * rules.aversion
    wanted = np.zeros(theatre.n_actors)
    wanted[aims[0].actor] = world.actors.weights[aims[0].row]
    assert wanted.max() > 0.0
    assert caution() == pytest.approx(averse + wanted)

    world.actors.weights[aims[0].row] = 0.0
    assert caution() == pytest.approx(averse)
