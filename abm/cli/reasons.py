"""How a decision and its counterfactual are told on the screen."""

import argparse
import textwrap
from collections.abc import Sequence

from abm.cli.again import decided_again, weights_gone
from abm.cli.common import UsageError
from abm.explain.why import Reason, known_truth, labels, reconsidered, target
from abm.record.replay import Run
from abm.record.summary import called, spelled
from abm.scenario import assignment
from abm.scenario.scenario import Value

STANDING = {
    "withdraw": "it is short of supply and withdraws towards its base",
    "clear": "it clears the enemy from the road to men of its side who are cut off",
}
"""What is done without weighing objectives, by kind of mission."""

WIDTH = 78
INDENT = "    "


def explained(run: Run, reasons: Sequence[Reason], args: argparse.Namespace) -> str:
    """Return the answer to ``abm why`` in words."""
    asked = args.formation or called(run.scenario, args.actor)
    head = f"{asked} on day {args.day}, {spelled(run.date(args.day).date())}"
    parts = [head, "=" * len(head), *_standing(run, args)]
    if not reasons:
        parts.append(_undecided(run, args))
    for reason in reasons:
        parts += ["", *_told(run, reason)]
        if args.without or args.set:
            parts += ["", *_otherwise(run, reason, args)]
    return "\n".join(parts)


def _undecided(run: Run, args: argparse.Namespace) -> str:
    """Say what goes on where no decision is in force."""
    if args.formation:
        now = run.formations(args.day).set_index("id").loc[args.formation]
        if now["kind"] in STANDING:
            return f"By a standing order: {STANDING[now['kind']]}."
    return "No mission: it holds where it is, in reserve or as a garrison."


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


def _told(run: Run, reason: Reason) -> list[str]:
    scenario = run.scenario
    moment = f"{spelled(reason.moment.date())} {reason.moment:%H:%M}"
    persons = f"{len(reason.group)} formation{'s' * (len(reason.group) != 1)}"
    lines = [
        f"Since {moment} UTC: {reason.kind} {reason.target}, with {persons} "
        f"({', '.join(reason.group[:4])}{', ...' * (len(reason.group) > 4)})",
        "",
        f"What it is worth to {called(scenario, reason.actor)}, in satisfaction:",
        *_terms(run, reason),
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
        lines.append(f"{INDENT}({scenario.documents[source.document].title})")
    return lines


def _sentence(reason: Reason) -> list[str]:
    assert reason.source is not None
    return textwrap.wrap(
        f"{reason.source.sentence}: {reason.sentence}",
        WIDTH,
        initial_indent=INDENT,
        subsequent_indent=INDENT,
    )


def _terms(run: Run, reason: Reason) -> list[str]:
    words = labels(run.scenario)
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
    given = dict(assignment(text) for text in args.set)
    inputs = {name: value for name, value in given.items() if name in reason.inputs}
    what = [f"without {each}" for each in args.without]
    what += [f"with {name} = {value}" for name, value in given.items()]
    lines = [f"Had it decided {' and '.join(what)}:"]
    if inputs:
        numbers = {name: _number(name, value) for name, value in inputs.items()}
        changed = reconsidered(reason, changes=numbers)
        lines += ["  the same mission would have been worth", *_terms(run, changed)]
    changes = {name: value for name, value in given.items() if name not in inputs}
    changes |= weights_gone(reason.actor, args.without)
    if changes:
        lines += _told_again(run, reason, changes)
    return lines


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UsageError(f"--set {name}: not a number (got {value!r})")
    return float(value)


def _told_again(run: Run, reason: Reason, changes: dict[str, Value]) -> list[str]:
    """Compare the actor's missions of that tick as recorded and as decided again."""
    again = decided_again(run, tick=reason.tick, actor=reason.actor, changes=changes)
    rows = run.table("decisions").to_pylist()
    before = [
        f"{row['kind']} {target(run.scenario, row)}"
        for row in rows
        if row["tick"] == reason.tick and row["actor"] == reason.actor
    ]
    after = [f"{each.kind} {each.target}" for each in again.reasons]
    mine = f"{reason.kind} {reason.target}"
    kept = [each for each in again.reasons if f"{each.kind} {each.target}" == mine]
    lines = []
    if kept:
        lines += [f"  it would still have chosen to {mine}:", *_terms(run, kept[0])]
        if set(kept[0].group) != set(reason.group):
            lines.append(f"{INDENT}with another group: {', '.join(kept[0].group)}")
    else:
        lines.append(f"  it would not have chosen to {mine}.")
    new = [each for each in after if each not in before]
    gone = [each for each in before if each not in after and each != mine]
    lines += [f"  instead or besides: {each}" for each in new]
    lines += [f"  given up too: {each}" for each in gone]
    if not new and not gone:
        lines.append("  the rest of its missions of that day would have been the same.")
    if not again.same:
        lines.append(
            "  (The code has changed since this run was recorded: run it again.)"
        )
    return lines
