"""The one anywidget: the map with its play bar and the panels beside it."""

from typing import Any

import anywidget
import traitlets

from abm.ui.module import module, styles


class TheatreMap(anywidget.AnyWidget):
    """Map, play bar and panels; fed with chunks by messages.

    Attributes:
        meta: what stays the same (see ``abm.ui.meta``).
        initial: day, speed, panel to start with.
        tick: shown now; pushed at most four times a second.
        speed: days a second.
        playing: whether it plays.
        panel: panel chosen.
        picked: what was clicked: kind, row, tick.
    """

    _esm = module()
    _css = styles()
    meta = traitlets.Dict().tag(sync=True)
    initial = traitlets.Dict().tag(sync=True)
    tick = traitlets.Int(0).tag(sync=True)
    speed = traitlets.Float(1.0).tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)
    panel = traitlets.Unicode("now").tag(sync=True)
    picked: Any = traitlets.Dict().tag(sync=True)
