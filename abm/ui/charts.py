"""Charts of the run: options for ECharts, made anew once per chunk.

The cursor of the day shown is drawn by the page (a CSS variable the map sets), so
that it follows every frame and nothing is sent for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Rows = Sequence[Json]
LEFT, RIGHT = 46, 10
"""Margins of the plot, px; ``theatre.css`` places the cursor by them."""
HEIGHT = 170
PAIRS = 5
LABELS = 6
"""Days named on the axis."""
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B8860B")
DARK_INK, LIGHT_INK = "#b0bac1", "#545d63"
SMALL = 0.012
"""Share of a chart's largest value below which a line is left out."""


@dataclass(frozen=True)
class Chart:
    """One chart: what it is called, what it says, and its lines.

    Attributes:
        title: above it.
        note: what is drawn, in one line, with the unit.
        lines: (name, colour, values by day) from metadata and days.
        stacked: whether the lines are areas on top of each other.
        top: largest value of the axis, where it is fixed.
    """

    title: str
    note: str
    lines: Callable[[Json, Rows], list[tuple[str, str, list[float]]]]
    stacked: bool = False
    top: float | None = None


Lines = list[tuple[str, str, list[float]]]


def _by_bloc(meta: Json, days: Rows) -> Lines:
    return [
        (bloc["name"], bloc["colour"], [day["g"][row] / 10 for day in days])
        for row, bloc in enumerate(meta["blocs"])
    ]


def _by_actor(key: str, factor: float = 1.0) -> Callable[[Json, Rows], Lines]:
    def lines(meta: Json, days: Rows) -> Lines:
        return [
            (actor["name"], actor["colour"], [day[key][row] * factor for day in days])
            for row, actor in enumerate(meta["actors"])
        ]

    return lines


def _tension(meta: Json, days: Rows) -> Lines:
    """Return the tension of the pairs that had most of it."""
    names = {actor["id"]: actor["name"] for actor in meta["actors"]}
    peak: dict[str, float] = {}
    for day in days:
        for pair, row in day["t"].items():
            peak[pair] = max(peak.get(pair, 0.0), row[0])
    most = sorted(peak, key=lambda pair: -peak[pair])[:PAIRS]
    return [
        (
            " and ".join(names[each] for each in pair.split("|")),
            PALETTE[rank],
            [day["t"].get(pair, [0])[0] / 10 for day in days],
        )
        for rank, pair in enumerate(most)
    ]


CHARTS = (
    Chart(
        "Ground held",
        "share of all open ground, by side, %",
        _by_bloc,
        stacked=True,
        top=100,
    ),
    Chart("People in the field", "ground forces by actor, persons", _by_actor("p")),
    Chart(
        "Losses so far",
        "killed, wounded, captured and deserted by actor, persons",
        _by_actor("l"),
    ),
    Chart(
        "Tension", "the five pairs not at war with most of it, % of the scale", _tension
    ),
    Chart(
        "Flow of the supply route",
        "goods arriving by road, by who receives them, % of what is wanted",
        _by_actor("f", 0.1),
    ),
    Chart("Goods received", "by road and by air since the start, t", _by_actor("d")),
)


def option(chart: Chart, meta: Json, days: Rows, *, dark: bool = False) -> Json:
    """Return the ECharts option of a chart for the days known."""
    lines = [line for line in chart.lines(meta, days) if any(line[2])]
    most = max((max(line[2]) for line in lines), default=0.0)
    lines = [line for line in lines if max(line[2]) > most * SMALL]
    ink = DARK_INK if dark else LIGHT_INK
    axis = {
        "axisLabel": {"color": ink, "fontSize": 10},
        "axisLine": {"lineStyle": {"color": ink, "opacity": 0.5}},
        "splitLine": {"lineStyle": {"color": ink, "opacity": 0.18}},
    }
    fixed = {"max": chart.top, "interval": chart.top / 4} if chart.top else {}
    horizon = round(meta["horizon"] * meta["days_per_tick"])
    return {
        "animation": False,
        "textStyle": {"fontFamily": "system-ui, Roboto, sans-serif"},
        "grid": {"left": LEFT, "right": RIGHT, "top": 8, "bottom": 22},
        "tooltip": {
            "trigger": "axis",
            "confine": True,
            "textStyle": {"fontSize": 11},
            "order": "valueDesc",
        },
        "xAxis": _days_axis(horizon, axis),
        "yAxis": {"type": "value", "splitNumber": 3, **axis, **fixed},
        "series": [_series(chart, line, dark=dark) for line in lines],
    }


def _days_axis(horizon: int, axis: Json) -> Json:
    """Return the axis of days; categories, because ECharts stacks on no other."""
    label = {**axis["axisLabel"], "interval": max(0, round(horizon / LABELS) - 1)}
    days = [f"day {day}" for day in range(horizon + 1)]
    return {
        "type": "category",
        "boundaryGap": False,
        "data": days,
        "axisTick": {"show": False},
        **axis,
        "axisLabel": label,
    }


def _series(chart: Chart, line: tuple[str, str, list[float]], *, dark: bool) -> Json:
    name, colour, values = line
    shown = lifted(colour) if dark else colour
    series: Json = {
        "type": "line",
        "name": name,
        "showSymbol": False,
        "lineStyle": {"width": 0.6 if chart.stacked else 1.8, "color": shown},
        "itemStyle": {"color": shown},
        "data": [round(value, 1) for value in values],
    }
    if chart.stacked:
        series |= {"stack": "all", "areaStyle": {"opacity": 0.75, "color": shown}}
    return series


def keys(chart: Chart, meta: Json, days: Rows, *, dark: bool) -> list[tuple[str, str]]:
    """Return (name, colour) of the lines drawn: the chart's legend."""
    series = option(chart, meta, days, dark=dark)["series"]
    return [(each["name"], each["itemStyle"]["color"]) for each in series]


def lifted(colour: str) -> str:
    """Return a colour that can be seen on dark ground."""
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    light = (0.299 * parts[0] + 0.587 * parts[1] + 0.114 * parts[2]) / 255
    if light >= 0.3:
        return colour
    mixed = [round(part + (240 - part) * 0.55) for part in parts]
    return "#" + "".join(f"{part:02x}" for part in mixed)
