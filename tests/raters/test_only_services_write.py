"""Rows are written by services alone: no page, no read and no pure module calls what writes through a model."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
WRITES = {
    "save",
    "create",
    "get_or_create",
    "update_or_create",
    "bulk_create",
    "bulk_update",
    "delete",
    "select_for_update",
}
WITHOUT_WRITES = ("web", "selectors", "policy", "stimuli", "simulation", "templatetags", "sql")


def writes_in(source: str) -> list[str]:
    """Calls of methods that write rows, and `update` on a query: one that filters or names all rows before."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            call = ast.unparse(node.func)
            is_query = any(part in call for part in (".objects", ".filter(", ".exclude(", ".all()"))
            if node.func.attr in WRITES or (node.func.attr == "update" and is_query):
                found.append(f"line {node.lineno}: {call}")
    return found


@pytest.mark.parametrize("room", WITHOUT_WRITES)
def test_a_room_without_services_writes_no_rows(room: str) -> None:
    modules = sorted((HOUSE / "raters" / room).glob("*.py"))
    assert modules
    assert {str(path): found for path in modules if (found := writes_in(path.read_text()))} == {}


@pytest.mark.parametrize(
    "line",
    [
        "row.save()",
        "Rater.objects.filter(pk=1).update(group='x')",
        "rater.delete()",
        "Rater.objects.create()",
    ],
)
def test_a_write_is_found(line: str) -> None:
    assert writes_in(line)


def test_changing_a_dictionary_is_no_write() -> None:
    assert writes_in("context.update(title='x')") == []
