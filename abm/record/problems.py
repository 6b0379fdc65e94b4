"""What can be wrong with a recorded run that a person asks about."""


class RunError(ValueError):
    """A folder is no run, or a run has no such day, actor, formation or table."""
