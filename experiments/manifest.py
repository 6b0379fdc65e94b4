"""The manifest of a results folder: which study it holds, computed with what."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from abm.whole import write_whole
from experiments.problems import StoreError
from experiments.run import Cases, scenario_hash, wanted_hash
from experiments.study import Study
from experiments.versions import DECISIVE, versions

NAME = "manifest.json"
FORMAT = 1
SHOWN = 60
"""Characters of a value that a difference repeats."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a results folder holds.

    Attributes:
        study: the whole study as JSON values.
        design: hash of its points.
        scenario: hash of the scenario's files.
        versions: of code and libraries.
        runs: number of runs of the whole study.
        labels: names of the factors.
        wanted: hash of what the scenario wants recorded.
    """

    study: dict[str, Any]
    design: str
    scenario: str
    versions: dict[str, str]
    runs: int
    labels: tuple[str, ...]
    wanted: str = ""

    @property
    def identity(self) -> str:
        """Hash of all that decides what the runs give."""
        decisive = {name: self.versions.get(name) for name in DECISIVE}
        parts = [self.study, self.design, self.scenario, self.wanted, decisive]
        text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def parsed_study(self) -> Study:
        """Return the study itself."""
        return Study.model_validate(self.study)

    def write(self, folder: Path) -> None:
        """Write the manifest into a folder."""
        content = {
            "format": FORMAT,
            "identity": self.identity,
            "runs": self.runs,
            "design": self.design,
            "scenario": self.scenario,
            "wanted": self.wanted,
            "versions": self.versions,
            "labels": list(self.labels),
            "study": self.study,
        }
        write_whole(folder / NAME, json.dumps(content, indent=1))


def manifest_of(cases: Cases) -> Manifest:
    """Return the manifest that a study would have, computed here and now."""
    return Manifest(
        study=cases.study.as_dict(),
        design=cases.points.hash(),
        scenario=scenario_hash(cases.study.scenario),
        versions=versions().as_dict(),
        runs=len(cases),
        labels=cases.points.labels,
        wanted=wanted_hash(cases.study.scenario),
    )


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a results folder.

    Raises:
        StoreError: there is none, or it is not one of ours.
    """
    file = folder / NAME
    try:
        content = json.loads(file.read_bytes())
        manifest = Manifest(
            study=content["study"],
            design=content["design"],
            scenario=content["scenario"],
            versions=content["versions"],
            runs=content["runs"],
            labels=tuple(content["labels"]),
            wanted=content["wanted"],
        )
    except OSError as error:
        raise StoreError(
            f"{file}: {error.strerror}; a results folder is made by `abm sweep`"
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{file}: not a manifest ({error})") from None
    if content.get("format") != FORMAT or content.get("identity") != manifest.identity:
        raise StoreError(f"{file}: changed by hand or of another format")
    return manifest


def differences(old: Manifest, new: Manifest) -> list[str]:
    """Return what differs between two manifests, one line each."""
    lines = [
        f"study.{path}: {_shown(was)} -> {_shown(now)}"
        for path, was, now in _changed(_leaves(old.study), _leaves(new.study))
    ]
    if not lines and old.design != new.design:
        lines.append(f"design: {old.design[:16]} -> {new.design[:16]}")
    if old.scenario != new.scenario:
        lines.append(f"scenario: {old.scenario[:16]} -> {new.scenario[:16]}")
    if old.wanted != new.wanted:
        lines.append(f"outcomes.toml: {old.wanted[:16]} -> {new.wanted[:16]}")
    lines += [
        f"{name}: {old.versions.get(name)} -> {new.versions.get(name)}"
        for name in DECISIVE
        if old.versions.get(name) != new.versions.get(name)
    ]
    return lines


def _changed(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Any]]:
    """Yield each path whose value differs, with both values."""
    for path in sorted(set(old) | set(new)):
        was, now = old.get(path, "absent"), new.get(path, "absent")
        if was != now:
            yield path, was, now


def _leaves(value: object, path: str = "") -> dict[str, Any]:
    """Return every leaf of nested JSON by its path."""
    if isinstance(value, Mapping):
        below = [(f"{path}.{key}" if path else str(key), v) for key, v in value.items()]
    elif isinstance(value, list):
        below = [(f"{path}[{number}]", v) for number, v in enumerate(value)]
    else:
        return {path: value}
    return {inner: leaf for p, v in below for inner, leaf in _leaves(v, p).items()}


def _shown(value: object) -> str:
    """Return a value, cut to a readable length."""
    text = json.dumps(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
