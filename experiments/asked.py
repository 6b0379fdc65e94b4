"""What the patterns ask of the runs: one entry a figure, one line a wish."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.findings import MOST, Finding, Range, of_runs, share

SIXTY, NINETY = Range(low=0.6), Range(low=0.9)
MORE_THAN_HALF, RARE = Range(low=MOST), Range(high=0.15)


@dataclass(frozen=True)
class Asked:
    """What is asked of a column of the runs.

    Attributes:
        pattern: such as ``"P1"``.
        column: of ``pattern_runs``; yes or no for a share of runs.
        what: in words.
        wanted: in words; empty where the figure only stands beside the others.
        limits: the same as numbers.
        median: the median over runs is asked for, not the share of runs.
        unit: of the median.
    """

    pattern: str
    column: str
    what: str
    wanted: str = ""
    limits: Range | None = None
    median: bool = False
    unit: str = ""

    def of(self, runs: pd.DataFrame, where: str) -> Finding:
        """Return the figure of runs; ``where`` says of which."""
        values = runs[self.column].dropna()
        what = f"{self.what}, {where}"
        if self.median:
            return of_runs(
                np.asarray(values, dtype=np.float64),
                pattern=self.pattern,
                what=f"{what} (median)",
                wanted=self.wanted,
                limits=self.limits,
                unit=self.unit,
            )
        without = len(runs) - len(values)
        return share(
            np.asarray(values, dtype=bool),
            pattern=self.pattern,
            what=f"{what} ({without} runs without)" if without else what,
            wanted=self.wanted,
            limits=self.limits or Range(),
        )


BOTH_SIZES = (
    Asked(
        "P1",
        "relieved_in_time",
        "relieved from the west between 10 July and 30 November",
        "at least 60 % of runs",
        SIXTY,
    ),
    Asked(
        "P1",
        "relief_days",
        "days after 18 June until relief; never counts as the last day",
        median=True,
        unit="days",
    ),
    Asked(
        "P2",
        "river_line",
        "the river is most of the line where loyalists and SDF meet at the end",
        "most runs",
        MORE_THAN_HALF,
    ),
    Asked("P2", "river_share", "the river's share of that line", median=True, unit="%"),
    Asked(
        "P2",
        "new_river_line",
        "the same where they did not touch on 18 June",
        "most runs",
        MORE_THAN_HALF,
    ),
    Asked(
        "P2",
        "new_river_share",
        "the river's share of the line that is new",
        median=True,
        unit="%",
    ),
    Asked(
        "P2",
        "rivals_hold_city",
        "SDF hold Raqqa city on 1 December",
        "at least 60 % of runs",
        SIXTY,
    ),
    Asked(
        "P3",
        "proxies_try",
        "the Tanf proxies try: at least one attack ordered",
        "most runs",
        MORE_THAN_HALF,
    ),
    Asked(
        "P3",
        "proxies_kept_out",
        "they never hold Deir ez-Zor",
        "at least 90 % of runs",
        NINETY,
    ),
    Asked("P3", "proxy_gain_km", "km they come nearer", median=True, unit="km"),
    Asked(
        "P4",
        "half_lost",
        "ISIS has lost at least half of its populated sites",
        "most runs",
        MORE_THAN_HALF,
    ),
    Asked("P4", "sites_lost", "share of them lost", median=True, unit="%"),
    Asked(
        "P4",
        "retaken",
        "cells that ISIS retakes",
        "at least 3",
        Range(low=3.0),
        median=True,
    ),
    Asked(
        "P4",
        "thin_share",
        "of these, roads without inhabitants and with under 100 defenders",
        "most of them",
        MORE_THAN_HALF,
        median=True,
        unit="%",
    ),
    Asked("P4", "sites_retaken", "sites that ISIS retakes", median=True),
    Asked(
        "P5", "early", "at least one incident in 60 days", "most runs", MORE_THAN_HALF
    ),
    Asked("P5", "incidents", "incidents between the blocs", median=True),
    Asked("P5", "stuck_high", "tension stuck at 1", "under 15 % of runs", RARE),
    Asked("P5", "stuck_low", "tension stuck at 0", "under 15 % of runs", RARE),
    Asked(
        "P5",
        "runaway",
        "runaway: over 14 incidents in 14 days",
        "under 15 % of runs",
        RARE,
    ),
    Asked(
        "P6",
        "road_km_day",
        "advance on roads while advancing, median of a run",
        "1 to 10",
        Range(1.0, 10.0),
        median=True,
        unit="km a day",
    ),
    Asked(
        "P6",
        "march_km_day",
        "the same over whole attacks, halts included",
        median=True,
        unit="km a day",
    ),
    Asked(
        "P6",
        "town_km_day",
        "advance inside defended towns, median of a run",
        "under 0.5",
        Range(high=0.5),
        median=True,
        unit="km a day",
    ),
)

COUNTERFACTUALS = {
    "bridges_free": Asked(
        "P2",
        "river_line",
        "the same with every bridge intact and bridging free",
        "not most runs",
        Range(high=MOST),
    ),
    "no_screen": Asked(
        "P3",
        "proxies_gain",
        "with the screen removed they come at least 50 km nearer",
        "most runs",
        MORE_THAN_HALF,
    ),
}
