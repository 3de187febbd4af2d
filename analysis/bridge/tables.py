"""From the database to `ratings.csv` and `samples.csv`: the one table everything is computed from."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from django.db.models import QuerySet

from analysis.bridge.rater_records import counting_ratings, findings_of, known_answer
from analysis.findings.quality_checks import excluded_raters, failed_by
from analysis.table.cells import neutralise
from analysis.table.columns import RATING_NAMES
from analysis.table.platform_columns import MEASURES, QUESTIONNAIRE, SAMPLES
from generation.models import Measure, Sample
from raters.models import Assignment, ClipReport, ComparisonSample, QuestionnaireAnswer, Rating
from raters.selectors.quarantine import REPORTS_TO_QUARANTINE
from studies.models import Study
from studies.selectors import spec_of

CHUNK = 2000
_OF_A_PASS = ("response_ms", "played_first_ms", "played_second_ms", "switches")
SAMPLE_NAMES = tuple(SAMPLES)
LEVELS = ("duration", "loudness", "true_peak", "silence_share", "clipped_share")


def ratings_csv(study: Study) -> bytes:
    """Every submitted rating of the study, one row per assignment and criterion, in the order they came."""
    return _csv(RATING_NAMES, _rating_rows(study))


def _csv(names: Sequence[str], rows: Iterable[dict[str, object]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([neutralise(_text(row[name])) for name in names] for row in rows)
    return buffer.getvalue().encode()


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    return str(value)


def _rating_rows(study: Study) -> Iterator[dict[str, object]]:
    sets, found = _samples_by_side(study), findings_of(study)
    excluded = excluded_raters(found, study.spec["analysis"]["exclude"])
    rows = counting_ratings(study).select_related(
        "assignment__comparison__prompt",
        "assignment__comparison__system_a",
        "assignment__comparison__system_b",
        "assignment__rater",
        "assignment__session",
    )
    scale = study.spec["scale"]
    planned = {(frozenset((a, b)), criterion) for a, b, criterion in spec_of(study).analysis.primary}
    amended_at = list(study.events.filter(kind="amended").order_by("at").values_list("at", flat=True))
    tags = {prompt.id: ";".join(prompt.tags) for prompt in spec_of(study).prompts}
    for rating in rows.order_by("assignment__submitted_at", "assignment_id", "id").iterator(chunk_size=CHUNK):
        row = _of_assignment(rating.assignment, sets) | _of_rating(rating) | _of_pass(rating)
        rater = str(row["rater"])
        yield row | {
            "study": study.slug,
            "scale": scale,
            "excluded": excluded.get(rater, ""),
            "failed_checks": " ".join(failed_by(found, rater)),
            "amendment": _amendments_before(rating.assignment, amended_at),
            "prompt_tags": tags[str(row["prompt_id"])],
            "planned": (frozenset((row["system_first"], row["system_second"])), rating.criterion) in planned,
        }


def _amendments_before(row: Assignment, amended_at: Sequence[datetime]) -> int:
    """How many amendments were in force when the task was given out."""
    assigned_at = row.assigned_at
    assert assigned_at is not None  # noqa: S101 - a submitted row has it
    return sum(at <= assigned_at for at in amended_at)


def _samples_by_side(study: Study) -> dict[tuple[int, str], str]:
    sets: dict[tuple[int, str], list[str]] = defaultdict(list)
    places = ComparisonSample.objects.filter(comparison__study=study).order_by("comparison", "side", "number")
    for comparison, side, key in places.values_list("comparison_id", "side", "sample__key"):
        sets[comparison, side].append(key)
    return {place: " ".join(keys) for place, keys in sets.items()}


def _of_assignment(row: Assignment, sets: dict[tuple[int, str], str]) -> dict[str, object]:
    comparison = row.comparison
    sides = [
        (comparison.system_a.name, sets[comparison.pk, "a"]),
        (comparison.system_b.name, sets[comparison.pk, "b"]),
    ]
    first, second = reversed(sides) if row.swapped else sides
    rater, session = row.rater, row.session
    assert rater is not None  # noqa: S101 - constraints of the table:
    assert session is not None  # noqa: S101 - a submitted row has both
    return {
        "comparison": comparison.key,
        "kind": comparison.kind,
        "prompt_id": comparison.prompt.key,
        "prompt": comparison.prompt.text,
        "system_first": first[0],
        "system_second": second[0],
        "samples_first": first[1],
        "samples_second": second[1],
        "rater": rater.pseudonym,
        "session": session.pseudonym,
        "position": row.position,
        "role": row.role,
        "rater_group": rater.group,
        "simulated": rater.simulated,
        "response_ms": row.response_ms,
        "played_first_ms": row.played_first_ms,
        "played_second_ms": row.played_second_ms,
        "switches": row.switches,
        "assigned_at": row.assigned_at,
        "submitted_at": row.submitted_at,
    }


def _of_rating(rating: Rating) -> dict[str, object]:
    return {
        "criterion": rating.criterion,
        "known_answer": known_answer(
            rating.assignment.role, rating.criterion, swapped=rating.assignment.swapped
        ),
        "score_first": rating.score_first,
        "score_second": rating.score_second,
        "preference": rating.preference,
    }


def _of_pass(rating: Rating) -> dict[str, object]:
    """Where each criterion had a pass of its own: which, and what it was like instead of the whole assignment."""
    for number, done in enumerate(rating.assignment.passes, 1):
        if done["criterion"] == rating.criterion:
            return {"pass": number} | {name: done[name] for name in _OF_A_PASS}
    return {"pass": None}


def samples_csv(study: Study) -> bytes:
    """Every sample of the study with its provenance, made or not."""
    rows = study.samples.select_related("system", "prompt", "review").order_by("id")
    reports = Counter(ClipReport.objects.filter(sample__study=study).values_list("sample", flat=True))
    return _csv(
        SAMPLE_NAMES, (_sample_row(sample, reports[sample.pk]) for sample in rows.iterator(chunk_size=CHUNK))
    )


def _sample_row(sample: Sample, reports: int) -> dict[str, object]:
    config, measures, provenance = sample.system.config, sample.measures, sample.provenance
    return {
        "sample": sample.key,
        "system": sample.system.name,
        "prompt_id": sample.prompt.key,
        "prompt": sample.prompt.text,
        "status": sample.state,
        "seed": sample.seed,
        "sha256": sample.audio_sha256,
        **{name: measures.get(name) for name in LEVELS},
        "backend": config.get("backend"),
        "checkpoint": config.get("checkpoint"),
        "parameters": {key: value for key, value in config.items() if key not in {"backend", "checkpoint"}},
        "understood": provenance.get("understood"),
        "unknown_words": provenance.get("unknown_words"),
        "error_owner": sample.error_owner,
        "error_code": sample.error_code,
        "error_text": sample.error_text,
        "attempts": sample.attempts,
        "made_at": sample.made_at,
        "provenance": provenance,
        "left_out": sample.review.left_out_because if hasattr(sample, "review") else "",
        "reports": reports,
        "quarantined": reports >= REPORTS_TO_QUARANTINE,
        **{
            name: provenance.get(name)
            for name in ("made_from", "checkpoint_sha256", "device", "seconds", "peak_memory", "versions")
        },
    }


def questionnaire_csv(study: Study) -> bytes:
    """What raters said about themselves, a row per answer, in the order of the questions; no names, no ids."""
    return _csv(tuple(QUESTIONNAIRE), _questionnaire_rows(study))


def _questionnaire_rows(study: Study) -> Iterator[dict[str, object]]:
    asked = {item.id: item for item in spec_of(study).raters.questionnaire}
    order = list(asked)
    rows = QuestionnaireAnswer.objects.filter(rater__study=study).select_related("rater")
    for row in sorted(rows, key=lambda row: (row.rater_id, order.index(row.question))):
        yield {
            "study": study.slug,
            "rater": row.rater.pseudonym,
            "question": row.question,
            "label": asked[row.question].label,
            "kind": asked[row.question].kind,
            "answer": row.answer,
            "simulated": row.rater.simulated,
            "answered_at": row.answered_at,
        }


def measure_files(study: Study) -> dict[str, bytes]:
    """The automatic measures by file name: of clips (`measures.csv`) and of sets (`set_measures.csv`)."""
    rows = {"measures.csv": _clip_measures(study), "set_measures.csv": _set_measures(study)}
    return {name: _csv(tuple(MEASURES[name]), content) for name, content in rows.items()}


def _clip_measures(study: Study) -> Iterator[dict[str, object]]:
    samples = (
        study.samples.filter(state=Sample.State.READY, source=None)
        .select_related("system", "prompt")
        .order_by("id")
    )
    for sample in samples.iterator(chunk_size=CHUNK):
        clip = {"sample": sample.key, "system": sample.system.name, "prompt_id": sample.prompt.key}
        for name in LEVELS:
            if name in sample.measures:
                yield clip | {"measure": name, "value": sample.measures[name], "made_with": None}
    for row in _measures(study).exclude(sample=None).order_by("sample_id", "name").iterator(chunk_size=CHUNK):
        assert row.sample is not None  # noqa: S101 - excluded
        yield _measure(row) | {"sample": row.sample.key}


def _set_measures(study: Study) -> Iterator[dict[str, object]]:
    rows = _measures(study).filter(sample=None).order_by("system__name", "prompt_id", "name")
    for row in rows.iterator(chunk_size=CHUNK):
        yield _measure(row) | {"clips": row.clips}


def _measures(study: Study) -> QuerySet[Measure]:
    return study.measures.select_related("system", "prompt", "sample")


def _measure(row: Measure) -> dict[str, object]:
    return {
        "system": row.system.name,
        "prompt_id": row.prompt.key,
        "measure": row.name,
        "value": row.value,
        "made_with": row.made_with,
    }
