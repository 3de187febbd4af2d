"""The one palette: told apart by people who see no red or no green, and in grey by how dark the colours are.

A file holds the colours of print. On a page each shape carries a class too, so that the page sets light and dark.
"""

INK = "#221e19"
MUTED = "#625a4e"
LINE = "#dcd5c8"
PAPER = "#ffffff"
FIRST = "#1f5a96"
FIRST_SOFT = "#9cc3e6"
SECOND = "#b85c00"
SECOND_SOFT = "#f7d3ac"

# Colour -> the name in classes: `fill-first`, `stroke-ink`.
NAMES = {
    INK: "ink",
    MUTED: "muted",
    LINE: "line",
    PAPER: "paper",
    FIRST: "first",
    FIRST_SOFT: "first-soft",
    SECOND: "second",
    SECOND_SOFT: "second-soft",
}
