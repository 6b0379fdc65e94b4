"""The one anywidget: the map with its play bar and the panels beside it."""

import anywidget
import traitlets

from abm.ui.module import module, styles


class TheatreMap(anywidget.AnyWidget):
    """Map, play bar and panels; fed with chunks by messages.

    Attributes:
        meta: what stays the same (see ``abm.ui.meta``).
        initial: day, speed, panel to start with.
    """

    _esm = module()
    _css = styles()
    meta = traitlets.Dict().tag(sync=True)
    initial = traitlets.Dict().tag(sync=True)
