"""A study with training, gold and repeats, through its real pages: what is exported, excluded, and left alone."""

from __future__ import annotations

import csv
import io
from collections import Counter

import httpx
import pytest
from django.core.handlers.wsgi import WSGIHandler

from analysis.bridge.rater_records import findings_of
from analysis.bridge.tables import ratings_csv, samples_csv
from analysis.findings.quality_checks import Verdict
from analysis.run import analyse_csv
from raters.models import Rater
from raters.selectors.reveal import reveal
from raters.simulation.simulated_rater import SimulatedRater
from raters.simulation.taste import Taste, strengths
from raters.web.cookies import simulation_mark
from studies.models import Study
from tests.cast import open_study, study_text, with_checks

pytestmark = pytest.mark.django_db
RATERS, CARELESS = 3, 1
HOUSE = "http://testserver"


def visit(study: Study, number: int) -> None:
    """A simulated rater from the door to the thanks; the first ones answer at random."""
    planted = strengths(["base", "cfg"], effect=1.5)
    taste = Taste(3, number, planted, careless=number < CARELESS)
    visitor = SimulatedRater(
        base_url=HOUSE, slug=study.slug, mark=simulation_mark(study.slug), taste=taste, reveal=reveal
    )
    transport = httpx.WSGITransport(WSGIHandler())
    visitor.client = httpx.Client(transport=transport, base_url=HOUSE, follow_redirects=True)
    visitor.take_part()


@pytest.fixture
def study() -> Study:
    text = with_checks(study_text(prompts=4, ratings=RATERS), training=1, gold=3, repeats=1)
    study = open_study(text + "analysis: {exclude: [failed_gold]}\n")
    for number in range(RATERS):
        visit(study, number)
    return study


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def test_a_study_with_every_check_goes_from_the_door_to_the_table(study: Study) -> None:
    table = ratings_csv(study)
    rows = [row for row in rows_of(table) if row["criterion"] == "acoustic_quality"]
    assert Counter(row["role"] for row in rows) == {"training": 3, "main": 12, "gold": 9, "repeat": 3}
    _the_broken_side_is_named_and_never_an_answer_of_main(rows)
    _whoever_missed_half_of_the_gold_is_excluded_by_the_declared_rule(study, rows)
    _what_counts_is_the_same_without_the_checks(table)
    _the_samples_say_what_was_made_from_what(study)


def _the_broken_side_is_named_and_never_an_answer_of_main(rows: list[dict[str, str]]) -> None:
    for row in rows:
        broken = [row[f"samples_{side}"].endswith(".broken") for side in ("first", "second")]
        if row["role"] in {"gold", "training"}:
            assert row["system_first"] == row["system_second"]
            assert broken == [row["known_answer"] != "first", row["known_answer"] != "second"]
        else:
            assert (broken, row["known_answer"]) == ([False, False], "")


def _whoever_missed_half_of_the_gold_is_excluded_by_the_declared_rule(
    study: Study, rows: list[dict[str, str]]
) -> None:
    found = findings_of(study)["failed_gold"]
    wrong = Counter(row["rater"] for row in rows if row["role"] == "gold" and not _answered_right(row))
    missed = {name for name, count in wrong.items() if 2 * count >= 3}
    assert {name for name, one in found.items() if one.verdict == Verdict.FAILED} == missed
    assert {row["rater"] for row in rows if row["excluded"] == "failed_gold"} == missed
    assert {row["rater"] for row in rows if "failed_gold" in row["failed_checks"]} == missed
    in_order = Rater.objects.order_by("pk").values_list("pseudonym", flat=True)
    # Whoever answers at random may pass by luck; whoever takes care hears what was broken.
    assert missed <= set(in_order[:CARELESS])


def _answered_right(row: dict[str, str]) -> bool:
    preference = int(row["preference"])
    return preference < 0 if row["known_answer"] == "first" else preference > 0


def _what_counts_is_the_same_without_the_checks(table: bytes) -> None:
    """The same table with neither gold nor training in it gives the same results to the last digit."""
    lines = table.decode().splitlines(keepends=True)
    without = "".join(line for line in lines if ",gold," not in line and ",training," not in line)
    both = [
        analyse_csv(data, seed=1, confidence=0.95).results["criteria"] for data in (table, without.encode())
    ]
    assert both[0] == both[1]
    assert both[0]["musicality"]["n_ratings"] >= 8
    raters = rows_of(analyse_csv(table, seed=1, confidence=0.95).files["raters.csv"])
    assert all(float(row["gold_passed"]) > 0.5 for row in raters if not row["excluded_by"])


def _the_samples_say_what_was_made_from_what(study: Study) -> None:
    made = {row["sample"]: row["made_from"] for row in rows_of(samples_csv(study)) if row["made_from"]}
    assert len(made) == 4
    assert all(sample == f"{source}.broken" for sample, source in made.items())
