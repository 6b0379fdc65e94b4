"""Scores in words, as JSON, and as a file beside what was scored."""

import json
import math
from pathlib import Path
from typing import Any

from abm.whole import write_whole
from experiments.scoring.items import METRICS, SUBSETS
from experiments.scoring.numbers import numbers
from experiments.scoring.score import Scored

NAME = "score.json"
LABELS = {
    "brier": "Brier of control",
    "log": "log score of control",
    "crps_dates": "CRPS of dates, days",
    "crps_counts": "CRPS of incidents",
    "front": "front, km",
}


def as_dict(scored: Scored) -> dict[str, Any]:
    """Return everything that was found as JSON values; NaN becomes null."""
    known = scored.known
    found: dict[str, Any] = _plain(
        {
            "name": scored.name,
            "forecast_hash": scored.hash,
            "checks": [day.isoformat() for day in known.checks],
            "horizon_days": known.horizon,
            "sites": len(known.history.sites),
            "sites_named": int(known.history.named.sum()),
            "dates_scored": {each.name: each.day for each in known.dated},
            "unknown": list(known.history.unknown),
            "scores": {
                name: {
                    metric: {subset: found[metric].mean(subset) for subset in SUBSETS}
                    for metric in METRICS
                }
                for name, found in scored.items.items()
            },
            "skill": [vars(each) for each in scored.skills],
            "coverage": {
                name: [vars(each) for each in found]
                for name, found in scored.spreads.items()
            },
            "pit": list(scored.pit),
        }
    )
    return found


def _plain(value: Any) -> Any:
    """Return JSON values: NaN and infinity become null."""
    if isinstance(value, dict):
        return {key: _plain(below) for key, below in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(below) for below in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def store(scored: Scored, folder: Path) -> Path:
    """Write the scores beside what was scored."""
    file = folder / NAME
    write_whole(file, json.dumps(as_dict(scored), indent=1))
    return file


def in_words(scored: Scored) -> str:
    """Return the tables that `abm score` prints."""
    known = scored.known
    named = int(known.history.named.sum())
    first, last = known.checks[0], known.checks[-1]
    lines = [
        f"{scored.name}: scored at {len(known.checks)} dates, {first} to {last}, over "
        f"{len(known.history.sites)} sites east of {numbers().east_of:g} E",
        f"({named} named by events, the others inferred to keep their holder), "
        f"{len(known.dated)} dates and {len(known.windows)} windows of incidents.",
        "",
        *_table(scored),
        "",
        *_skills(scored),
        "",
        *_coverage(scored),
    ]
    if scored.hash:
        lines.append(f"Forecast {scored.hash[:16]}, unchanged since it was filed.")
    if known.history.unknown:
        lines += ["", "In no row of the tables in experiments/data, not used:"]
        lines += [f"  {one}" for one in known.history.unknown]
    return "\n".join(lines)


def _table(scored: Scored) -> list[str]:
    """Return the scores of everyone, lower being better."""
    width = max(len(name) for name in scored.items) + 2
    head = "".join(f"{LABELS[metric]:>22}" for metric in METRICS)
    lines = ["Scores (lower is better)", " " * width + head]
    for subset in SUBSETS[:2]:
        lines.append(f"{subset} items")
        for name, found in scored.items.items():
            cells = "".join(_cell(found[metric].mean(subset)) for metric in METRICS)
            lines.append(f"{name:<{width}}{cells}")
    return lines


def _cell(value: float) -> str:
    """Return a number in its column."""
    return f"{'-':>22}" if math.isnan(value) else f"{value:>22.4g}"


def _skills(scored: Scored) -> list[str]:
    """Return the skill over the best baseline."""
    lines = ["Skill over the best baseline, with the 95 % bootstrap interval"]
    for each in scored.skills:
        if math.isnan(each.skill):
            said = "best baseline is perfect"
        else:
            said = f"{each.skill:6.2f} [{each.low:.2f}, {each.high:.2f}]"
        lines.append(
            f"{LABELS[each.metric]:<22}{each.subset:<12}{said}  over {each.best}"
        )
    return lines


def _coverage(scored: Scored) -> list[str]:
    """Return the coverage of the intervals and the PIT histogram."""
    lines = ["Coverage of dates and counts, with the 95 % binomial interval"]
    for each in scored.spreads[scored.name]:
        share = each.hits / max(1, each.count)
        lines.append(
            f"{each.level:.0%} intervals hold {each.hits} of {each.count} "
            f"({share:.0%}) [{each.low:.0%}, {each.high:.0%}]"
        )
    bars = " ".join(f"{share:.2f}" for share in scored.pit)
    return [*lines, f"PIT by tenth: {bars}"]
