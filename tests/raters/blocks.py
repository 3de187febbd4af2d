"""Studies with the blocks of the way in turned on, and people who go through them."""

from __future__ import annotations

from typing import Any

from django.test import Client

from raters.models import Session
from raters.simulation.hearing import hear_interval
from raters.simulation.page_reader import Page, read_page
from tests.cast import a_session, client_of, open_study, study_text

DOOR = "/s/night-songs/"
COMPREHENSION = """
    - {question: "What do you judge?", options: [the singer, the music], answer: the music}
    - {question: "May you stop?", options: [at any time, never], answer: at any time}
"""
QUESTIONNAIRE = """
    - {id: plays, label: "Do you play an instrument?", kind: choice, options: ["yes", "no"], group: true}
    - {id: hours, label: "Hours of music a day?", kind: number, minimum: 0, maximum: 24, required: true}
    - {id: remarks, label: "Remarks?", kind: text}
"""
INSTRUCTIONS = '"Listen to both.\\n\\nThen answer."'


def with_blocks(text: str = "", /, **blocks: object) -> str:
    """A study (a small one, if none is given) with more keys in its section on raters, as YAML."""
    more = "".join(f"  {name}: {value}\n" for name, value in blocks.items())
    head, _, rest = (text or study_text(prompts=1)).partition("raters: {")
    keys, _, tail = rest.partition("}\n")
    own = "".join(f"  {part.strip()}\n" for part in keys.split(","))
    return f"{head}raters:\n{own}{more}{tail}"


def visitor(**blocks: object) -> tuple[Session, Client]:
    session = a_session(open_study(with_blocks(**blocks)))
    return session, client_of(session)


def page_of(client: Client) -> Page:
    return read_page(client.get(DOOR, follow=True).content.decode())


def answer_trial(client: Client, *, right: bool = True) -> Any:  # noqa: ANN401 - the test client's
    page = page_of(client)
    place = hear_interval(client.get(page.sound_url).content, page.check)
    given = place if right else place % 3 + 1
    return client.post(DOOR + "headphones/", page.hidden | {"answer": str(given)})
