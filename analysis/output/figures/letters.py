"""The font of figures: the part of DejaVu Sans that names and numbers use, cut once a process.

Every PDF holds its letters, and cutting them out of the whole font takes fifteen times as long. What this part lacks
comes from the whole font. matplotlib brings the font, so that figures look the same on every machine.
"""

from __future__ import annotations

import logging
import tempfile
from functools import lru_cache
from pathlib import Path

FAMILY = "Earwitness Sans"  # its licence wants another name for a changed font
FAMILIES = (FAMILY, "DejaVu Sans")
# Latin, Greek and Cyrillic letters, punctuation, arrows, the minus sign.
_KEPT = (
    *range(0x20, 0x250),
    *range(0x370, 0x530),
    *range(0x2000, 0x2070),
    *range(0x2190, 0x2200),
    0x2212,
    0xFFFD,
)
_NAMES = (1, 3, 4, 6, 16)  # the entries of a font's table of names that say what it is called


@lru_cache(maxsize=1)
def register_font() -> tempfile.TemporaryDirectory[str]:
    """Make the font known to matplotlib. The folder that holds it lives as long as the process."""
    from fontTools import subset  # noqa: PLC0415 - loaded with the first figure, as matplotlib is
    from matplotlib import font_manager, get_data_path  # noqa: PLC0415 - the same

    logging.getLogger("fontTools.subset").setLevel(logging.ERROR)  # it warns of tables that it leaves out
    folder = tempfile.TemporaryDirectory(prefix="earwitness-font-")
    path = Path(folder.name) / "letters.ttf"
    options = subset.Options(layout_features=[], hinting=False, glyph_names=True, notdef_outline=True)
    options.drop_tables += ["FFTM", "GSUB", "GPOS", "GDEF", "kern", "MATH"]
    with subset.load_font(str(Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")), options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=_KEPT)
        subsetter.subset(font)
        for name in font["name"].names:
            if name.nameID in _NAMES:
                name.string = FAMILY.replace(" ", "") if name.nameID == 6 else FAMILY
        font.save(path)
    font_manager.fontManager.addfont(path)
    return folder
