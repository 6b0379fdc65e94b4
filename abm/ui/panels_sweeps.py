"""Panel."""

import solara

from abm.ui.shell import Shell


@solara.component
def Sweeps(shell: Shell) -> None:
    """Panel."""
    solara.Text("soon")
