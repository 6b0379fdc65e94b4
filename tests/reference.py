"""Plain-Python oracles of every kernel: lists, dicts and heapq, no NumPy scalars.

Written from what a kernel promises rather than from how it does it. Where the order
of equal paths decides (a route), the promise is: of equal entries the newest first.
"""

import heapq
import math
import struct
from collections import defaultdict

UNREACHED = 2**30
LONGEST_STEP = 8191
STEPS = ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))


def single(value):
    """Return a float rounded to 32 bits."""
    return struct.unpack("f", struct.pack("f", value))[0]


def neighbours(cell, mask, width):
    """Yield (neighbour, factor of the step's cost) in the order of the directions."""
    for k, (south, east) in enumerate(STEPS):
        if mask[cell] & (1 << k):
            yield cell + south * width + east, 5 if k < 4 else 7


def crossings_of(crossings):
    """Return {cell: [(other, extra)]} of the open entries, in their order."""
    table = defaultdict(list)
    for cell, other, extra in crossings:
        if extra >= 0:
            table[cell].append((other, extra))
    return table


def search(cost, mask, width, crossings, sources, *, need=None, cap=UNREACHED - 1):
    """Return (dist, parent) of the cheapest paths from ``sources`` {cell: offset}."""
    over = crossings_of(crossings)
    dist, parent = [UNREACHED] * len(cost), [-1] * len(cost)
    queue, count, ways = [], 0, {}
    left = None if need is None else len(need)
    for cell, offset in sources:
        if cost[cell] and offset < dist[cell]:
            dist[cell] = offset
            heapq.heappush(queue, (offset, -count, cell))
            count += 1
    while queue and left != 0:
        d, _, u = heapq.heappop(queue)
        if d > cap:
            break
        if dist[u] != d:
            continue
        if left is not None and u in need:
            left -= 1
        here, bits = cost[u], mask[u]
        if bits not in ways:
            ways[bits] = list(neighbours(0, {0: bits}, width))
        for offset, factor in ways[bits]:
            v = u + offset
            there = d + (here + cost[v]) * factor
            if there < dist[v] and cost[v]:
                dist[v], parent[v] = there, u
                heapq.heappush(queue, (there, -count, v))
                count += 1
        for v, extra in over.get(u, ()):
            there = d + min((here + cost[v]) * 5 + extra, LONGEST_STEP)
            if there < dist[v] and cost[v]:
                dist[v], parent[v] = there, u
                heapq.heappush(queue, (there, -count, v))
                count += 1
    return dist, parent


def way(cell, parent):
    """Yield the cells from ``cell`` to the source of its path."""
    while cell >= 0:
        yield cell
        cell = parent[cell]


def approaches(cells, parent, friendly, flank, *, near, width, km):
    """Return (enemies beside, hostile km, entry) of the way to each of ``cells``."""
    found = []
    for start in cells:
        path = list(way(start, parent))
        enemies = hostile_km = 0.0
        for u, p in zip(path, [*path[1:], None], strict=True):
            if friendly[u]:
                continue
            away = math.dist(divmod(u, width), divmod(start, width)) * km
            enemies += flank[u] if away > near else 0.0
            if p is not None:
                hostile_km += math.dist(divmod(u, width), divmod(p, width)) * km
        held = [friendly[u] for u in path]
        if all(held):
            entry = start
        elif not held[-1]:
            entry = -1
        else:
            last_hostile = max(k for k, mine in enumerate(held) if not mine)
            entry = path[last_hostile + 1]
        found.append((enemies, hostile_km, entry))
    return found


def components(ground, mask, width, crossings):
    """Return the piece of ground each cell belongs to, numbered from the first cell."""
    over = crossings_of(crossings)
    label, count = [-1] * len(ground), 0
    for first in range(len(ground)):
        if not ground[first] or label[first] >= 0:
            continue
        stack, label[first] = [first], count
        while stack:
            u = stack.pop()
            beside = [v for v, _ in neighbours(u, mask, width)]
            for v in beside + [v for v, _ in over[u]]:
                if ground[v] and label[v] < 0:
                    label[v] = count
                    stack.append(v)
        count += 1
    return label, count


def routes(cells, parent, steps):
    """Return the next ``steps`` cells of each way, -1 past its end."""
    found = []
    for cell in cells:
        path = list(way(cell, parent))[1 : steps + 1]
        found.append(path + [-1] * (steps - len(path)))
    return found


def center(cell, width, km):
    """Return a cell's centre, km east and south."""
    return (cell % width + 0.5) * km, (cell // width + 0.5) * km


def between(one, two, covered):
    """Return the point ``covered`` km from ``one`` towards ``two``, at most there."""
    length = math.dist(one, two)
    part = min(1.0, covered / length) if length > 0.0 else 0.0
    return one[0] + (two[0] - one[0]) * part, one[1] + (two[1] - one[1]) * part


def position(cell, covered, next_cell, post, aim, *, width, km):
    """Return where a formation stands; ``post`` and ``aim`` are points or None."""
    if post is not None:
        return post
    here = center(cell, width, km)
    if next_cell >= 0:
        return between(here, center(next_cell, width, km), covered)
    return between(here, aim, covered) if aim is not None else here


def influence(n_actors, n_cells, placed, near):
    """Return strength[actor][cell] of (cell, actor, power), ``near[cell]`` pairs."""
    total = [[0.0] * n_cells for _ in range(n_actors)]
    for cell, actor, power in placed:
        if power <= 0.0:
            continue
        for other, weight in near[cell]:
            total[actor][other] = single(total[actor][other] + single(power * weight))
    return total


def reached(n_sides, n_cells, placed, near, *, side, least):
    """Return reached[side][cell]: half the power of one of ``least`` is felt there."""
    found = [[False] * n_cells for _ in range(n_sides)]
    for cell, actor, power in placed:
        for other, weight in near[cell]:
            if power >= least and weight >= 0.5:
                found[side[actor]][other] = True
    return found


def contest(cell, rules):
    """Return a cell's state after one tick, and whether it changed hands.

    Args:
        cell: dict with holder, contested, exposed, days_held, cleared, challenger,
            challenge_days, reached (by the holder's side),
            strength, present, may_hold (per actor), populated, open.
        rules: dict with war, side, least, advantage, patience, days.
    """
    if not cell["open"]:
        return cell, False
    new = cell | {"days_held": single(cell["days_held"] + rules["days"])}
    if cell["cleared"] > 0.0 or cell["reached"]:
        new["cleared"] = single(cell["cleared"] + rules["days"])
    quiet = {"challenger": -1, "challenge_days": 0.0}
    strength, h = cell["strength"], cell["holder"]
    if not any(value > 0.0 for value in strength):
        return new | quiet | {"contested": False, "exposed": 0}, False
    side, war = rules["side"], rules["war"]
    total = defaultdict(float)
    for actor, value in enumerate(strength):
        total[side[actor]] += value
    own = total[side[h]]
    enemies = [a for a, value in enumerate(strength) if war[a][h] and value > 0.0]
    most = max((total[side[a]] for a in enemies), default=0.0)
    new["contested"] = most >= rules["least"] and own >= rules["least"]
    part = most / (most + own) if most >= rules["least"] else 0.0
    new["exposed"] = round(4 * part)
    able = [
        a
        for a in enemies
        if cell["may_hold"][a] and (cell["present"][a] or not cell["populated"])
    ]
    if not able:
        return new | quiet, False
    best = max(able, key=lambda a: (total[side[a]], strength[a], -a))
    upper = total[side[best]]
    if upper < rules["least"] or upper < rules["advantage"] * own:
        return new | quiet, False
    before = cell["challenger"]
    lasted = cell["challenge_days"] if before >= 0 and side[before] == side[best] else 0
    lasted = single(lasted + rules["days"])
    if lasted >= rules["patience"]:
        return new | quiet | {"holder": best, "days_held": 0.0, "cleared": 0.0}, True
    return new | {"challenger": best, "challenge_days": lasted}, False


def near_cells(cells, cost, mask, width, *, scale, limit):
    """Return {cell: {near cell: km}} within ``limit`` km, on its bank."""
    bound = int(limit / scale)
    found = {}
    for c in [c for c, wanted in enumerate(cells) if wanted and cost[c]]:
        dist, _ = search(cost, mask, width, [], [(c, 0)], cap=bound)
        found[c] = {v: d * scale for v, d in enumerate(dist) if d <= bound}
    return found


def group(order, days_away, strength, free, *, wanted, most, farthest):
    """Return the members of the group that one candidate gets, nearest first."""
    members = []
    for i in [i for i in order if free[i]][:most]:
        if days_away[i] > farthest:
            break
        members.append(i)
        if sum(strength[k] for k in members) >= wanted:
            break
    return members


def spread(amount, steps, *, height, width):
    """Return the sum of the amounts that lie ``steps`` from each cell."""
    total = [0.0] * len(amount)
    for cell, size in enumerate(amount):
        for south, east in steps:
            row, column = cell // width + south, cell % width + east
            if 0 <= row < height and 0 <= column < width:
                total[row * width + column] += size
    return total


def flows(n, parent, cells, persons):
    """Return the persons whose way passes each cell."""
    flow = [0.0] * n
    for cell, number in zip(cells, persons, strict=True):
        for u in way(cell, parent):
            flow[u] += number
    return flow


def root(cell, parent, dist):
    """Return the source of a cell's path, -1 where there is none."""
    return -1 if dist[cell] >= UNREACHED else list(way(cell, parent))[-1]


def first_on_way(cell, parent, wanted):
    """Return the first wanted cell on the way, -1 where there is none."""
    return next((u for u in way(cell, parent) if wanted[u]), -1)


def marked(cells, steps, *, height, width):
    """Return the cells that lie ``steps`` from ``cells``, kept on the grid."""
    found = set()
    for cell in cells:
        row, column = divmod(cell, width)
        for south, east in steps:
            on_row = sorted((0, row + south, height - 1))[1]
            on_column = sorted((0, column + east, width - 1))[1]
            found.add(on_row * width + on_column)
    return found


def detour(point, one, two, cost, *, bank, goal, reach, width):
    """Return the least that a way past a point costs: by the cells at its distance."""
    best, level = UNREACHED, min(one[point], goal)
    for cell, price in enumerate(cost):
        dead = price == 0 or one[cell] >= UNREACHED or two[cell] >= UNREACHED
        away = math.dist(divmod(cell, width), divmod(point, width))
        past = away > reach or bank[cell] != bank[point]
        if not dead and past and abs(one[cell] - level) <= 7 * price:
            best = min(best, one[cell] + two[cell])
    return best
