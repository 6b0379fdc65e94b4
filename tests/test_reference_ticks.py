"""Whole ticks of the small scenario and the real one equal plain Python to 1e-9.

Move, fight, supply and control are worked out a second time from the same state; the
other phases are taken from the engine.
"""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
import reference_control
import reference_supply
import reference_ticks

from abm.kernels import BUCKETS
from abm.model import ConflictModel
from abm.phases import PHASES
from abm.rng import streams
from abm.theatre.near import near_points

SECOND = {
    "move": reference_ticks.move,
    "fight": reference_ticks.fight,
    "supply": reference_supply.supply,
    "control": reference_control.control,
}


def taken(world):
    """Return the state as plain lists by ``table.column``."""
    return {name: column.tolist() for name, column in world.columns().items()}


def land_of(theatre):
    """Return a theatre as plain values, under the names the reference uses."""
    p, n, ground = theatre.parameters, theatre.n_actors, theatre.ground
    start = ground.near_start.tolist()
    near = list(
        zip(ground.near_cell.tolist(), ground.near_weight.tolist(), strict=True)
    )
    grid, control = theatre.grid, p.control
    roads = {
        "allowance": ground.allowance.tolist(),
        "free": theatre.through.tolist(),
        "enterable": (theatre.through | theatre.contests).tolist(),
        "country": theatre.country.tolist(),
        "may_enter": theatre.may_enter.tolist(),
        "advance": p.move.advance,
        "width": grid.width,
        "km": grid.cell_km,
        "days": theatre.days_per_tick,
        "bank": theatre.bank.tolist(),
        "joined": ground.joined.tolist(),
    }
    battle = {
        "reference": p.fight.reference_strength,
        "attrition": p.fight.attrition,
        "contact": p.fight.contact,
        "reach": p.fight.reach,
        "clash_reach": p.escalate.clash_reach,
        "front": p.fight.stack * p.fight.front,
        "days": theatre.days_per_tick,
    }
    ends = zip(
        theatre.crossing_right.tolist(), theatre.crossing_left.tolist(), strict=True
    )
    sites = zip(theatre.site_x_km.tolist(), theatre.site_y_km.tolist(), strict=True)
    return SimpleNamespace(
        fight=p.fight,
        supply=p.supply,
        path_supply=control.path_supply,
        path_days=control.path_days,
        zone=p.decide.zone,
        zones=near_points(theatre)[: len(theatre.site_ids)].tolist(),
        most_offset=BUCKETS - 1,
        start_persons=theatre.formations0["personnel"].tolist(),
        replacements=[one.replacements_per_day for one in theatre.actors],
        supply_cost=ground.supply_cost.tolist(),
        roads=roads,
        battle=battle,
        rules={
            "war": theatre.contests.tolist(),
            "side": theatre.bloc.tolist(),
            "least": control.least,
            "advantage": control.advantage,
            "patience": control.patience,
            "days": theatre.days_per_tick,
        },
        near=[near[a:b] for a, b in itertools.pairwise(start)],
        ends=list(ends),
        site_xy=list(sites),
        boat_cost=round(p.move.boat_detour / ground.step_km),
        n_actors=n,
        n_parts=theatre.n_parts,
        width=grid.width,
        km=grid.cell_km,
        days=theatre.days_per_tick,
        step_km=ground.step_km,
        reach=p.fight.reach,
        apart_reach=p.escalate.apart_reach,
        captured_share=p.fight.captured_share,
        attack_supply=p.supply.attack_supply,
        capture=control.capture,
        capture_reach=control.capture_reach,
        move_cost=ground.move_cost[0].tolist(),
        **{
            name: getattr(p.move, name)
            for name in (
                "pace_foot",
                "pace_motorised",
                "boats",
                "consolidation",
                "bridging_days",
                "retreat",
                "open_ground",
            )
        },
        barrier=theatre.crossing_is_barrier.tolist(),
        joined=ground.joined.tolist(),
        site_people=theatre.site_population.tolist(),
        **{
            name: getattr(theatre, name).tolist()
            for name in (
                "war",
                "friend",
                "allied",
                "contests",
                "may_hold",
                "bank",
                "mask",
                "open",
                "cover",
                "population",
                "irregular",
                "site_cell",
                "site_bank",
                "site_supply",
                "site_controller0",
                "supply_group",
                "clients",
                "bloc",
            )
        },
    )


def assert_same(world, state, when):
    for name, column in world.columns().items():
        if column.dtype == np.float64 or column.dtype == np.float32:
            np.testing.assert_allclose(
                column, state[name], rtol=1e-9, atol=1e-9, err_msg=f"{when}: {name}"
            )
        else:
            assert column.tolist() == state[name], f"{when}: {name}"


def follow(model, ticks):
    """Run ticks phase by phase beside the reference; return the phases compared."""
    world, theatre = model.world, model.theatre
    land, compared = land_of(theatre), 0
    for _ in range(ticks):
        world.journal.clear()
        actors = model.actors if theatre.decides(world.tick) else []
        for name, phase in PHASES.items():
            draws = streams(model.seed_value, name, world.tick)
            second = SECOND.get(name)
            state = taken(world) if second else None
            phase(world, theatre, draws, actors=actors)
            if second:
                extra = ()
                if name == "fight":
                    extra = (draws().random(len(world.formations.actor)).tolist(),)
                if name == "supply":
                    extra = (theatre.decides(world.tick), world.tick == 0)
                second(state, land, *extra)
                assert_same(world, state, f"tick {world.tick}, {name}")
                compared += 1
        world.tick += 1
    return compared


@pytest.mark.parametrize("seed", [1, 2])
def test_the_first_ticks_equal_plain_python(seed):
    model = ConflictModel("two_valleys", rng=seed, collect=False)

    assert follow(model, 12) == 48


def test_ticks_in_the_middle_of_a_war_equal_plain_python():
    model = ConflictModel("two_valleys", rng=3, collect=False)
    for _ in range(60):
        model.step()

    assert follow(model, 8) == 32


def test_ticks_of_shaken_armies_equal_plain_python():
    model = ConflictModel("two_valleys", rng=4, collect=False)
    for _ in range(8):
        model.step()
    formations = model.world.formations
    formations.cohesion[:] = np.linspace(0.1, 1.0, len(formations.cohesion))
    formations.personnel[[2, 9]] = (4.0, 7.0)

    # broken formations fall back, give up, come together again
    assert follow(model, 10) == 40
    assert (formations.status != 0).any()


def test_ticks_in_open_clash_equal_plain_python():
    model = ConflictModel("two_valleys", rng=5, collect=False)
    dyads = model.world.dyads
    dyads.clash_days[0, 1] = dyads.clash_days[1, 0] = 3.0
    dyads.apart_days[2, 1] = dyads.apart_days[1, 2] = 2.0

    assert follow(model, 8) == 32


@pytest.mark.parametrize("start", [0, 60])
def test_ticks_of_the_whole_real_map_equal_plain_python(start):
    model = ConflictModel("deir_ezzor_2017", rng=1, cell_km=10, collect=False)
    for _ in range(start):
        model.step()

    assert follow(model, 8) == 32
