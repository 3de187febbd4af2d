"""The study's page: its sentence, its cards, its buttons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboard.web.words import span
from generation.models import Sample
from generation.queue import claims, outcomes
from generation.queue.outcomes import Failure
from raters.models import Assignment, Rating
from studies import services as studies
from studies.models import Study
from tests.cast import draft, launched, make_sounds, open_study, study_text
from tests.dashboard.people import rate

pytestmark = pytest.mark.django_db
PAGE = "/console/night-songs/"


def failing(study: Study, count: int) -> None:
    failure = Failure(Sample.Owner.OPERATOR, "out_of_memory", "2 GiB were asked for <b>in vain</b>")
    for sample in claims.claim(limit=count, study=study):
        outcomes.fail(sample=sample, failure=failure)


def page(client: Client) -> str:
    return client.get(PAGE).content.decode()


def act(client: Client, verb: str, **more: str) -> str:
    return client.post(f"{PAGE}act/", {"verb": verb, **more}, follow=True).content.decode()


def titles(client: Client) -> list[str]:
    return [card.title for card in client.get(PAGE).context["cards"]]


def test_without_a_study_the_list_says_what_to_do(researcher: Client) -> None:
    assert "No study yet" in researcher.get("/console/").content.decode()


def test_the_list_shows_how_far_each_study_is(researcher: Client) -> None:
    rate(open_study(), raters=1, most=2)
    draft(study_text(slug="day-songs"))
    html = researcher.get("/console/").content.decode()
    assert "2 of 6 comparisons rated" in html
    assert "Not launched yet" in html


def test_every_action_first_says_what_it_will_do(researcher: Client) -> None:
    open_study()
    html = researcher.get(f"{PAGE}confirm/", {"verb": "close"}).content.decode()
    assert "0 of 6 comparisons are rated; 6 stay without a rating." in html
    assert Study.objects.get().state == "open"
    assert researcher.get(f"{PAGE}confirm/", {"verb": "explode"}).status_code == 404


def test_a_closed_study_without_raters_asks_nobody_to_send_a_link(researcher: Client) -> None:
    studies.close(study=open_study())
    assert "Nobody came before the study was closed." in page(researcher)


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (draft, "A draft."),
        (launched, "6 samples to make. No worker has finished one yet."),
        (open_study, "0 of 6 comparisons rated."),
    ],
)
def test_the_sentence_says_where_the_study_stands(
    researcher: Client, prepare: Callable[[str], Study], words: str
) -> None:
    prepare(study_text())
    assert words in page(researcher)


def test_when_all_is_made_the_sentence_says_to_open(researcher: Client) -> None:
    make_sounds(launched(study_text()))
    assert "Open the study to let raters in" in page(researcher)


def test_the_pace_of_the_last_day_gives_the_end(researcher: Client) -> None:
    study = open_study()
    rate(study, raters=1)
    Study.objects.update(opened_at=timezone.now() - timedelta(days=3))
    assert "At this pace complete <time" in page(researcher)


def test_a_complete_study_can_be_closed(researcher: Client) -> None:
    rate(open_study(), raters=2)
    assert "Complete: the study can be closed" in page(researcher)


def test_times_carry_their_zone(researcher: Client) -> None:
    open_study()
    assert ' UTC">' in page(researcher)


def test_a_draft_says_what_it_will_take(researcher: Client) -> None:
    draft(study_text(prompts=30))
    assert "What it will take" in page(researcher)


def test_failed_samples_come_first_with_code_owner_and_text(researcher: Client) -> None:
    study = launched(study_text())
    failing(study, 1)
    make_sounds(study)
    html = page(researcher)
    assert titles(researcher)[0] == "Failed samples"
    assert "out_of_memory" in html
    assert "whoever runs the machines" in html
    assert "&lt;b&gt;in vain" in html


def test_without_any_sample_there_is_nothing_to_open(researcher: Client) -> None:
    failing(launched(study_text()), 100)
    failing(Study.objects.get(), 100)
    assert [button.verb for button in researcher.get(PAGE).context["buttons"]] == ["retry"]


def test_raters_who_lean_to_one_side_come_first(researcher: Client) -> None:
    study = open_study(study_text(prompts=20))
    rate(study, raters=2)
    Rating.objects.update(preference=-1)
    assert titles(researcher)[0] == "Side A chosen"


def test_answers_sooner_than_the_clips_last_come_first(researcher: Client) -> None:
    rate(open_study(), raters=2)
    Assignment.objects.update(response_ms=500)
    assert titles(researcher)[0] == "Time per comparison"


def test_simulated_ratings_are_named(researcher: Client) -> None:
    rate(open_study(), raters=1, simulated=True)
    assert "made by a program" in page(researcher)


@pytest.mark.parametrize(
    ("verbs", "state"),
    [(["launch"], "launched"), (["pause"], "paused"), (["pause", "open"], "open"), (["close"], "closed")],
)
def test_buttons_do_what_they_say(researcher: Client, verbs: list[str], state: str) -> None:
    study = draft(study_text()) if verbs[0] == "launch" else open_study()
    for verb in verbs:
        act(researcher, verb)
    study.refresh_from_db()
    assert study.state == state


def test_opening_too_early_is_refused_in_words(researcher: Client) -> None:
    launched(study_text())
    assert "6 of 6 samples are still being made" in act(researcher, "open")


def test_what_the_state_forbids_is_refused_in_words(researcher: Client) -> None:
    studies.close(study=open_study())
    assert "closed" in act(researcher, "pause")


def test_failed_samples_are_tried_again(researcher: Client) -> None:
    study = launched(study_text())
    failing(study, 2)
    assert "2 failed samples are tried again" in act(researcher, "retry")
    assert not study.samples.filter(state="failed").exists()


def test_one_system_alone_can_be_tried_again(researcher: Client) -> None:
    study = launched(study_text())
    failing(study, 100)
    failing(study, 100)
    assert "3 failed samples are tried again" in act(researcher, "retry", system="cfg")
    assert set(study.samples.filter(state="failed").values_list("system__name", flat=True)) == {"base"}
    assert researcher.post(f"{PAGE}act/", {"verb": "retry", "system": "nobody's"}).status_code == 404


def test_while_samples_are_made_each_system_says_how_it_goes(researcher: Client) -> None:
    study = launched(study_text(prompts=4))
    failing(study, 1)
    made = claims.claim(limit=2, study=study)
    Sample.objects.filter(pk__in=[sample.pk for sample in made]).update(
        state="rendered",
        raw_sha256="0" * 64,
        claimed_at=timezone.now() - timedelta(seconds=30),
        made_at=timezone.now(),
    )
    rows = {row.name: row for row in researcher.get(PAGE).context["making"]}
    base = rows["base"]
    assert (base.made, base.failed, base.to_go) == (2, 1, 1)
    assert base.codes == (("out_of_memory", 1),)
    assert base.per_minute == pytest.approx(4.0, rel=0.1)
    assert base.time_left is not None
    assert base.time_left.total_seconds() == pytest.approx(15, rel=0.1)
    assert rows["cfg"].per_minute is None
    assert "1 <code>out_of_memory</code>" in page(researcher)


def test_when_all_samples_are_ready_nothing_says_how_their_making_goes(researcher: Client) -> None:
    open_study()
    assert researcher.get(PAGE).context["making"] == []


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(40, "40 s"), (89, "89 s"), (700, "12 min"), (12_600, "3.5 h"), (181_440, "2.1 days")],
)
def test_a_length_of_time_is_said_in_its_largest_unit(seconds: int, text: str) -> None:
    assert span(timedelta(seconds=seconds)) == text


def test_an_unknown_verb_is_not_found(researcher: Client) -> None:
    open_study()
    assert researcher.post(f"{PAGE}act/", {"verb": "delete"}).status_code == 404


def test_actions_need_a_post(researcher: Client) -> None:
    open_study()
    assert researcher.get(f"{PAGE}act/", {"verb": "close"}).status_code == 405


def test_the_live_part_is_a_fragment_with_its_sentence(researcher: Client) -> None:
    open_study()
    seen = researcher.get(PAGE).context["seen"]
    response = researcher.get(f"{PAGE}progress/", {"seen": seen}, headers={"HX-Request": "true"})
    html = response.content.decode()
    assert 'id="progress"' in html
    assert 'id="where" hx-swap-oob="true"' in html
    assert "<html" not in html
    assert "HX-Refresh" not in response


def test_when_the_buttons_change_the_whole_page_loads_again(researcher: Client) -> None:
    study = open_study()
    seen = researcher.get(PAGE).context["seen"]
    studies.pause(study=study)
    response = researcher.get(f"{PAGE}progress/", {"seen": seen}, headers={"HX-Request": "true"})
    assert response["HX-Refresh"] == "true"


def test_the_live_part_alone_leads_to_the_page(researcher: Client) -> None:
    open_study()
    assert researcher.get(f"{PAGE}progress/")["Location"] == PAGE


def statements(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


@pytest.mark.parametrize("path", ["/console/", PAGE, f"{PAGE}results/"])
def test_the_number_of_statements_does_not_depend_on_the_number_of_ratings(
    researcher: Client, path: str
) -> None:
    study = open_study(study_text(prompts=12, ratings=4))
    rate(study, raters=1, most=2)
    researcher.get(path)
    few = statements(researcher, path)
    rate(study, raters=3)
    researcher.get(path)  # counts what came since the last look
    assert statements(researcher, path) == few
