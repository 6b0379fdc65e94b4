"""Supply: use and arrival by hand, pockets, sieges, replacements."""

import numpy as np
import pytest
from small import CROWN, HILLS, RAIDERS, at, draws, keep_only, place, start

from abm.actors.situation import Situation
from abm.phases import supply
from abm.theatre.ground import around, disc
from abm.world import ACTIVE

GUARD, FOOT, GARRISON, SCOUTS = 0, 1, 4, 9


def run(world, theatre):
    events = supply.run(world, theatre, draws("supply", world.tick))
    world.tick += 1
    return events


def test_a_formation_uses_a_fifth_of_its_stock_a_day_and_more_in_an_assault():
    world, theatre = start()
    formations = world.formations
    world.tick = 2
    formations.inflow[:] = 0.5
    formations.assaulting[[GUARD, FOOT]] = True
    formations.contact[GUARD] = True
    run(world, theatre)

    # stock of 5 days: 1 + (0.5 - 1 · 1.5) · 0.25 / 5; others 1 + (0.5 - 1) / 20
    assert formations.supply[GUARD] == pytest.approx(0.95)
    assert formations.supply[GARRISON] == pytest.approx(0.975)
    # an order to attack uses nothing up before there is an enemy to fire at
    assert formations.supply[FOOT] == pytest.approx(0.975)


def test_supply_settles_at_what_arrives():
    world, theatre = start()
    world.formations.inflow[:] = 0.4
    for _ in range(400):
        world.tick = 2
        run(world, theatre)

    assert world.formations.supply[:28] == pytest.approx([0.4] * 28, abs=1e-6)


def test_what_arrives_fades_by_half_over_the_decay_distance():
    world, theatre = start()
    place(world, theatre, GUARD, at(theatre, 10, 8))
    run(world, theatre)

    # Millbridge's depot two cells off. A primary road's decay lies between road and
    # open ground as its pace does: 50 + 210 · (0.9 - 0.3) / 0.7 = 230 km; cost
    # 10 · 260 / 230 = 11; two steps of (11 + 11) · 5 · 0.05 km = 11 km of best road
    assert world.formations.inflow[GUARD] == pytest.approx(2 ** (-11 / 260), rel=1e-6)
    assert world.formations.inflow[2] == pytest.approx(1.0)


def test_too_many_mouths_share_what_the_bases_can_feed():
    found = []
    for persons in (1000.0, 80_000.0, 160_000.0):
        world, theatre = start()
        world.formations.personnel[GUARD] = persons
        run(world, theatre)
        found.append(float(world.formations.inflow[GUARD]))

    assert found[0] == pytest.approx(1.0)
    assert found[1] < 1.0
    assert found[2] / found[1] == pytest.approx(0.5, rel=0.05)


def encircle(world, theatre, name, enemy=RAIDERS, km=12.0):
    """Give the ground around a site to an enemy; return the site's row."""
    site = theatre.site_row[name]
    cell = theatre.site_cell[site]
    ring = around(np.array([cell]), disc(km, theatre.grid.cell_km), theatre.grid)
    for one in ring.ravel():
        if theatre.open[one] and one != cell:
            world.cells.holder[one] = enemy
    return site


def test_a_besieged_garrison_lives_on_its_store():
    world, theatre = start()
    keep = encircle(world, theatre, "T04")
    supply.survey(world, theatre)
    assert not world.sites.supplied[keep]
    run(world, theatre)

    # 500 persons · 0.003 t · 120 days = 180 t, less 500 · 0.003 · 0.25 day
    assert not world.sites.supplied[keep]
    assert world.sites.besieger[keep] == RAIDERS
    assert world.formations.inflow[GARRISON] == pytest.approx(1.0)
    assert world.sites.stock[keep] == pytest.approx(180 - 0.375)


def test_an_empty_store_feeds_nobody():
    world, theatre = start()
    keep = encircle(world, theatre, "T04")
    run(world, theatre)
    world.sites.stock[keep] = 0.6
    run(world, theatre)
    # a day's need is 1.5 t: 0.6 / 1.5
    assert world.formations.inflow[GARRISON] == pytest.approx(0.4)
    assert world.sites.stock[keep] == 0.0
    world.tick = 5
    run(world, theatre)
    assert world.formations.inflow[GARRISON] == 0.0


def test_a_siege_is_broken_by_a_path_of_two_days_and_its_side_is_named():
    world, theatre = start()
    before = world.cells.holder.copy()
    keep = encircle(world, theatre, "T04")
    run(world, theatre)
    world.cells.holder[:] = before
    world.cells.days_held[:] = 50.0
    # the last link is won in the north-west of the keep
    world.cells.days_held[at(theatre, 11, 8)] = 0.0
    world.cells.days_held[at(theatre, 11, 9)] = 3.0
    events = run(world, theatre)
    assert world.sites.supplied[keep]
    assert events == []
    assert world.sites.besieger[keep] == RAIDERS
    world.tick = 5
    events = run(world, theatre)

    assert [(event.kind, event.actor, event.other) for event in events] == [
        ("siege_broken", CROWN, RAIDERS)
    ]
    assert "Stonekeep" in events[0].text
    assert world.sites.besieger[keep] == -1


def test_replacements_come_at_the_actors_rate_from_its_pool():
    world, theatre = start()
    world.formations.personnel[GUARD] -= 100.0
    world.actors.killed_wounded[CROWN] = 100.0
    world.tick = 1
    run(world, theatre)

    # 2 % of 600 a day would be 12; the Crown sends 10 a day; 800 - 10 are left
    assert world.formations.personnel[GUARD] == pytest.approx(510.0)
    assert world.actors.replaced[CROWN] == pytest.approx(10.0)
    assert world.actors.pool[CROWN] == pytest.approx(790.0)


@pytest.mark.parametrize(
    ("column", "value"), [("contact", True), ("supply", 0.4), ("status", 1)]
)
def test_those_in_contact_hungry_or_broken_get_none(column, value):
    world, theatre = start()
    world.formations.personnel[GUARD] -= 100.0
    world.actors.killed_wounded[CROWN] = 100.0
    getattr(world.formations, column)[GUARD] = value
    world.tick = 1
    run(world, theatre)

    assert world.formations.personnel[GUARD] == 500.0
    assert world.actors.replaced[CROWN] == 0.0


def test_an_empty_pool_sends_nobody():
    world, theatre = start()
    world.formations.personnel[GUARD] -= 100.0
    world.actors.killed_wounded[CROWN] = 100.0
    world.actors.pool[CROWN] = 3.0
    world.tick = 1
    run(world, theatre)

    assert world.formations.personnel[GUARD] == pytest.approx(503.0)
    assert world.actors.pool[CROWN] == 0.0


def test_raiders_recruit_from_the_people_they_hold():
    world, theatre = start()
    before = world.actors.pool[RAIDERS]
    world.tick = 1
    run(world, theatre)

    # 15 000 + 6 000 + 2 000 + 200 people, 0.002 a month, a thirtieth of that a day
    held = theatre.site_population[theatre.site_controller0 == RAIDERS].sum()
    assert held == 23_200
    gained = world.actors.pool[RAIDERS] - before + world.actors.replaced[RAIDERS]
    assert gained == pytest.approx(23_200 * 0.002 / 30)


def test_a_proxy_without_support_gets_its_own_means_only():
    world, theatre = start()
    run(world, theatre)
    full = float(world.formations.inflow[SCOUTS])
    world, theatre = start()
    world.actors.support[HILLS] = 0.5
    run(world, theatre)

    # own means 0.6: 0.6 + 0.4 · 0.5 = 0.8
    assert world.formations.inflow[SCOUTS] == pytest.approx(0.8 * full)
    assert world.formations.inflow[2] == pytest.approx(1.0)


def test_no_supply_crosses_the_river_where_nothing_crosses_it():
    world, theatre = start()
    keep_only(world, GUARD)
    east = int(theatre.crossing_left[1])
    place(world, theatre, GUARD, east)
    world.formations.status[GUARD] = ACTIVE
    west_bank = theatre.bank == theatre.bank[theatre.crossing_right[1]]
    world.sites.controller[~west_bank[theatre.site_cell]] = RAIDERS
    world.cells.holder[theatre.open] = CROWN
    run(world, theatre)
    over = float(world.formations.inflow[GUARD])
    world.crossings.state[:] = 0
    world.tick = 1
    run(world, theatre)

    assert over > 0.0
    assert world.formations.inflow[GUARD] == 0.0


def test_replacing_conserves_people():
    world, theatre = start()
    world.formations.personnel[:20] *= 0.7
    gone = world.actors.start_persons - np.bincount(
        world.formations.actor, world.formations.personnel, theatre.n_actors
    )
    world.actors.killed_wounded[:] = gone
    for _ in range(12):
        run(world, theatre)
    present = np.bincount(
        world.formations.actor, world.formations.personnel, theatre.n_actors
    )

    total = world.actors.start_persons + world.actors.replaced
    np.testing.assert_allclose(total, present + world.actors.killed_wounded, atol=1e-6)
    start_of = theatre.formations0["personnel"]
    assert (world.formations.personnel[: theatre.n_parts] <= start_of + 1e-9).all()


def test_a_base_feeds_those_inside_it_though_the_cell_round_it_is_anothers():
    world, theatre = start()
    town = theatre.site_row["T05"]
    cell = int(theatre.site_cell[town])
    inside = int(np.flatnonzero(world.formations.actor == RAIDERS)[0])
    place(world, theatre, inside, cell)
    assert world.sites.controller[town] == RAIDERS
    world.cells.holder[around(np.array([cell]), disc(15.0, 5.0), theatre.grid)] = CROWN

    supply.run(world, theatre, draws("supply"))

    fed = world.formations.inflow[inside]
    assert fed > 0.0
    # one site feeds 6 % of its people; who is inside it has no road to go
    people = theatre.site_population[town] * theatre.parameters.supply.inhabitants_fed
    here = (world.formations.cell == cell) & (world.formations.actor == RAIDERS)
    share = min(1.0, people / world.formations.personnel[here].sum())
    assert fed == pytest.approx(share, rel=1e-6)


def test_a_depot_that_no_ground_joins_to_a_base_feeds_nobody():
    world, theatre = start()
    town = theatre.site_row["T04"]
    world.sites.depot_km[town] = 20.0
    cell = int(theatre.site_cell[town])
    joined, start_km = Situation(world, theatre).sources(CROWN)
    encircle(world, theatre, "T04")
    cells, _ = Situation(world, theatre).sources(CROWN)

    # 20 km in steps of the path search
    found = joined.tolist().index(cell)
    assert start_km[found] == round(20.0 / theatre.ground.step_km)
    assert cell not in cells.tolist()
    assert set(cells.tolist()) == set(joined.tolist()) - {cell}


def far_town(exposed=0):
    """Return a world whose Stonekeep has long been supplied; every cell as exposed."""
    world, theatre = start()
    world.cells.exposed[:] = exposed
    keep = theatre.site_row["T04"]
    world.sites.path_days[keep] = 50.0
    return world, theatre, keep


def test_a_depot_leaves_its_share_of_the_way_from_a_base():
    world, theatre, keep = far_town()
    run(world, theatre)

    # from Millbridge one step straight and two aslant, over cells that cost 11, 11, 15
    # and 15: (11 + 11) · 5 + (11 + 15) · 7 + (15 + 15) · 7 = 502 of 0.05 km
    assert theatre.ground.step_km == pytest.approx(0.05)
    share = theatre.parameters.supply.depot_share
    assert world.sites.depot_km[keep] == pytest.approx(share * 25.1)


def test_a_depot_is_as_far_from_its_base_as_todays_road():
    found = []
    for exposed in (4, 0):
        world, theatre, keep = far_town(exposed)
        run(world, theatre)
        found.append(float(world.sites.depot_km[keep]))
    world, theatre, keep = far_town(exposed=4)
    world.sites.depot_km[keep] = 1.0
    run(world, theatre)

    # where the enemy alone has influence ground costs supply.contested times as much
    factor = theatre.parameters.supply.contested
    assert found[0] == pytest.approx(factor * found[1])
    # what it was yesterday makes no difference: a depot never feeds itself
    assert world.sites.depot_km[keep] == pytest.approx(found[0])


@pytest.mark.parametrize("quarters", [0, 1, 2, 3, 4])
def test_supply_costs_more_by_the_enemys_part_of_the_influence(quarters):
    world, theatre, keep = far_town()
    run(world, theatre)
    free = float(world.sites.depot_km[keep])
    world, theatre, keep = far_town(quarters)
    run(world, theatre)

    more = (theatre.parameters.supply.contested - 1.0) * quarters / 4
    assert world.sites.depot_km[keep] == pytest.approx(free * (1.0 + more), rel=0.03)
