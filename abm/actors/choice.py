"""Choice: what an option is worth, term by term, and which one is taken.

All terms are in units of satisfaction, so that they can be added and explained.
"""

from collections.abc import Mapping

import numpy as np

from abm.units import Days, FloatArray, Share

GAIN = "gain."
WEIGHT = "weight."
UNOPPOSED = 1e9
"""Force ratio where nobody is to be fought: it costs nothing."""


def success(ratio: FloatArray, *, steepness: float, even: float) -> FloatArray:
    """Return the probability that an attack succeeds at a force ratio.

    R^b / (R^b + r0^b).

    Args:
        ratio: own over enemy fighting value, shape (n,).
        steepness: exponent b.
        even: ratio r0 at which success is one half.

    Source:
        Hirshleifer (1989), Conflict and rent-seeking success functions: ratio form.
    """
    power = np.power(np.maximum(ratio, 0.0), steepness)
    chance: FloatArray = power / (power + even**steepness)
    return chance


def gumbel(draws: FloatArray) -> FloatArray:
    """Return standard Gumbel numbers from uniform draws (inverse transform)."""
    inside = np.minimum(np.maximum(draws, 1e-300), 1.0 - 1e-16)
    number: FloatArray = -np.log(-np.log(inside))
    return number


def expected_loss(ratio: FloatArray, *, at_parity: Share) -> FloatArray:
    """Return the share of the group an attack at a force ratio is expected to cost."""
    loss: FloatArray = np.minimum(1.0, at_parity / np.maximum(ratio, 1e-6))
    return loss


def totals(
    benefit: FloatArray,
    chance: FloatArray,
    *,
    loss: FloatArray,
    supply: FloatArray,
    tension: FloatArray,
    travel: FloatArray,
) -> FloatArray:
    """Return utilities: benefit times chance, less the costs; all shape (n,)."""
    return benefit * chance - loss - supply - tension - travel


def utility_terms(inputs: Mapping[str, float]) -> dict[str, float]:
    """Return a decision's terms computed again from its recorded inputs.

    Args:
        inputs: ``Decision.inputs``: ``weight.<objective>`` and ``gain.<objective>``
            for each objective that counts, ``hold`` (1 for a defence), ``sure`` (1
            where nobody is to be fought), the strengths of ``ratio_of`` and the prices
            and quantities named below.

    Returns:
        One positive term per objective and the negative terms ``loss``, ``supply``,
        ``tension`` and ``travel``; their sum is the utility.
    """
    price = inputs
    chance = chance_of(inputs)
    names = [name[len(GAIN) :] for name in inputs if name.startswith(GAIN)]
    terms = {name: price[WEIGHT + name] * price[GAIN + name] * chance for name in names}
    share = price["force_share"]
    ratio = UNOPPOSED if price["sure"] > 0.0 else ratio_of(inputs)
    lost = min(1.0, price["loss_at_parity"] / max(ratio, 1e-6))
    terms["loss"] = -price["loss_price"] * lost * share
    terms["supply"] = -price["supply_price"] * (1.0 - price["expected_supply"]) * share
    terms["tension"] = -price["tension_price"] * price["expected_tension"]
    terms["travel"] = -price["travel_price"] * price["travel_days"] * share
    return terms


def ratio_of(inputs: Mapping[str, float]) -> float:
    """Return own over enemy fighting value: the group's and those there, over his."""
    own = inputs["group_power"] + inputs["own_there"]
    return own / resistance_of(inputs)


def resistance_of(inputs: Mapping[str, float]) -> float:
    """Return the believed enemy's strength as cover and works will make it felt."""
    return max(inputs["enemy_believed"] * inputs["defence"], 1.0)


def chance_of(inputs: Mapping[str, float]) -> float:
    """Return the chance that multiplies the gains, from a decision's inputs.

    For an attack, its success; for a defence, how much less likely the place is to be
    lost with the group than without it.
    """

    def at(ratio: float) -> float:
        power = max(ratio, 0.0) ** inputs["steepness"]
        return float(power / (power + inputs["even"] ** inputs["steepness"]))

    if inputs["hold"] > 0.0:
        without = resistance_of(inputs) / max(inputs["own_there"], 1.0)
        return at(without) - at(1.0 / max(ratio_of(inputs), 1e-6))
    if inputs["sure"] > 0.0:
        return 1.0
    return at(ratio_of(inputs))


def travel_price(cost: Share, horizon: Days) -> float:
    """Return the price of a day's travel of the whole force."""
    return cost / horizon
