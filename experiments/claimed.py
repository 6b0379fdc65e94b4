"""The claims of the text (MODEL section 11), each as a test on paired runs."""

import pandas as pd

from abm.scenario import Scenario, paths
from experiments.measures import WINDOW_DAYS
from experiments.verdicts import (
    ASSUMED,
    MOST,
    Verdict,
    difference,
    mean_of,
    share_of,
    together,
)

GAIN_KM = 50.0
"""How much nearer the Tanf proxies must come for the screen to have mattered."""

NEUTRAL = 1.0
STRENGTHS = (("neutral", "1"), ("middle", "3 (air), 2 (ground)"), ("strong", "10, 6"))
"""Levels of the multipliers in the claims study, and their values in words."""

MULTIPLIERS = ("fly.shut_air", "escalate.shut_ground")


def verdicts(runs: pd.DataFrame, scenario: Scenario) -> tuple[Verdict, ...]:
    """Return the verdict on every claim.

    Args:
        runs: what ``measures.measured`` returns.
        scenario: of the runs.
    """
    return (
        c1(runs),
        c2(runs),
        c3(runs),
        c4(runs, fixed=fixed_by_range(scenario)),
        c5(runs),
        c6(runs),
        p2(runs),
    )


def c1(runs: pd.DataFrame) -> Verdict:
    """S2: the city can become a bigger flashpoint than Al-Tanf."""
    reference = runs[runs["arm"] == "reference"]
    words = "flashpoint index of Deir ez-Zor minus that of Al-Tanf"
    effects = (
        mean_of(reference["flash_max"], what=f"{words}, largest value of the run"),
        mean_of(reference["flash_sum"], what=f"{words}, summed over the run"),
    )
    return Verdict(
        "C1",
        ("S2",),
        "Deir ez-Zor is a bigger flashpoint than Al-Tanf.",
        effects,
        together(effects),
        "Both the peak and the sum must be larger at Deir ez-Zor.",
    )


def c2(runs: pd.DataFrame) -> Verdict:
    """S6: the Tanf proxies are cut off from the city by the screen."""
    reference, freed = (runs[runs["arm"] == arm] for arm in ("reference", "no_screen"))
    kept_out = share_of(
        ~reference["tanf_reach"],
        what="share of runs in which they never hold any of it",
    )
    gained = share_of(
        freed["tanf_gain_km"] >= GAIN_KM,
        what=f"without the screen: share of runs with a gain of {GAIN_KM:.0f} km",
    )
    more = difference(
        runs,
        "tanf_gain_km",
        arms=("no_screen", "reference"),
        what="km they come nearer without the screen, minus with it",
    )
    return Verdict(
        "C2",
        ("S6",),
        "The proxies at Al-Tanf do not reach Deir ez-Zor, because they are cut off.",
        (kept_out, gained, more),
        together((kept_out, gained, more)),
        "They must stay away with the screen, come at least 50 km nearer without it, "
        "and nearer than with it; else it is not the screen that stops them.",
    )


def c3(runs: pd.DataFrame) -> Verdict:
    """S9, S13: the situation is explosive."""
    reference = runs[runs["arm"] == "reference"]
    effect = share_of(
        reference["shots"].astype(bool),
        what=f"share of runs with a shoot-down or open clash in {WINDOW_DAYS} days",
    )
    return Verdict(
        "C3",
        ("S9", "S13"),
        "The potential for an incident is high.",
        (effect,),
        effect.verdict(),
        "'High' is read as 'more likely than not'. The shoot-down of 18 June itself is "
        "excluded. The rate rests on assumed hazards.",
    )


def c4(runs: pd.DataFrame, *, fixed: bool) -> Verdict:
    """S11: the end of deconfliction raises the number of incidents.

    Args:
        runs: all runs.
        fixed: the multipliers' plausible ranges leave the sign no choice.
    """
    effects = tuple(
        difference(
            runs,
            "incidents",
            arms=(f"shut_{name}", f"open_{name}"),
            what="incidents with channels suspended minus open, where that makes an "
            f"encounter {said} times as likely",
        )
        for name, said in STRENGTHS
    )
    why = (
        f"The plausible ranges of {' and '.join(MULTIPLIERS)} start at {NEUTRAL:g}: "
        "that suspension does not lower the danger is put in, not found. What the "
        "model adds is the size of the effect, and whether any is left at 1."
    )
    return Verdict(
        "C4",
        ("S11",),
        "The end of the deconfliction mechanism raises the number of incidents.",
        (effects[1], effects[0], effects[2]),
        ASSUMED if fixed else together(effects[1:2]),
        why if fixed else "Decided at the scenario's own values.",
    )


def fixed_by_range(scenario: Scenario) -> bool:
    """Return whether the multipliers' plausible ranges allow one sign only."""
    lows = [setting.low for setting in paths(scenario) if setting.path in MULTIPLIERS]
    return all(low is not None and low >= NEUTRAL for low in lows)


def c5(runs: pd.DataFrame) -> Verdict:
    """S8: the SDF and the Tiger Force hold each other up."""
    relief = difference(
        runs,
        "relief_days",
        arms=("no_sdf_screen", "reference"),
        what="days until relief without the SDF's southern screen, minus with it",
        wanted=-1,
    )
    north = difference(
        runs,
        "sdf_mean_km",
        arms=("no_tiger_force", "reference"),
        what="SDF's mean km from Deir ez-Zor without the Tiger Force, minus with it",
        wanted=-1,
    )
    later = difference(
        runs,
        "relief_days",
        arms=("no_tiger_force", "reference"),
        what="days until relief without the Tiger Force, minus with it (a check)",
    )
    return Verdict(
        "C5",
        ("S8",),
        "The SDF and the Tiger Force delay each other on the way to Deir ez-Zor.",
        (relief, north, later),
        together((relief, north)),
        "Each must come on faster without the other. A run without relief counts with "
        "its whole length. The check: the relief is partly the Tiger Force's own work.",
    )


def c6(runs: pd.DataFrame) -> Verdict:
    """S3 to S5: the United States hinder Iran's road."""
    arms = ("no_us_denial", "reference")
    road = difference(
        runs,
        "road",
        arms=arms,
        what="mean satisfaction of Iran's open road without US denial, minus with it",
    )
    tonnes = difference(
        runs,
        "tonnes",
        arms=arms,
        what="tonnes to Syria by road without US denial, minus with it",
    )
    return Verdict(
        "C6",
        ("S3", "S4", "S5"),
        "American interdiction keeps Iran's road from Tehran to Damascus from opening.",
        (road, tonnes),
        road.verdict(),
        "Decided by the road's satisfaction (0 to 1); the tonnes stand beside it.",
    )


def p2(runs: pd.DataFrame) -> Verdict:
    """Pattern P2: where loyalists and SDF meet, the river is the line."""
    reference = runs[runs["arm"] == "reference"]["river_share"].dropna()
    line = share_of(
        reference > MOST, what="share of runs in which most of the contact is the river"
    )
    fewer = difference(
        runs,
        "river_share",
        arms=("bridges_intact", "reference"),
        what="river's share of the contact with every bridge intact, minus as it was",
        wanted=-1,
    )
    return Verdict(
        "P2",
        ("S8",),
        "Where loyalists and SDF meet, the Euphrates is the line, hard to cross.",
        (line, fewer),
        together((line, fewer)),
        "The river must be the line, and less so when crossing is easy.",
    )
