"""A run's log and its picture, and files that a kill cannot halve."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from generation.learning import FIGURE, LOG, Panel, Record, placed

SVG = "{http://www.w3.org/2000/svg}"
PANELS = (Panel("nats", {"loss": "training", "held": "held out"}), Panel("share", {"found": "found"}))


def record(folder: Path) -> Record:
    return Record(folder, "A run <of ours>", PANELS)


def drawn(folder: Path) -> ET.Element:
    return ET.fromstring((folder / FIGURE).read_text())  # noqa: S314 - we wrote it


def points(picture: ET.Element) -> list[list[tuple[float, float]]]:
    return [
        [(float(x), float(y)) for x, y in (pair.split(",") for pair in line.attrib["points"].split())]
        for line in picture.iter(f"{SVG}polyline")
    ]


def test_the_picture_falls_as_the_losses_do_and_steps_go_right(tmp_path: Path) -> None:
    for step, loss in ((10, 3.0), (20, 2.0), (40, 1.0)):
        record(tmp_path).add({"step": step, "loss": loss, "held": None})
    (curve,) = points(drawn(tmp_path))
    across, down = zip(*curve, strict=True)
    assert (across[1] - across[0]) * 2 == pytest.approx(across[2] - across[1], abs=0.2)
    assert down[1] - down[0] == pytest.approx(down[2] - down[1], abs=0.2)
    assert down[0] < down[1]


def test_two_curves_and_two_panels_are_named_and_a_constant_can_be_drawn(tmp_path: Path) -> None:
    record(tmp_path).add({"step": 5, "loss": 1.0, "held": 1.0, "found": 0.5})
    words = [text.text or "" for text in drawn(tmp_path).iter(f"{SVG}text")]
    assert {"A run <of ours>", "nats", "share", "training 1", "held out 1", "found 0.5", "5"} <= set(words)
    assert len(points(drawn(tmp_path))) == 3


def test_what_a_killed_run_will_do_again_leaves_the_log(tmp_path: Path) -> None:
    for step in (1, 2, 3):
        record(tmp_path).add({"step": step, "loss": float(step)})
    record(tmp_path).go_on(2)
    assert [line["step"] for line in record(tmp_path).lines()] == [1, 2]
    assert len(points(drawn(tmp_path))[0]) == 2


def test_a_fresh_run_has_an_empty_log_and_an_empty_picture(tmp_path: Path) -> None:
    record(tmp_path / "new").go_on(0)
    assert (tmp_path / "new" / LOG).read_text() == ""
    assert points(drawn(tmp_path / "new")) == []


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "weights"
    path.write_text("old")

    def killed() -> None:
        with placed(path) as fresh:
            fresh.write_text("ne")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    assert path.read_text() == "old"
    with placed(path) as fresh:
        fresh.write_text("new")
    assert path.read_text() == "new"
