"""Panel."""

import solara

from abm.ui.shell import Shell


@solara.component
def Keep(shell: Shell) -> None:
    """Panel."""
    solara.Text("soon")
