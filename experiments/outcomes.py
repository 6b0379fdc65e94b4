"""Outcomes of a run by their column: in which unit, and how an axis calls them."""

UNITS = {
    "dates": "days since the start",
    "losses": "persons",
    "incidents": "number in a run",
    "objectives": "share reached",
    "tonnes": "tonnes",
    "flashpoint": "hazard x severity",
}
"""Unit by the first part of the column's name."""


def axis(outcome: str) -> str:
    """Return an outcome as an axis calls it: words, and the unit below them."""
    column, equals, wanted = outcome.partition("=")
    kind, dot, rest = column.partition(".")
    words = (rest or kind).replace(".", ", ").replace("_", " ")
    if equals:
        return f"share with {words} = {wanted}"
    if not dot:
        return words
    start = "" if kind == "dates" else f"{kind}: "
    unit = UNITS.get(kind, "")
    return f"{start}{words}\n({unit})" if unit else f"{start}{words}"
