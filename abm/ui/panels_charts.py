# ruff: noqa: N802  (components are named as Solara names them)
"""The charts panel: one ECharts widget per chart, its option set once per chunk."""

import solara
import solara.lab

from abm.ui.charts import CHARTS, HEIGHT, Chart, keys, option
from abm.ui.parts import ChartWidget
from abm.ui.shell import Shell


@solara.component
def Charts(shell: Shell) -> None:
    """All charts of the run shown, up to what is computed."""
    shell.known.value  # noqa: B018  (re-render with every chunk)
    solara.v.Html(tag="h2", children=["The run in charts"])
    solara.v.Html(
        tag="p",
        class_="fp-note",
        children=["The upright line is the day shown. Click a chart to go to a day."],
    )
    for chart in CHARTS:
        One(shell, chart)


@solara.component
def One(shell: Shell, chart: Chart) -> None:
    """One chart with its title, its legend and its line of explanation."""
    shell.known.value  # noqa: B018  (re-render with every chunk)
    dark = solara.lab.use_dark_effective()
    days = list(shell.session.days)
    with solara.v.Html(tag="figure", class_="fp-figure"):
        with solara.v.Html(tag="figcaption"):
            solara.v.Html(tag="b", children=[chart.title])
            solara.v.Html(tag="span", children=[chart.note])
        with solara.v.Html(
            tag="div",
            class_="fp-chart",
            attributes={"role": "img", "aria-label": f"{chart.title}: {chart.note}"},
        ):
            element = ChartWidget.element(
                attributes={"style": f"height:{HEIGHT}px"}, responsive=True
            )
        lines = keys(chart, shell.facts, days, dark=dark)
        Key(tuple(lines))

    def fill() -> None:
        widget = solara.get_widget(element)
        widget.option = option(chart, shell.facts, days, dark=dark)

    solara.use_effect(fill, [len(days), dark, shell.version.value])


@solara.component
def Key(lines: tuple[tuple[str, str], ...]) -> None:
    """The legend of a chart."""
    if not lines:
        solara.v.Html(tag="p", class_="fp-note", children=["Nothing yet."])
        return
    with solara.v.Html(tag="ul", class_="fp-key"):
        for name, colour in lines:
            swatch = solara.v.Html(tag="i", style_=f"background:{colour}")
            solara.v.Html(tag="li", children=[swatch, name])
