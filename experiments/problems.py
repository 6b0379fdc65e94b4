"""What can be wrong with a study, a store or a sweep."""

from abm.scenario.problems import ScenarioError


class StudyError(ScenarioError):
    """A study that can't be run; ``problems`` holds every mistake, one a line."""


class StoreError(RuntimeError):
    """A results folder that can't be used as asked; the message says what to do."""


class SweepError(RuntimeError):
    """A sweep that had to stop; what is stored stays, the same command resumes."""
