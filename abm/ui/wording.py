"""Events as sentences for the page: who did what, and to whom.

The record keeps a fragment without the actor's name and keeps the parties apart; here
they are put together. Only words are made: nothing of it goes back into a run.
"""

import re
from collections.abc import Mapping
from typing import Any

from abm.theatre import Theatre

NO_PLURAL = ("ss", "us", "is", "States", "Nations")
"""Ends of names that have an s and are one all the same."""
HISSING = re.compile(r"(ss|sh|ch|x|z)es$")
IRREGULAR = {"has": "have", "is": "are"}
TO = {
    "skirmish": " with {other}",
    "clash": " with {other}",
    "ground_line": " with {other}",
    "channel_suspended": " with {other}",
    "channel_restored": " with {other}",
    "lock_on": " of {other}",
    "aircraft_lost": " of {other}",
    "zone_entry": " by {other}",
    "zone_strike": " of {other}",
    "capture": " from {other}",
    "siege_broken": ", laid by {other}",
}
"""What is said of the other party, by kind of event."""
LADDER = {"rung_up": "climb to", "rung_down": "come down to"}


def line(row: Mapping[str, Any], theatre: Theatre) -> str:
    """Return an event as one sentence with its parties named.

    Args:
        row: of the recorded table ``events``.
        theatre: of the run.
    """
    actor, other = _name(row["actor"], theatre), _name(row["other"], theatre)
    text, kind = str(row["text"]), row["kind"]
    if kind in LADDER:
        step = f"step {row['amount']:.0f} of the ladder: {text}"
        return f"{actor} and {other} {LADDER[kind]} {step}"
    if kind == "strike_on_proxy" and other:
        text = text.replace("so near", f"so near {other}", 1)
    elif kind == "shootdown":
        text = _shot(text, other, theatre)
    elif kind in TO and other:
        text += TO[kind].format(other=other)
    if not actor:
        return text
    return f"{actor} {agreeing(text, actor, bare=kind == 'mission')}"


def _shot(text: str, other: str, theatre: Theatre) -> str:
    """Return words of a shoot-down with the aircraft's type and owner for its id."""
    words, _, asset = text.rpartition(" ")
    if asset not in theatre.air_ids:
        return text
    name = theatre.air_names[list(theatre.air_ids).index(asset)]
    return f"{words} {other or 'others'} ({name})"


def _name(holder: Any, theatre: Theatre) -> str:
    """Return what a holder is called, empty for none."""
    row = theatre.holder_index.get(holder, -1)
    if 0 <= row < len(theatre.actors):
        return str(theatre.actors[row].name)
    return "" if row < 0 else str(holder).replace("_", " ")


def is_plural(name: str) -> bool:
    """Say whether a party's name takes a verb in the plural."""
    return " and " in name or (name.endswith("s") and not name.endswith(NO_PLURAL))


def agreeing(text: str, name: str, *, bare: bool = False) -> str:
    """Return a fragment whose verb, its first word, agrees with who does it.

    Args:
        text: such as "takes Palmyra".
        name: of who does it.
        bare: the verb stands in its plural ("attack Palmyra").
    """
    verb, _, rest = text.partition(" ")
    if bare and not is_plural(name):
        verb = f"{verb}es" if re.search(r"(ss|sh|ch|x|z)$", verb) else f"{verb}s"
    elif not bare and is_plural(name):
        verb = _plural(verb)
        rest = rest.replace(" and calls up ", " and call up ")
    return f"{verb} {rest}".strip()


def _plural(verb: str) -> str:
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    if HISSING.search(verb):
        return verb[:-2]
    return verb[:-1] if verb.endswith("s") else verb
