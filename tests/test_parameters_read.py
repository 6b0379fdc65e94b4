"""Every parameter of the ground engine is read by a rule."""

import ast
from dataclasses import fields
from pathlib import Path

import pytest

import abm
from abm.scenario.parameters import KINDS

ROOT = Path(abm.__file__).parent
GROUND = ("perceive", "decide", "move", "supply", "fight", "control")


def read_in(source):
    """Return the (kind, parameter) pairs that a module's code reads."""
    tree = ast.parse(source)
    named = {(name, name) for name in GROUND}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target, value in _pairs(node.targets[0], node.value):
                kind = _kind(value)
                if isinstance(target, ast.Name) and kind:
                    named.add((target.id, kind))
    reads = {
        (_last(node.value), node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }
    return {(kind, name) for owner, name in reads for o, kind in named if o == owner}


def _pairs(target, value):
    """Yield what is assigned to what, tuples taken apart."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        yield from zip(target.elts, value.elts, strict=False)
    else:
        yield target, value


def _kind(value):
    """Return the kind of parameters an expression such as ``parameters.move`` means."""
    if isinstance(value, ast.Attribute) and value.attr in GROUND:
        return value.attr if _last(value.value) == "parameters" else None
    return None


def _last(node):
    """Return the last name of an expression, such as ``decide``."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def test_an_alias_and_a_tuple_of_parameters_are_understood():
    source = "p, w = theatre.parameters.move, world\nx = p.pace + fight.reach + w.tick"

    assert read_in(source) == {("move", "pace"), ("fight", "reach")}


@pytest.mark.parametrize("kind", GROUND)
def test_every_parameter_is_read_somewhere(kind):
    rules = [
        path for path in ROOT.rglob("*.py") if ROOT / "scenario" not in path.parents
    ]
    rules += (ROOT.parent / "experiments").rglob("*.py")
    read = set().union(*(read_in(path.read_text()) for path in rules))
    unread = [one.name for one in fields(KINDS[kind]) if (kind, one.name) not in read]

    assert unread == []
