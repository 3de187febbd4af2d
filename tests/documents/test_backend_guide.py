"""The backend that docs/backends.md writes: its code is taken from the page and makes a study in the real worker."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from generation.making.mastering import master_study
from generation.making.workbench import Workbench
from generation.making.worker import make_batch
from generation.queue import planning
from studies import services as studies
from studies.backends import BACKENDS
from studies.models import Study
from studies.services import apply_study
from studies.spec import StudyRefused, parse_study
from tests.documents.test_documents import BLOCK, ROOT

pytestmark = pytest.mark.django_db
STUDY = """
study: {slug: strings, title: Strings, seed: 3}
prompts: [{id: p0, text: "a slow tune"}, {id: p1, text: "a fast tune"}]
systems:
SYSTEMS
audio: {duration: 1.0}
"""


def blocks(kind: str) -> list[str]:
    page = (ROOT / "docs" / "backends.md").read_text()
    return [block["text"] for block in BLOCK.finditer(page) if block["kind"] == kind]


@pytest.fixture(autouse=True)
def written_as_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One file and one line; the file lies in a folder of the test's, as part of the same package."""
    import generation.backends

    file, line = blocks("python")
    (tmp_path / "pluck.py").write_text(file)
    monkeypatch.setattr(generation.backends, "__path__", [*generation.backends.__path__, str(tmp_path)])
    name, _, where = line.strip().strip(",").partition(": ")
    monkeypatch.setitem(BACKENDS, name.strip('"'), where.strip('"'))
    yield
    sys.modules.pop("generation.backends.pluck", None)


def rendered(systems: str) -> Study:
    study = apply_study(loaded=parse_study(STUDY.replace("SYSTEMS", systems), folder=Path()))
    studies.freeze(study=study)
    planning.plan_samples(study=study)
    bench = Workbench(device="cpu")
    while make_batch(bench, limit=8, study=study):
        pass
    master_study(study=study)
    return study


def test_the_backend_of_the_page_makes_a_whole_study() -> None:
    study = rendered(next(text for text in blocks("yaml") if "pluck" in text))
    assert set(study.samples.values_list("state", flat=True)) == {"ready"}
    assert study.samples.get(key="dull.p0.0").provenance["damping"] == 0.95
    assert len(set(study.samples.values_list("audio_sha256", flat=True))) == 4


def test_what_it_cannot_do_is_refused_in_the_words_of_the_page() -> None:
    study = rendered("  a: {backend: pluck}\n  b: {backend: pluck, guidance_scale: 3.0}")
    failed = study.samples.filter(state="failed")
    said = "guidance_scale: 3.0: the backend 'pluck' cannot do this"
    assert {(sample.error_code, sample.error_text) for sample in failed} == {("not_capable", said)}
    assert any(said in text for text in blocks(""))
    assert study.samples.filter(state="ready").count() == 2


def test_a_field_that_it_does_not_have_is_refused_with_the_study_file() -> None:
    text = STUDY.replace("SYSTEMS", "  a: {backend: pluck, steps: 3}\n  b: {backend: plck}")
    with pytest.raises(StudyRefused) as refused:
        parse_study(text, folder=Path())
    first, second = (str(problem) for problem in refused.value.problems)
    assert first.startswith("systems.a.steps: given an unknown key (3); allowed: ")
    assert "options" in first
    assert second.startswith("systems.b.backend: given 'plck'; allowed: did you mean 'pluck'? one of builtin")
