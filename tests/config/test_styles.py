"""The stylesheets as text."""

from __future__ import annotations

import re

from tests.conftest import ROOT

PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin)-(?:left|right)|left|right)\s*:|align: (?:left|right)"
)


def test_no_rule_knows_left_from_right_so_that_pages_can_be_read_from_right_to_left() -> None:
    sheets = sorted((ROOT / "config" / "static").glob("*.css"))
    assert sheets
    found = [match[0] for sheet in sheets for match in PHYSICAL.finditer(sheet.read_text())]
    assert found == []
