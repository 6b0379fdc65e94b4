# ruff: noqa: N802  (components are named as Solara names them)
"""Small parts of the panels: a list to choose from that is the browser's own."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import solara
import traitlets
from solara.components.echarts import EchartsWidget

_CREATE = "create() {"
_GUARD = "create() { if (!this.$refs.echarts) return;"
_TEMPLATE: Any = EchartsWidget.template_file


class ChartWidget(EchartsWidget):
    """Solara's chart, which may be closed while its library is still loading.

    Without the guard the library complains in the console that its place is gone.
    """

    template_file = None  # type: ignore[assignment]
    template = traitlets.Unicode(
        Path(_TEMPLATE[0])
        .with_name(_TEMPLATE[1])
        .read_text("utf-8")
        .replace(_CREATE, _GUARD, 1)
    ).tag(sync=True)


@solara.component_vue("static/choice.vue")
def _Choice(
    label: str,
    values: list[tuple[str, str]],
    value: str,
    on_value: Callable[[str], None],
) -> None:
    """Show the browser's own list box, which keyboards and screen readers know."""


def Choice(
    label: str,
    values: Sequence[str] | Mapping[str, str],
    value: str,
    *,
    on_value: Callable[[str], None],
) -> None:
    """Show a list to choose one of.

    Args:
        label: above it.
        values: what may be chosen, or words by what may be chosen.
        value: chosen now.
        on_value: told what is chosen, which is always one of ``values``.
    """
    known = dict(values) if isinstance(values, Mapping) else {v: v for v in values}

    def take(chosen: str) -> None:
        if chosen in known:
            on_value(chosen)

    _Choice(label=label, values=list(known.items()), value=value, on_value=take)
