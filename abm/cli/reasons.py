"""How a decision and its counterfactual are told on the screen."""

import argparse
import textwrap
from collections.abc import Sequence

from abm.cli.common import UsageError
from abm.explain.why import Reason, known_truth, labels, reconsidered
from abm.record.replay import Run
from abm.record.summary import called, spelled
from abm.scenario import Scenario, assignment

WIDTH = 78
INDENT = "    "


def explained(run: Run, reasons: Sequence[Reason], args: argparse.Namespace) -> str:
    """Return the answer to ``abm why`` in words."""
    asked = args.formation or called(run.scenario, args.actor)
    head = f"{asked} on day {args.day}, {spelled(run.date(args.day).date())}"
    parts = [head, "=" * len(head), *_standing(run, args)]
    if not reasons:
        parts.append("No mission: it holds where it is, in reserve or as a garrison.")
    for reason in reasons:
        parts += ["", *_told(run.scenario, reason)]
        if args.without or args.set:
            parts += ["", *_otherwise(run, reason, args)]
    return "\n".join(parts)


def _standing(run: Run, args: argparse.Namespace) -> list[str]:
    """Say how a formation stands."""
    if not args.formation:
        return []
    now = run.formations(args.day).set_index("id").loc[args.formation]
    near = min(
        (site for site in run.scenario.sites if site.on_map),
        key=lambda site: (
            (site.lon - float(now["lon"])) ** 2 + (site.lat - float(now["lat"])) ** 2
        ),
    )
    contact = ", in contact with the enemy" if now["contact"] else ""
    return [
        f"{now['personnel']} persons of {called(run.scenario, str(now['actor']))} near "
        f"{near.name}; {now['status']}, supply {now['supply']:.0%}, "
        f"cohesion {now['cohesion']:.0%}{contact}."
    ]


def _told(scenario: Scenario, reason: Reason) -> list[str]:
    moment = f"{spelled(reason.moment.date())} {reason.moment:%H:%M}"
    persons = f"{len(reason.group)} formation{'s' * (len(reason.group) != 1)}"
    lines = [
        f"Since {moment} UTC: {reason.kind} {reason.target}, with {persons} "
        f"({', '.join(reason.group[:4])}{', ...' * (len(reason.group) > 4)})",
        "",
        f"What it is worth to {called(scenario, reason.actor)}, in satisfaction:",
        *_terms(scenario, reason),
    ]
    if reason.runner_up:
        lines.append(
            f"Next best was: {reason.runner_up} ({reason.runner_up_utility:+.4f})"
        )
    lines.append(
        f"Enemy believed there: {reason.belief:,.0f} persons' worth; "
        f"in truth {reason.truth:,.0f}"
    )
    lines += _with_truth(reason)
    if reason.rule:
        lines.append(f"Bound by: {reason.rule}")
    if reason.source:
        source = reason.source
        lines += ["", f"Because: {reason.label}", *_sentence(reason)]
        lines.append(
            f'{INDENT}{scenario.documents[source.document].title}: "{source.quote}"'
        )
    return lines


def _sentence(reason: Reason) -> list[str]:
    assert reason.source is not None
    return textwrap.wrap(
        f"{reason.source.sentence}: {reason.sentence}",
        WIDTH,
        initial_indent=INDENT,
        subsequent_indent=INDENT,
    )


def _terms(scenario: Scenario, reason: Reason) -> list[str]:
    words = labels(scenario)
    ranked = sorted(reason.terms.items(), key=lambda term: -abs(term[1]))
    shown = [(words.get(name, name), value, name) for name, value in ranked if value]
    lines = [f"{INDENT}{value:+.4f}  {label} ({name})" for label, value, name in shown]
    lines.append(
        f"{INDENT}{reason.utility:+.4f}  in all; drawn on top: {reason.draw:+.4f}"
    )
    return lines


def _with_truth(reason: Reason) -> list[str]:
    if reason.belief == reason.truth or not reason.inputs:
        return []
    knowing = reconsidered(reason, changes=known_truth(reason))
    return [f"Knowing the truth, it would have been worth {knowing.utility:+.4f}"]


def _otherwise(run: Run, reason: Reason, args: argparse.Namespace) -> list[str]:
    """Say what the decision would have been with something changed."""
    changes = {}
    for text in args.set:
        name, value = assignment(text)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UsageError(f"--set {text}: not a number (got {value!r})")
        changes[name] = float(value)
    what = [f"without {each}" for each in args.without]
    what += [f"with {text}" for text in args.set]
    again = reconsidered(reason, without=args.without, changes=changes)
    lines = [f"Had it decided {' and '.join(what)}:", *_terms(run.scenario, again)]
    if not reason.runner_up:
        return lines
    lines.append(f"{INDENT}{again.runner_up_utility:+.4f}  {reason.runner_up}")
    first = again.utility + reason.draw
    other = again.runner_up_utility
    if first >= other:
        lines.append(f"It would still have chosen: {reason.kind} {reason.target}")
    else:
        lines.append(f"It would have chosen: {reason.runner_up}")
    return lines
