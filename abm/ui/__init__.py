"""The browser: watch, understand, steer. ``solara`` is imported below here only."""

from abm.ui.export_html import write_html as write_html
from abm.ui.serve import launch as launch
