"""Scenarios whose actors want what others want: the model without its text.

The lists of objectives are dealt anew to the actors, nothing else is changed. A run of
such a scenario shows what terrain, forces and rules alone would give.
"""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from abm.record.wanted import wanted
from abm.scenario import Scenario, ScenarioError, load_scenario

OBJECTIVE = "[[objective]]"
TRIES = 50
"""Deals drawn for each shuffle; one that the loader refuses is drawn again."""


def shuffled(scenario: Scenario, folder: Path, *, seed: int) -> Path:
    """Write a scenario with the objectives dealt anew; return its folder.

    Args:
        scenario: as read from its files.
        folder: to write it in; one that is there already is taken as it is.
        seed: of the deal.

    Raises:
        ScenarioError: no deal out of many makes a valid scenario.
    """
    if folder.is_dir():
        return folder
    rng = np.random.default_rng(seed)
    ids = [actor.id for actor in scenario.actors]
    problem = ScenarioError([f"{scenario.name}: no valid deal of objectives"])
    for _ in range(TRIES):
        owners = dict(zip(ids, rng.permutation(ids).tolist(), strict=True))
        if any(actor == owner for actor, owner in owners.items()):
            continue
        draft = folder.with_name(f".{folder.name}.draft")
        try:
            _write(scenario, draft, owners)
            wanted(load_scenario(str(draft)))
        except ScenarioError as error:
            problem = error
            shutil.rmtree(draft, ignore_errors=True)
            continue
        draft.rename(folder)
        return folder
    raise problem


def _write(scenario: Scenario, folder: Path, owners: Mapping[str, str]) -> None:
    """Write the scenario; ``owners[actor]`` gets the actor's objectives."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(scenario.folder, folder)
    heads, lists = {}, {}
    for actor in owners:
        text = (folder / "actors" / f"{actor}.toml").read_text("utf-8")
        heads[actor], _, rest = text.partition(OBJECTIVE)
        lists[actor] = OBJECTIVE + rest
    for actor, owner in owners.items():
        mended = _mended(lists[actor], actor, owner, owners)
        (folder / "actors" / f"{owner}.toml").write_text(heads[owner] + mended, "utf-8")
    record = folder / "_record" / "outcomes.toml"
    if record.is_file():
        text = record.read_text("utf-8")
        parts = [_owned(part, owners) for part in text.split("[[date]]")]
        record.write_text("[[date]]".join(parts), "utf-8")


def _mended(text: str, actor: str, owner: str, owners: Mapping[str, str]) -> str:
    """Return a list of objectives with its pointers right for the new owner.

    Who points at another's objective follows it to its new owner; who would now act
    against itself acts against the old owner; forces that were to do it are freed.
    """
    lines = []
    for line in text.split("\n"):
        if line.startswith("target"):
            line = _owned(line, owners) if "objective =" in line else line
            line = re.sub(rf'actor = "{owner}"', f'actor = "{actor}"', line)
            line = re.sub(r", (by|forces) = \[[^\]]*\]", "", line)
        lines.append(line)
    return "\n".join(lines)


def _owned(text: str, owners: Mapping[str, str]) -> str:
    """Return a text in which an actor named with its objective is the new owner."""
    if not re.search(r"(^|[ {,])objective = ", text, re.MULTILINE):
        return text
    return re.sub(
        r'actor = "(\w+)"',
        lambda found: f'actor = "{owners.get(found[1], found[1])}"',
        text,
    )
