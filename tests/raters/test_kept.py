"""Pieces of a page that are rendered once: they hold what they were given, and nothing of anybody."""

from __future__ import annotations

import pytest
from django.template import Context, Template

from raters.templatetags.kept import kept
from tests.cast import a_session, client_of, open_study

TASK = "/s/night-songs/task/"


def test_a_piece_knows_nothing_but_what_it_was_given() -> None:
    piece = "raters/_under.html"
    page = Template("{% load kept %}{% kept '" + piece + "' %}")
    assert page.render(Context({"options": [{"label": "of somebody"}]})) == kept(piece)
    assert "of somebody" not in kept(piece)


def test_other_values_make_another_piece() -> None:
    assert kept("raters/_knobs.html", loop=True) != kept("raters/_knobs.html", loop=False)


def test_what_a_value_says_is_escaped() -> None:
    criterion = {"id": "x", "label": "<b>loud</b>", "question": "?", "help": "", "name": "x", "options": [{}]}
    assert "&lt;b&gt;loud" in kept("raters/_criterion.html", criterion=criterion)


@pytest.mark.django_db
def test_a_saved_answer_shows_on_its_raters_page_alone() -> None:
    study = open_study()
    one, other = (client_of(a_session(study)) for _ in range(2))
    for client in (one, other):
        client.get(TASK)
    one.post(one.get(TASK).context["task"]["url"] + "answer/", {"name": "musicality", "value": "1"})
    for client, checked in ((one, 1), (other, 0), (one, 1)):
        assert client.get(TASK).content.decode().count(" checked") == checked
