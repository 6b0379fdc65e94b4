"""Plain-Python oracles of the two kernels about formations: march and exchange."""

import math

from reference import between, center


def march(forces, rows, ground):
    """Move formations one after another; return the cells passed.

    Args:
        forces: list of dicts with cell, progress, route, x, y, site, gait, actor,
            fights, pace, mobility, aim (a point or None); changed in place.
        rows: which of them march, in order.
        ground: dict with halt, allowance, holder, secure, free, enterable, country,
            may_enter, advance, width, km, days, bank, joined, boats.
    """
    passed = 0
    for row in rows:
        one = forces[row]
        if one["gait"] == 0:
            continue
        left = ground["days"]
        while left > 1e-9:
            if one["gait"] == 1 and any(halts(one, other, ground) for other in forces):
                break
            if one["route"][0] < 0:
                _close_up(one, left, ground)
                break
            left, entered = _step(one, left, ground)
            passed += entered
    return passed


def halts(one, other, ground):
    """Return whether ``one`` may not go on because ``other`` is near."""
    limit = ground["halt"][one["actor"]][other["actor"]]
    if limit <= 0.0 or not other["fights"]:
        return False
    apart = (one["x"] - other["x"]) ** 2 + (one["y"] - other["y"]) ** 2
    return apart <= limit * limit and meet(one["cell"], other["cell"], ground)


def meet(here, there, ground):
    """Return whether two cells are on one bank or at the ends of crossings."""
    same = ground["bank"][here] == ground["bank"][there]
    return same or (ground["joined"][here] and ground["joined"][there])


def _pace(one, pace, cell, ground):
    """Return km a day into ``cell``, held down on ground that is not safe."""
    a, on_foot = one["actor"], min(1, one["mobility"])
    if ground["free"][a][ground["holder"][cell]] and ground["secure"][cell]:
        return pace
    return min(pace, ground["advance"] * ground["allowance"][on_foot][cell])


def _close_up(one, left, ground):
    """Go on towards the aim within the cell."""
    if one["aim"] is None:
        return
    here = center(one["cell"], ground["width"], ground["km"])
    length = math.dist(here, one["aim"])
    best = one["pace"] * ground["allowance"][min(1, one["mobility"])][one["cell"]]
    speed = _pace(one, best, one["cell"], ground)
    one["progress"] += min(left * speed, max(0.0, length - one["progress"]))
    if length > 0.0:
        one["x"], one["y"] = between(here, one["aim"], one["progress"])


def _step(one, left, ground):
    """Go on to the edge of the cell or the middle of the next; return days left.

    And the cells entered, 0 or 1.
    """
    u, v, a = one["cell"], one["route"][0], one["actor"]
    allowed = ground["enterable"][a][ground["holder"][v]]
    if not allowed or not ground["may_enter"][a][ground["country"][v]]:
        return 0.0, 0
    here, there = (center(c, ground["width"], ground["km"]) for c in (u, v))
    length = math.dist(here, there)
    near = one["progress"] < length / 2
    goal, at = (length / 2, u) if near else (length, v)
    allowance = ground["allowance"][min(1, one["mobility"])][at]
    speed = _pace(one, one["pace"] * allowance, at, ground)
    if ground["bank"][u] != ground["bank"][v]:
        speed *= ground["boats"][u]
    if speed <= 0.0:
        return 0.0, 0
    one["site"] = -1
    days = (goal - one["progress"]) / speed
    if near or days > left:
        one["progress"] = goal if days <= left else one["progress"] + left * speed
        one["x"], one["y"] = between(here, there, one["progress"])
        return left - days, 0
    one["cell"], one["progress"], (one["x"], one["y"]) = v, 0.0, there
    one["route"] = [*one["route"][1:], -1]
    return left - max(days, 0.0), 1


def exchange(forces, rules):
    """Return (loss of each, {(hit, firing): persons}, who is in contact, odds of each).

    Args:
        forces: list of dicts with x, y, actor, bank, joined, fights, power, persons,
            assaulting, exposure, irregular.
        rules: dict with fires, clash, reference, attrition, contact, reach,
            clash_reach, front, days.
    """
    foes = [_foes(k, forces, rules) for k in range(len(forces))]
    facing = [sum(forces[j]["persons"] for j in near) for near in foes]
    losses, by, odds = [], {}, []
    for k, one in enumerate(forces):
        aimed = {j: _aimed(forces[j], one, facing[j], rules) for j in foes[k]}
        fire = sum(aimed.values())
        if fire <= 0.0:
            losses.append(0.0)
            odds.append(0.0)
            continue
        crowd = sum(forces[j]["persons"] * one["persons"] / facing[j] for j in foes[k])
        felt = one["exposure"] * fire * min(1.0, rules["front"] / crowd)
        odds.append(felt / max(one["power"], 1.0))
        rate = rules["attrition"] * felt / one["persons"]
        if one["irregular"]:
            rate *= min(1.0, one["persons"] / rules["reference"])
        loss = one["persons"] * (1.0 - math.exp(-rate * rules["days"]))
        losses.append(loss)
        for j, part in aimed.items():
            pair = (one["actor"], forces[j]["actor"])
            by[pair] = by.get(pair, 0.0) + loss * part / fire
    return losses, by, [bool(near) for near in foes], odds


def _foes(k, forces, rules):
    one = forces[k]
    found = []
    for j, other in enumerate(forces):
        if j == k or not (one["fights"] and other["fights"]):
            continue
        # of a pair the lower row's view of whom it may fire on counts for both
        a, b = (
            (one["actor"], other["actor"]) if k < j else (other["actor"], one["actor"])
        )
        if rules["fires"][a][b]:
            limit = rules["reach"]
        elif rules["clash"][a][b]:
            limit = rules["clash_reach"]
        else:
            continue
        apart = (one["x"] - other["x"]) ** 2 + (one["y"] - other["y"]) ** 2
        together = one["bank"] == other["bank"] or (one["joined"] and other["joined"])
        if apart <= limit * limit and together:
            found.append(j)
    return found


def _aimed(firing, hit, facing, rules):
    """Return the fighting value that one formation turns on another."""
    assault = firing["assaulting"] or hit["assaulting"]
    intensity = 1.0 if assault else rules["contact"]
    return intensity * firing["power"] * hit["persons"] / facing


def plain_rows(columns):
    """Return a table of arrays as a list of dicts of plain values."""
    n = len(columns["actor"])
    return [{name: col[i].tolist() for name, col in columns.items()} for i in range(n)]
