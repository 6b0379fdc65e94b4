"""How a sweep is going: a bar, a running estimate, and a file others can read."""

import datetime as dt
import json
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import TextIO

from tqdm import tqdm

from abm.whole import write_whole
from experiments.rows import DATES, Row, Value

NAME = "progress.json"
WRITE_S = 1.0
"""Shortest time between two writings of the file, seconds."""

CONFIDENCE = 0.95
FEWEST = 2
"""Values needed for an interval."""


@dataclass(slots=True)
class Estimate:
    """Mean of one outcome over the runs so far, or the share of runs that meet it.

    A number's mean has Student's interval. A date counts as "it happened"; an
    outcome written ``name=value`` as "it equals value"; shares have Wilson's.

    Attributes:
        name: of the outcome.
        count: runs seen.
        mean: of the values.
        squares: sum of squared deviations from the mean.
    """

    name: str
    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    @property
    def column(self) -> str:
        """Column of the results that it looks at."""
        return self.name.partition("=")[0]

    @property
    def is_share(self) -> bool:
        """Whether the mean is a share of runs."""
        return "=" in self.name or self.name.startswith(DATES)

    def add(self, value: Value) -> None:
        """Take one more run into account (Welford's update)."""
        number = self._number(value)
        if number is None or math.isnan(number):
            return
        self.count += 1
        step = number - self.mean
        self.mean += step / self.count
        self.squares += step * (number - self.mean)

    def interval(self) -> tuple[float, float] | None:
        """Return the 95 % interval of the mean, or None for too few runs."""
        if self.count < FEWEST:
            return None
        if self.is_share:
            return wilson(self.mean * self.count, self.count)
        from scipy.special import stdtrit

        error = math.sqrt(self.squares / (self.count - 1) / self.count)
        width = float(stdtrit(self.count - 1, (1 + CONFIDENCE) / 2)) * error
        return self.mean - width, self.mean + width

    def __str__(self) -> str:
        bounds = self.interval()
        if bounds is None:
            return f"{self.name} (too few runs)"
        return f"{self.name} {self.mean:.3g} [{bounds[0]:.3g}, {bounds[1]:.3g}]"

    def _number(self, value: Value) -> float | None:
        """Return a value as the number whose mean is taken."""
        if "=" in self.name:
            return float(str(value) == self.name.partition("=")[2])
        if self.is_share:
            return float(value is not None)
        return float(value) if isinstance(value, float | int) else None


def wilson(hits: float, count: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share.

    Source:
        Wilson (1927), Probable Inference, the Law of Succession, and Statistical
        Inference, J. Am. Stat. Assoc. 22: 209-212.
    """
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    share, weight = hits / count, z * z / count
    middle = (share + weight / 2) / (1 + weight)
    half = math.sqrt(weight * share * (1 - share) + weight * weight / 4) / (1 + weight)
    return max(0.0, middle - half), min(1.0, middle + half)


class Progress:
    """The bar and the file of one sweep.

    Args:
        folder: results folder.
        total: runs of the whole study.
        done: runs that have a row already.
        failed: of these, how many failed.
        estimate: of the outcome that is followed.
        stream: where the bar goes; None for no bar.
    """

    def __init__(
        self,
        folder: Path,
        *,
        total: int,
        done: int,
        failed: int,
        estimate: Estimate,
        stream: TextIO | None = sys.stderr,
    ) -> None:
        self._file, self._total, self._failed = folder / NAME, total, failed
        self._first, self._done, self._estimate = done, done, estimate
        self._started = time.monotonic()
        self._written = -WRITE_S
        self._bar = tqdm(
            total=total,
            initial=done,
            unit="run",
            file=stream,
            disable=stream is None,
            dynamic_ncols=True,
            smoothing=0.1,
        )
        self.write("running")

    def update(self, row: Row, *, failed: int, done: int) -> None:
        """Take a stored row into account."""
        if row.get("failure") is None:
            self._estimate.add(row.get(self._estimate.column))
        self._bar.update(done - self._done)
        self._done, self._failed = done, failed
        self._bar.set_postfix_str(f"{failed} failed, {self._estimate}", refresh=False)
        if time.monotonic() - self._written > WRITE_S:
            self.write("running")

    def say(self, text: str) -> None:
        """Print a line above the bar."""
        if not self._bar.disable:
            self._bar.write(text, file=self._bar.fp)

    def write(self, state: str) -> None:
        """Write the file: how many, how fast, how long still, and the estimate."""
        elapsed = time.monotonic() - self._started
        rate = (self._done - self._first) / elapsed if elapsed > 0 else 0.0
        left = self._total - self._done
        bounds = self._estimate.interval()
        content = {
            "state": state,
            "total": self._total,
            "done": self._done,
            "failed": self._failed,
            "runs_per_s": round(rate, 4),
            "seconds_left": round(left / rate) if rate > 0 else None,
            "outcome": self._estimate.name,
            "estimate": self._estimate.mean if self._estimate.count else None,
            "interval": bounds,
            "updated": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        }
        write_whole(self._file, json.dumps(content, indent=1))
        self._written = time.monotonic()

    def close(self) -> None:
        """End the bar."""
        self._bar.close()
