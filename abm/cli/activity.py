"""``abm trace --activity``: what each sentence did in a number of runs."""

import argparse
import multiprocessing
import os
import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

from abm.child import leave_with_parent
from abm.cli.common import print_json
from abm.explain import sentences
from abm.explain.activity import activity as counted
from abm.explain.activity import by_sentence
from abm.explain.at_work import at_work, page
from abm.scenario import Scenario
from abm.whole import write_whole

OPTIONS: dict[str, Any] = {
    "runs": 24,
    "cell_km": 10.0,
    "days": None,
    "workers": min(2, os.cpu_count() or 1),
    "docs": None,
}
"""What is taken where an option is not given."""
WANTED = ("S6", "S7", "S8", "S10", "S11", "S12")
"""Sentences whose mechanisms are each to fire in a fair share of runs."""


def activity(scenario: Scenario, args: argparse.Namespace) -> int:
    """Run a scenario several times and print how often each sentence acted."""
    given = {name: value for name, value in vars(args).items() if value is not None}
    args = argparse.Namespace(**{**OPTIONS, **given})
    counts = _counts(args)
    if args.docs:
        args.docs.parent.mkdir(parents=True, exist_ok=True)
        text = page(at_work(scenario, counts), how=_how(args, scenario), wanted=WANTED)
        write_whole(args.docs, text)
    answer = []
    for document, number, text, links in sentences(scenario):
        kinds = defaultdict(list)
        for link in links:
            kinds[link.kind].append(link.name)
        acting = {name: by_sentence(counts, [name]) for k in kinds for name in kinds[k]}
        acting = {name: found for name, found in acting.items() if found[0] > 0}
        names = [link.name for link in links if link.kind != "parameter"]
        share, mean = by_sentence(counts, names)
        if links:
            answer.append(
                {
                    "document": document,
                    "sentence": number,
                    "text": text,
                    "share_of_runs": share,
                    "times_a_run": mean,
                    "parts": {name: found[0] for name, found in acting.items()},
                    "silent": [name for name in names if name not in acting],
                    "parameters": len(kinds["parameter"]),
                }
            )
    if args.json:
        print_json({"runs": len(counts), "sentences": answer})
    else:
        print(f"How often each sentence acted, in {len(counts)} runs")
        for row in answer:
            print(_said(row))
    return 0


def _how(args: argparse.Namespace, scenario: Scenario) -> str:
    """Return which runs were counted, in words."""
    days = f"{args.days} days" if args.days else "whole"
    return (
        f"Written by `abm trace --activity --docs` from {args.runs} runs of "
        f"`{scenario.name}` (seeds 1 to {args.runs}, {args.cell_km:g} km cells, "
        f"{days}), scenario `{scenario.hash[:16]}`."
    )


def _said(row: dict[str, Any]) -> str:
    lines = [
        f"\n{row['sentence']}: {row['text']}",
        f"    acts in {row['share_of_runs']:.0%} of runs, "
        f"{row['times_a_run']:.1f} times a run; {row['parameters']} parameters cite it",
    ]
    lines += [f"    {share:4.0%} {name}" for name, share in row["parts"].items()]
    if row["silent"]:
        silent = ", ".join(row["silent"])
        lines.append(f"    never: {silent}")
    return "\n".join(lines)


def _counts(args: argparse.Namespace) -> list[dict[str, int]]:
    from tqdm import tqdm

    one = partial(run_one, args.scenario, days=args.days, cell_km=args.cell_km)
    first = one(1)  # compiles before the workers start
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(
        args.workers, mp_context=context, initializer=leave_with_parent
    ) as pool:
        rest = pool.map(one, range(2, args.runs + 1))
        bar = tqdm(rest, total=args.runs - 1, unit="run", file=sys.stderr)
        return [first, *bar]


def run_one(
    scenario: str, seed: int, *, days: int | None, cell_km: float
) -> dict[str, int]:
    """Return the activity of one run."""
    from abm.headless import run_headless

    result = run_headless(scenario, seed=seed, days=days, cell_km=cell_km)
    return counted(result.recorder)
