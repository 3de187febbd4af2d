"""Results: shown at once where looking does no harm, and on a recorded decision where it might."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.test import Client

from dashboard.results import exporting
from studies import services as studies
from studies.models import Study
from tests.cast import draft, open_study, study_text
from tests.dashboard.people import rate

pytestmark = pytest.mark.django_db
STUDY = "/console/night-songs/"
RESULTS = f"{STUDY}results/"


@pytest.fixture
def running() -> Study:
    """Open, and rated by people."""
    study = open_study(study_text(prompts=6, ratings=4))
    rate(study, raters=3)
    return study


def shown(client: Client) -> str:
    return client.get(RESULTS).content.decode()


def kinds(study: Study) -> list[str]:
    return list(study.events.values_list("kind", flat=True))


def test_a_draft_has_no_results_and_says_what_comes_first(researcher: Client) -> None:
    draft(study_text())
    assert "First launch the study" in shown(researcher)


def test_an_open_study_without_ratings_says_to_send_the_link(researcher: Client) -> None:
    open_study()
    assert "Give raters the link" in shown(researcher)


def test_while_people_rate_the_monitor_is_shown_and_no_fixed_sample_result(
    researcher: Client, running: Study
) -> None:
    html = shown(researcher)
    assert "Not decided after 3 raters" in html
    assert "Evidence so far" in html
    assert "In brackets: the 95% interval" not in html
    assert "Download the report" not in html
    assert "peeked" not in kinds(running)


def test_the_monitor_follows_every_pair_and_criterion(researcher: Client, running: Study) -> None:
    context = researcher.get(RESULTS).context
    assert [label for label, _ in context["criteria"]] == ["Acoustic quality", "Musicality"]
    assert context["asked"] == 2


def test_a_look_is_a_decision_that_is_recorded_and_said(researcher: Client, running: Study) -> None:
    response = researcher.post(f"{STUDY}peek/")
    assert response["Location"] == RESULTS
    assert "In brackets: the 95% interval" in shown(researcher)
    assert "looked at before the close" in shown(researcher)
    assert running.events.get(kind="peeked").detail == {"comparisons": 18}


def test_looking_again_at_the_same_ratings_is_the_same_look(researcher: Client, running: Study) -> None:
    for _ in range(2):
        researcher.post(f"{STUDY}peek/")
    assert kinds(running).count("peeked") == 1


def test_more_ratings_need_another_look(researcher: Client, running: Study) -> None:
    researcher.post(f"{STUDY}peek/")
    rate(running, raters=1, most=1)
    assert "Show the results anyway" in shown(researcher)
    assert "looked at before the close" in shown(researcher)


def test_a_look_needs_a_post(researcher: Client, running: Study) -> None:
    assert researcher.get(f"{STUDY}peek/").status_code == 405


def test_a_paused_study_waits_like_an_open_one(researcher: Client, running: Study) -> None:
    studies.pause(study=running)
    assert "Show the results anyway" in shown(researcher)


def test_a_closed_study_shows_its_results_and_that_they_were_looked_at(
    researcher: Client, running: Study
) -> None:
    researcher.post(f"{STUDY}peek/")
    studies.close(study=running)
    html = shown(researcher)
    assert "In brackets: the 95% interval" in html
    assert "looked at before the close" in html


def test_simulated_ratings_are_shown_at_once_under_their_banner(researcher: Client) -> None:
    rate(open_study(), raters=2, simulated=True)
    html = shown(researcher)
    assert "Simulated ratings." in html
    assert "12 of 12 ratings were made by a program" in html


def test_one_person_among_programs_is_enough_to_wait(researcher: Client) -> None:
    study = open_study()
    rate(study, raters=1, simulated=True)
    rate(study, raters=1, most=1)
    assert "Show the results anyway" in shown(researcher)


def test_a_closed_studys_page_gives_answers_figures_tables_and_methods(
    researcher: Client, running: Study
) -> None:
    studies.close(study=running)
    html = shown(researcher)
    assert html.index("Answers") < html.index("<svg") < html.index("<table")
    for words in ("Win rate, Musicality", "Ranking, Musicality", "Agreement", "Methods, ready to paste"):
        assert words in html


def test_numbers_on_the_page_are_those_of_the_download(researcher: Client, running: Study) -> None:
    studies.close(study=running)
    pair = exporting.analysis_of(running).results["criteria"]["musicality"]["pairs"][0]
    share = f"{100 * max(pair['win_rate_b'], 1 - pair['win_rate_b']):.0f}% ["
    assert share in shown(researcher)


def unzipped(client: Client) -> dict[str, bytes]:
    response = client.get(f"{STUDY}export.zip")
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == 'attachment; filename="night-songs.zip"'
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_zip_holds_every_file_of_the_bundle(researcher: Client, running: Study) -> None:
    files = exporting.files(running)
    assert unzipped(researcher) == {f"night-songs/{name}": data for name, data in files.items()}
    assert {"ratings.csv", "samples.csv", "results.json", "report.html", "study.yaml"} <= set(files)


def test_the_same_ratings_give_the_same_zip(researcher: Client, running: Study) -> None:
    first, again = (researcher.get(f"{STUDY}export.zip").content for _ in range(2))
    assert first == again


def test_a_download_before_the_close_is_recorded(researcher: Client, running: Study) -> None:
    researcher.get(f"{STUDY}export.zip")
    assert "exported" in kinds(running)
    assert (
        "Tables downloaded before the close, after 18 comparisons" in researcher.get(STUDY).content.decode()
    )


def test_a_download_after_the_close_is_nobodys_business(researcher: Client, running: Study) -> None:
    studies.close(study=running)
    researcher.get(f"{STUDY}export.zip")
    assert "exported" not in kinds(running)


def test_a_study_without_ratings_can_be_downloaded(researcher: Client) -> None:
    open_study()
    assert json.loads(unzipped(researcher)["night-songs/results.json"])["criteria"] == {}


def test_the_report_waits_with_the_results(researcher: Client, running: Study) -> None:
    assert researcher.get(f"{STUDY}report.html")["Location"] == RESULTS
    studies.close(study=running)
    response = researcher.get(f"{STUDY}report.html")
    assert response.content == exporting.files(running)["report.html"]


PLANNED = "analysis: {primary: [[cfg, base, musicality]]}\n"


def test_the_monitor_watches_only_the_planned_contrasts(researcher: Client) -> None:
    rate(open_study(study_text(prompts=6, ratings=4) + PLANNED), raters=3)
    html = shown(researcher)
    assert "musicality" in html.lower()
    assert html.count("Evidence so far") == 1


def test_planned_contrasts_are_answered_first(researcher: Client) -> None:
    study = open_study(study_text(prompts=6, ratings=4) + PLANNED)
    rate(study, raters=3)
    studies.close(study=study)
    html = shown(researcher)
    assert html.index("Planned contrasts") < html.index("Answers</h2>")
    first = html[html.index("Planned contrasts") : html.index("Answers</h2>")]
    assert "Musicality" in first
    assert "Acoustic quality" not in first
