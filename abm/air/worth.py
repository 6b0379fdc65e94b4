"""Worth: what a sortie's target is worth, from the recorded quantities alone.

The formulas of ``abm.air.tasking`` once more, for one target of one operator: the
record keeps what they are made of, and whoever reads it computes the worth again.
"""

from collections.abc import Callable, Mapping

Terms = Mapping[str, float]

QUANTITIES = (
    "side",
    "aim",
    "beaten",
    "anyway",
    "care",
    "attacking",
    "engaged",
    "defence",
    "persons",
    "crowd",
    "enmity",
    "value",
    "weight",
    "regard",
    "caution",
    "hottest",
)
"""What worth is made of, as ``abm.air.tasking`` names it; a task uses some of it."""


def _support(q: Terms) -> dict[str, float]:
    need = q["attacking"] + q["defence"] * max(q["engaged"] - q["attacking"], 0.0)
    need = need * q["persons"] / (q["persons"] + q["crowd"])
    found = {name: q["side"] * q[name] * need for name in ("aim", "beaten", "anyway")}
    return {**found, "care": q["care"] * need, "caution": -q["caution"] * q["hottest"]}


def _interdiction(q: Terms) -> dict[str, float]:
    struck = q["enmity"] * q["value"] * q["regard"]
    return {"enmity": struck, "caution": -q["caution"] * q["hottest"]}


def _patrol(q: Terms) -> dict[str, float]:
    return {"watch": q["regard"] * q["care"] * q["hottest"]}


def _reconnaissance(q: Terms) -> dict[str, float]:
    return {"attack": q["side"] * q["weight"] * q["regard"]}


def _airdrop(q: Terms) -> dict[str, float]:
    return {"besieged": q["side"] * q["persons"] / (q["persons"] + q["crowd"])}


_PARTS: dict[str, Callable[[Terms], dict[str, float]]] = {
    "support": _support,
    "interdiction": _interdiction,
    "patrol": _patrol,
    "reconnaissance": _reconnaissance,
    "airdrop": _airdrop,
}


def parts(task: str, quantities: Terms) -> dict[str, float]:
    """Return what adds up to a target's worth, in units of satisfaction.

    Args:
        task: one of ``abm.world.TASKS`` but ``ground``.
        quantities: recorded terms, by the names in ``QUANTITIES``.
    """
    return _PARTS[task](quantities)
