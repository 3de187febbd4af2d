"""The task page in every form that a study file can give it, for `scripts/screenshots.py --every`.

No demo could show them all: the page comes from the stand-in server of the player's tests, which has the real
templates, styles and scripts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize

from studies.spec.protocol import Player
from tests.player.stage import Stage, Theatre

# Tall enough for all of the page: a picture of more than the screen would undo what a touched screen is told.
SIZES: Mapping[str, ViewportSize] = {
    "desk": {"width": 1280, "height": 860},
    "phone": {"width": 390, "height": 920},
    "narrow": {"width": 320, "height": 1060},
}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
LONG = (
    "A slow, late-night soul ballad with a smoky female voice, brushed drums, an upright bass that walks, a Rhodes "
    "piano through an old amplifier, and a string section that comes in only for the last chorus, in a small room."
)


def _pair() -> Stage:
    return Stage(seconds=6, criteria=3)


def _absolute() -> Stage:
    return Stage(seconds=6, criteria=3, absolute=True)


def _set() -> Stage:
    return Stage(seconds=6, criteria=1, clips_a_side=4)


def _loop() -> Stage:
    player = Player(loop=True, position="same_time")
    return Stage(seconds=6, criteria=3, player=player, prompt=LONG, heard={"A0", "B0"})


FORMS: Mapping[str, Callable[[], Stage]] = {"pair": _pair, "absolute": _absolute, "set": _set, "loop": _loop}


def _in_the_middle(page: Page, form: str) -> None:
    page.keyboard.press("a")
    page.wait_for_timeout(1500)
    if form == "loop":
        page.keyboard.press("l")
        page.wait_for_timeout(1200)
        page.keyboard.press("l")
    page.keyboard.press("b")
    page.keyboard.press("4")
    page.wait_for_timeout(800)


@dataclass(frozen=True)
class Shot:
    """One picture; ``help_picture``: another one of the same page with the help over it."""

    form: str
    size: str
    scheme: Scheme
    picture: Path
    help_picture: Path | None = None


# The set that is committed: (picture, form, size, scheme).
KEPT: tuple[tuple[str, str, str, Scheme], ...] = (
    ("rater-set-phone", "set", "phone", "light"),
    ("rater-absolute-narrow", "absolute", "narrow", "dark"),
    ("rater-loop", "loop", "desk", "dark"),
)


def kept_forms(folder: Path) -> list[Shot]:
    return [Shot(form, size, scheme, folder / f"{name}.png") for name, form, size, scheme in KEPT]


def every_form(folder: Path) -> list[Shot]:
    """Each form at three sizes, light and dark, and the help over it."""
    return [
        Shot(form, size, scheme, folder / f"task-{name}.png", folder / f"help-{name}.png")
        for form, size, scheme in product(FORMS, SIZES, SCHEMES)
        for name in [f"{form}-{size}-{scheme}"]
    ]


def take_forms(browser: Browser, shots: Iterable[Shot]) -> None:
    theatre = Theatre()
    for shot in shots:
        theatre.stage = FORMS[shot.form]()
        _take(browser, f"{theatre.address}/s/demo/task/", shot)
    theatre.close()


def _take(browser: Browser, address: str, shot: Shot) -> None:
    touched = shot.size != "desk"
    context = browser.new_context(
        viewport=SIZES[shot.size],
        color_scheme=shot.scheme,
        reduced_motion="reduce",
        has_touch=touched,
        is_mobile=touched,
    )
    page = context.new_page()
    page.goto(address)
    _in_the_middle(page, shot.form)
    page.screenshot(path=shot.picture)
    if shot.help_picture is not None:
        page.keyboard.press("?")
        page.screenshot(path=shot.help_picture)
    context.close()
