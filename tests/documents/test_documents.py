"""What README and docs name must exist: targets, commands, files, variables, links, columns, study files."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from analysis.output.csv_files import WRITTEN
from analysis.table.columns import REQUIRED_NAMES
from generation.builtin.installed import builtin_checkpoints
from studies.quality_checks import QUALITY_CHECKS
from studies.spec import load_study, parse_study
from studies.spec.model import Audio, Study, StudySpec
from studies.spec.protocol import Design, Diversity, Player, Raters
from studies.spec.scales import SCALES
from studies.spec.supported import NOT_BUILT
from studies.spec.systems import Builtin, Folder, Http, MusicGen, StableAudio
from studies.spec.types import Section

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
CODE = re.compile(r"`(?P<code>[^`\n]+)`")
BLOCK = re.compile(r"(?ms)^```(?P<kind>\w*)\n(?P<text>.*?)^```$")
FOLDERS = (
    "config|dashboard|analysis|raters|generation|studies|tests|docker|docs|examples|scripts|requirements"
)
A_PATH = re.compile(rf"(?:{FOLDERS})/[\w./*-]*")
# Written by the reader or by a command, so not in the repository.
MADE_LATER = {
    "raters/locale/LANGUAGE/LC_MESSAGES/django.po",
    "docker/.env",
    "docker/s3.env",
    "docker/certs/",
    "docker/compose.override.yaml",
}

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def code_in(text: str) -> Iterator[str]:
    """Every span and every line of a block that is set as code."""
    for block in BLOCK.finditer(text):
        yield from block["text"].splitlines()
    yield from (match["code"] for match in CODE.finditer(BLOCK.sub("", text)))


def anchors(document: Path) -> set[str]:
    """The anchors of a page's headings, as the usual renderers make them."""
    headings = re.findall(r"(?m)^#+ (.+)$", BLOCK.sub("", document.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def study_blocks() -> Iterator[tuple[str, str]]:
    for document in DOCUMENTS:
        for block in BLOCK.finditer(document.read_text()):
            if block["kind"] == "yaml" and block["text"].startswith("study:"):
                yield document.name, block["text"]


@each_document
def test_every_link_leads_somewhere(document: Path) -> None:
    for match in LINK.finditer(document.read_text()):
        target, _, anchor = match["target"].partition("#")
        if target.startswith("https://"):
            continue
        page = (document.parent / target).resolve() if target else document
        assert page.exists(), f"{document.name}: {match['target']}"
        assert not anchor or anchor in anchors(page), f"{document.name}: {match['target']}"


@each_document
def test_every_make_target_exists(document: Path) -> None:
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text()))
    for code in code_in(document.read_text()):
        for name in re.findall(r"\bmake ([a-z]+)", code):
            assert name in targets, f"{document.name}: {code}"


@each_document
def test_every_management_command_exists(document: Path) -> None:
    known = get_commands()
    for code in code_in(document.read_text()):
        for name in re.findall(r"\bmanage\.py ([a-z]+)", code):
            assert name in known, f"{document.name}: {code}"


def _verbs() -> set[str]:
    parser = load_command_class("dashboard", "study").create_parser("manage.py", "study")
    actions = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]  # noqa: SLF001 - argparse has no other way to ask
    return set(actions[0].choices)


@each_document
def test_every_verb_of_the_study_command_exists(document: Path) -> None:
    verbs = _verbs()
    for code in code_in(document.read_text()):
        for name in re.findall(r"(?:^|manage\.py )study ([a-z]+)\b", code):
            assert name in verbs, f"{document.name}: {code}"


def test_every_verb_of_the_study_command_is_in_the_guide() -> None:
    text = (ROOT / "docs" / "running-a-study.md").read_text()
    forms = ("{} SLUG", "{} FILE.yaml", "{} FILE.zip", "`study {}`")
    missing = [verb for verb in _verbs() if not any(form.format(verb) in text for form in forms)]
    assert missing == []


@each_document
def test_every_path_exists(document: Path) -> None:
    for code in code_in(document.read_text()):
        for path in A_PATH.findall(code):
            if path in MADE_LATER or code[: code.index(path)].endswith("/"):
                continue
            assert list(ROOT.glob(path.rstrip("/."))), f"{document.name}: {path}"


def _variables_read() -> set[str]:
    text = "".join(path.read_text() for path in (ROOT / "config").glob("*.py"))
    called = r"(?:environ\.get|flag|number|secret)\(\s*\"([A-Z_]+)\""
    return set(re.findall(called, text))


def _variables_documented() -> set[str]:
    text = (ROOT / "docs" / "deploying.md").read_text()
    section = text.split("## The environment")[1].split("\n## ")[0]
    return set(re.findall(r"(?m)^\| `([A-Z_]+)`", section))


def test_the_table_of_variables_is_what_the_settings_read() -> None:
    assert _variables_documented() == _variables_read()


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("DATABASE_POOL_SIZE", "8"),
        ("GENERATION_BATCH_SIZE", "8"),
        ("GENERATION_LEASE_SECONDS", "180"),
        ("GENERATION_MAX_ATTEMPTS", "3"),
        ("SWEEP_SECONDS", "60"),
    ],
)
def test_a_default_in_the_table_is_the_settings_default(name: str, default: str) -> None:
    text = "".join(path.read_text() for path in (ROOT / "config").glob("*.py"))
    row = re.search(rf"(?m)^\| `{name}` .*\| (\S+) \|$", (ROOT / "docs" / "deploying.md").read_text())
    assert f'"{name}", default={default})' in text
    assert row is not None
    assert row[1] == default


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda path: path.name)
def test_every_example_is_a_study_that_this_version_can_run(path: Path) -> None:
    slug = path.stem.replace("_", "-")
    assert load_study(path, builtin=builtin_checkpoints()).spec.study.slug == slug


def _folder_with_prompts(folder: Path) -> Path:
    rows = [f"p{number:03},a song number {number}" for number in range(101)]
    (folder / "prompts.csv").write_text("\n".join(["id,text", *rows]))
    return folder


@pytest.mark.parametrize(("name", "text"), list(study_blocks()), ids=[name for name, _ in study_blocks()])
def test_every_study_file_in_a_document_parses(name: str, text: str, tmp_path: Path) -> None:
    known = set(builtin_checkpoints())
    loaded = parse_study(text, folder=_folder_with_prompts(tmp_path), builtin=known, not_built=())
    assert len(loaded.spec.prompts) == 101


def test_the_study_file_of_the_readme_runs_in_this_version(tmp_path: Path) -> None:
    text = next(text for name, text in study_blocks() if name == "README.md")
    loaded = parse_study(text, folder=_folder_with_prompts(tmp_path), builtin=builtin_checkpoints())
    assert set(loaded.spec.systems) == {"plain", "guided", "careful"}


def _rows_of_the_guide() -> str:
    return (ROOT / "docs" / "running-a-study.md").read_text()


@pytest.mark.parametrize(
    "section",
    [Study, Audio, Builtin, MusicGen, StableAudio, Folder, Http, Design, Diversity, Raters, Player],
    ids=lambda section: section.__name__,
)
def test_the_guide_has_every_field_of_a_section(section: type[Section]) -> None:
    rows = [line for line in _rows_of_the_guide().splitlines() if line.startswith("|")]
    named = {name for row in rows for name in CODE.findall(row.split("|")[1])}
    assert set(section.model_fields) <= named


def test_the_guide_has_every_scale_and_every_section() -> None:
    text = _rows_of_the_guide()
    assert all(f"| `{scale}` |" in text for scale in SCALES)
    assert all(re.search(rf"\b{section}\b", text) for section in StudySpec.model_fields)


# How the README says that a field of the study file is not available yet.
SAID_AS = {
    "systems.*.backend": "backends other than",
    "systems.*.merge": "merged checkpoints",
    "design.presentation": "one criterion at a time",
    "diversity": "set-against-set",
    "raters.headphone_check": "headphone checks",
    "raters.training": "training",
    "raters.gold": "gold",
    "raters.repeats": "repeated tasks",
    "recruitment.kind": "recruitment by",
    "analysis.exclude.*": "exclusion rules",
    "analysis.primary.*": "primary contrasts",
}


@pytest.mark.parametrize("field", SAID_AS)
def test_the_readme_says_what_is_not_built_and_nothing_else(field: str) -> None:
    section = (ROOT / "README.md").read_text().split("## What it does not do yet")[1].split("\n## ")[0]
    assert (SAID_AS[field] in section) == (field in {entry.path for entry in NOT_BUILT})


@pytest.mark.parametrize("field", SAID_AS)
def test_the_guide_marks_what_is_not_built_and_nothing_else(field: str) -> None:
    name = [part for part in field.split(".") if part != "*"][-1]
    lines = [line for line in _rows_of_the_guide().splitlines() if "(later" in line]
    marked = any(re.search(rf"(?:`|\.|^|\(later: .*){name}\b", line) for line in lines)
    assert marked == (field in {entry.path for entry in NOT_BUILT})


def test_whatever_is_not_built_has_words_here() -> None:
    assert {entry.path for entry in NOT_BUILT} <= set(SAID_AS)


def test_the_guide_has_every_table_of_the_bundle_and_the_columns_that_the_analysis_needs() -> None:
    text = _rows_of_the_guide()
    assert all(
        f"`{name}`" in text
        for name in (
            "ratings.csv",
            "samples.csv",
            "data_dictionary.csv",
            *(written.table.file for written in WRITTEN),
        )
    )
    listed = re.search(r"`(criterion, [\w, ]+)`", text)
    assert listed is not None
    assert tuple(listed[1].split(", ")) == REQUIRED_NAMES


def test_the_guide_says_of_every_quality_check_when_it_fails_and_when_it_cannot_tell() -> None:
    guide = _rows_of_the_guide()
    for code, check in QUALITY_CHECKS.items():
        assert f"| `{code}` | {check.fails} | {check.cannot_tell} |" in guide


def test_the_decisions_are_numbered_without_a_gap() -> None:
    text = (ROOT / "docs" / "design" / "decisions.md").read_text()
    numbers = [int(number) for number in re.findall(r"(?m)^## (\d+)\. ", text)]
    assert numbers[0] == 1
    assert all(after == before + 1 for before, after in pairwise(numbers))


def test_the_licence_is_the_one_that_the_package_names() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text()
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
