"""Figures survive other programs: plain attributes, letters as outlines, embedded fonts, the same picture "
"everywhere."""

import io
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from matplotlib import image

from analysis.output.bundle import Bundle
from analysis.output.figures.palette import FIRST, FIRST_SOFT, NAMES, PAPER, SECOND, SECOND_SOFT
from analysis.run import analyse_csv
from tests.analysis.tables import REQUIRED, as_csv, study

STEM = "figures/forest-musicality"
RENDERERS = {
    "rsvg-convert": ["rsvg-convert", "--output={out}", "--width=1050", "{svg}"],
    "inkscape": ["inkscape", "{svg}", "--export-filename={out}", "--export-width=1050"],
    "cairosvg": ["cairosvg", "{svg}", "-o", "{out}", "--output-width", "1050"],
    "chromium": ["chromium", "--headless", "--no-sandbox", "--hide-scrollbars", "--force-device-scale-factor=3.125",
                 "--window-size=336,1000", "--screenshot={out}", "file://{svg}"],
}  # fmt: skip


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return analyse_csv(study(raters=8, prompts=6, per_rater=12, criteria=("musicality",)))


def test_svg_files_hold_plain_attributes_and_no_letters_that_need_a_font(bundle: Bundle) -> None:
    svg = bundle.files[f"{STEM}.svg"].decode()
    assert not re.search(r"var\(|style=|<style|<text|font-family", svg)
    assert set(re.findall(r'(?:fill|stroke)="(#\w+)"', svg)) <= {*NAMES, "#000000"}


def test_pdf_files_embed_their_font_as_truetype(bundle: Bundle) -> None:
    pdf = bundle.files[f"{STEM}.pdf"]
    assert b"/FontFile2" in pdf
    assert b"/Type3" not in pdf


def test_files_come_in_the_widths_of_one_and_two_columns(bundle: Bundle) -> None:
    for ending, inches in (("", 3.5), ("-two-columns", 7.16)):
        svg = ET.fromstring(bundle.files[f"{STEM}{ending}.svg"])  # noqa: S314 - our own bytes
        assert svg.attrib["width"] == f"{72 * inches:g}pt"
        assert image.imread(io.BytesIO(bundle.files[f"{STEM}{ending}.png"])).shape[1] == int(300 * inches)


def brightness(colour: str) -> float:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_the_answers_of_a_bar_are_told_apart_in_grey() -> None:
    shades = sorted(map(brightness, (FIRST, FIRST_SOFT, PAPER, SECOND, SECOND_SOFT)))
    assert min(np.diff(shades)) > 20


@pytest.mark.parametrize("program", RENDERERS)
def test_another_program_draws_the_same_picture(bundle: Bundle, tmp_path: Path, program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"no {program}: what it makes of the SVG was not seen")
    svg, out = tmp_path / "figure.svg", tmp_path / "figure.png"
    svg.write_bytes(bundle.files[f"{STEM}.svg"])
    command = [part.format(svg=svg, out=out) for part in RENDERERS[program]]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    ours = image.imread(io.BytesIO(bundle.files[f"{STEM}.png"]))[..., :3].mean(axis=2)
    theirs = image.imread(out)[..., :3].mean(axis=2)
    height, width = (min(one, other) for one, other in zip(ours.shape, theirs.shape, strict=True))
    # Shades in squares of 10 pixels: hinting and smoothing differ, marks and letters may not.
    squares = [
        shade[: height // 10 * 10, : width // 10 * 10]
        .reshape(height // 10, 10, width // 10, 10)
        .mean(axis=(1, 3))
        for shade in (ours, theirs)
    ]
    assert np.abs(squares[0] - squares[1]).mean() < 0.02
    assert np.corrcoef(squares[0].ravel(), squares[1].ravel())[0, 1] > 0.9


def test_figures_on_one_page_share_no_id(bundle: Bundle) -> None:
    ids = re.findall(r'\bid="([^"]+)"', bundle.files["report.html"].decode())
    assert len(ids) == len(set(ids))


def test_hostile_names_are_drawn_as_they_are() -> None:
    rows = [
        ("$c$", f"p{p}", "a<b>", "\u4e2d\u6587 $x_1$", f"r{r}", (p + r) % 3 - 1)
        for p in range(3)
        for r in range(3)
    ]
    bundle = analyse_csv(as_csv(REQUIRED, rows))
    figure = bundle.figures[0]
    assert "\u4e2d\u6587 $x_1$" in figure.svg
    assert figure.drawing.file(3.5, "pdf").startswith(b"%PDF")


def test_the_report_has_its_style_and_the_policy_allows_it(bundle: Bundle) -> None:
    report = bundle.files["report.html"].decode()
    assert ".answers li.decided::before" in report
    assert "&gt; *" not in report.split("</style>")[0]
