"""A study in another language speaks it throughout: nothing untranslated, nothing out of date, nothing half."""

from __future__ import annotations

import gettext
import os
import re
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from django.utils.translation import to_locale

from studies.spec.languages import LANGUAGES, Language, language_of
from studies.spec.scale_wording import LABELS, scale_in
from studies.spec.scales import SCALES
from studies.spec.wordings import WORDINGS
from tests.cast import a_session, client_of, open_study, study_text
from tests.conftest import ROOT

# A study's language and the folder of its catalogue, as Django and gettext name them.
LOCALES = {language: to_locale(language) for language in LANGUAGES if language != "en"}
GERMAN = study_text(prompts=1).replace("seed:", "language: de, seed:")
Messages = dict[str, list[str]]


def catalogue(locale: str) -> Path:
    return Path("locale") / locale / "LC_MESSAGES"


def needs_gettext() -> None:
    if shutil.which("xgettext") and shutil.which("msgfmt"):
        return
    message = "NO GETTEXT HERE: translations are not checked. Install it: apt-get install gettext"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def messages(po: Path) -> Messages:
    """Message -> its translations, plural forms among them; the header left out."""
    found: Messages = {}
    for block in po.read_text().split("\n\n"):
        assert "#, fuzzy" not in block or 'msgid ""' in block, block
        if key := re.search(r'^msgid "(.+)"$', block, re.MULTILINE):
            found[key[1]] = re.findall(r'^msgstr(?:\[\d\])? "(.*)"$', block, re.MULTILINE)
    return found


def compiled(mo: Path) -> gettext.GNUTranslations:
    with mo.open("rb") as file:
        return gettext.GNUTranslations(file)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Messages]:
    """What the sources say today, merged into each catalogue as a translator would."""
    needs_gettext()
    copy = tmp_path_factory.mktemp("sources") / "raters"
    shutil.copytree(ROOT / "raters", copy, ignore=shutil.ignore_patterns("__pycache__"))
    wanted = [word for locale in LOCALES.values() for word in ("-l", locale)]
    words = ["makemessages", *wanted, "--no-wrap", "--no-location", "--no-obsolete", "-v0"]
    environment = os.environ | {"EARWITNESS_VAR": str(copy.parent / "var")}
    subprocess.run([sys.executable, ROOT / "manage.py", *words], cwd=copy, env=environment, check=True)
    return {locale: messages(copy / catalogue(locale) / "django.po") for locale in LOCALES.values()}


@pytest.mark.parametrize("locale", LOCALES.values())
def test_every_message_of_the_pages_is_translated(extracted: dict[str, Messages], locale: str) -> None:
    assert [message for message, words in extracted[locale].items() if not all(words)] == []


@pytest.mark.parametrize("locale", LOCALES.values())
def test_a_catalogue_has_nothing_that_the_pages_do_not_say(
    extracted: dict[str, Messages], locale: str
) -> None:
    assert messages(ROOT / "raters" / catalogue(locale) / "django.po").keys() == extracted[locale].keys()


@pytest.mark.parametrize("locale", LOCALES.values())
def test_the_compiled_catalogue_is_the_written_one(tmp_path: Path, locale: str) -> None:
    needs_gettext()
    written = ROOT / "raters" / catalogue(locale) / "django.po"
    subprocess.run([shutil.which("msgfmt") or "", "-o", tmp_path / "again.mo", written], check=True)
    shipped, again = (compiled(path) for path in (written.with_suffix(".mo"), tmp_path / "again.mo"))
    texts = [text.replace('\\"', '"').replace("\\n", "\n") for text in messages(written)]
    assert [shipped.gettext(text) for text in texts] == [again.gettext(text) for text in texts]
    counts = [[each.ngettext("%(n)s comparison", "", n) for n in range(12)] for each in (shipped, again)]
    assert counts[0] == counts[1]


@pytest.mark.parametrize("locale", LOCALES.values())
def test_every_placeholder_survives_translation(extracted: dict[str, Messages], locale: str) -> None:
    marks = re.compile(r"%\(\w+\)s|\{\w+\}|%%")
    for message, words in extracted[locale].items():
        for word in words:
            assert sorted(marks.findall(word)) == sorted(marks.findall(message)), message


@pytest.mark.parametrize(("language", "scale"), list(product(LANGUAGES, SCALES)))
def test_a_scale_in_another_language_keeps_its_values_and_sides(language: Language, scale: str) -> None:
    ours, theirs = SCALES[scale], scale_in(SCALES[scale], language)
    kept = [(option.value, option.short, option.side) for option in ours.options]
    assert [(option.value, option.short, option.side) for option in theirs.options] == kept
    if language in LABELS:
        same = [
            one.label for one, two in zip(ours.options, theirs.options, strict=True) if one.label == two.label
        ]
        assert set(same) <= {"Excellent"}  # which is French too


@pytest.mark.django_db
def test_a_german_study_speaks_german_from_the_consent_to_the_submission() -> None:
    client = client_of(a_session(open_study(GERMAN)))
    page = client.get("/s/night-songs/task/").content.decode()
    assert '<html lang="de"' in page
    for words in (
        "Deutlich lieber A",
        "Kein Vorzug",
        "Klangqualität",
        "Absenden",
        "Beide Clips entstanden für",
    ):
        assert words in page
    for words in ("prefer", "Submit", "Both clips", "Listen"):
        assert words not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "direction", "words"),
    [
        ("fr", "ltr", ("Qualité sonore", "Envoyer", "Préfère nettement A")),
        ("es", "ltr", ("Calidad acústica", "Enviar", "Prefiero claramente A")),
        ("ja", "ltr", ("音質", "送信", "どちらともいえない")),
        ("zh-hans", "ltr", ("音质", "提交", "没有偏好")),
        ("ar", "rtl", ("جودة الصوت", "إرسال", "لا تفضيل")),
    ],
)
def test_a_study_speaks_its_language_in_its_direction(
    language: str, direction: str, words: tuple[str, ...]
) -> None:
    text = study_text(prompts=1).replace("seed:", f"language: {language}, seed:")
    page = client_of(a_session(open_study(text))).get("/s/night-songs/task/").content.decode()
    assert f'<html lang="{language}" dir="{direction}">' in page
    for word in (*words, WORDINGS[language_of({"language": language})]["musicality"].question):
        assert word in page
    for word in ("Strongly prefer", "Submit", "Both clips", "Listen for"):
        assert word not in page
