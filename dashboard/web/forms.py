"""What the researcher fills in: a study file, and the wishes of a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from dashboard.running import uploading
from dashboard.running.study_size import Wish
from generation.files.storage import SoundMissing, StorageFailed
from studies.errors import EarwitnessError
from studies.models import Study
from studies.spec import StudyRefused
from studies.spec.problems import Problem

BIGGEST = 2_000_000
BIGGEST_ARCHIVE = 2 * 2**30
MOST_PROBLEMS = 50
LONGEST_PROBLEM = 500
NO_FILES = (
    "A study file from the browser finds only the files in its ZIP archive. Write the prompts into the file, "
    "or upload a ZIP with everything that it names."
)


def _names_a_file(problem: Problem) -> bool:
    """Whether a file was not found that the study file names by its path."""
    missing_table = problem.path == "prompts" and "can be read" in problem.allowed
    return missing_table or ".manifest" in problem.path or problem.path.endswith(".checkpoint")


class StudyFileForm(forms.Form):
    """Pasted text or an uploaded file, and clips if it names any; what is wrong comes back as one error per problem."""

    file = forms.FileField(
        required=False, label="Upload a study file", widget=forms.FileInput(attrs={"accept": ".yaml,.yml"})
    )
    text = forms.CharField(
        required=False,
        label="or write it here",
        max_length=BIGGEST,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 24, "class": "code", "spellcheck": "false", "autocapitalize": "off"}
        ),
    )

    clips = forms.FileField(
        required=False,
        label="Clips of finished systems (ZIP)",
        help_text="For systems with the backend folder: an archive with their manifests (CSV or JSONL) and clips "
        "(WAV, FLAC, OGG, MP3). Paths in the study file then start inside the archive. Up to 2 GB.",
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's signature
        origin: Study | None = None,
        may_replace: Callable[[Study], bool],
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        self.origin = origin
        self.may_replace = may_replace
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Whichever of the two was given, as text; everything else waits for the study file's own check."""
        cleaned: dict[str, Any] = super().clean() or {}
        upload = cleaned.get("file")
        if upload is not None and upload.size > BIGGEST:
            raise forms.ValidationError(f"The file is {upload.size} bytes long; allowed: up to {BIGGEST}.")
        try:
            cleaned["source"] = upload.read().decode("utf-8") if upload else cleaned.get("text", "")
        except UnicodeDecodeError as error:
            raise forms.ValidationError("The file is not UTF-8 text.") from error
        if not cleaned["source"].strip():
            raise forms.ValidationError("Choose a study file, or write one.")
        # A refused upload is shown as text, so that it can be put right on the spot.
        self.data = {**self.data, "text": cleaned["source"]}
        return cleaned

    def clean_clips(self) -> UploadedFile[bytes] | None:
        """The archive, unless it is too large to be looked at."""
        clips: UploadedFile[bytes] | None = self.cleaned_data.get("clips")
        if clips is not None and (clips.size or 0) > BIGGEST_ARCHIVE:
            raise forms.ValidationError(
                f"{clips.name}: {clips.size} bytes; allowed: up to {BIGGEST_ARCHIVE}."
            )
        return clips

    def apply(self) -> Study | None:
        """The study as a draft; None when it was refused, with the problems in ``errors``."""
        source, clips = self.cleaned_data["source"], self.cleaned_data.get("clips")
        try:
            self._must_be_free(source)
            if clips is not None:
                return uploading.apply(source=source, clips=clips)
            return uploading.apply_without(source=source, origin=self.origin)
        except StudyRefused as refused:
            if clips is None and any(_names_a_file(problem) for problem in refused.problems):
                self.add_error(None, NO_FILES)
            for problem in refused.problems[:MOST_PROBLEMS]:
                self.add_error(None, str(problem)[:LONGEST_PROBLEM])
            if len(refused.problems) > MOST_PROBLEMS:
                self.add_error(None, f"... and {len(refused.problems) - MOST_PROBLEMS} more problems.")
        except (EarwitnessError, StorageFailed, SoundMissing) as refused:
            self.add_error(None, str(refused))
        return None

    def _must_be_free(self, source: str) -> None:
        """Raises StudyRefused: the slug is that of a study which this account may not change."""
        slug = uploading.slug_in(source)
        taken = Study.objects.filter(slug=slug).first() if slug else None
        if taken is not None and not self.may_replace(taken):
            raise StudyRefused([Problem("study.slug", taken.slug, "a slug that no other study has")])


def _whole(label: str, low: int, high: int, hint: str = "") -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=low, max_value=high, help_text=hint, widget=widget)


class PlanForm(forms.Form):
    """A wish in the words of a study file. Numbers a page can be asked for again by its address."""

    win_rate = _whole("Preference to find (%)", 51, 95, "60 means 60 against 40")
    power = _whole("Power (%)", 50, 99, "how often such a study finds it")
    systems = _whole("Systems", 2, 50, "each against each")
    prompts = _whole("Prompts", 1, 100_000)
    ratings = _whole("Ratings per comparison", 1, 1000)
    tasks = _whole("Comparisons per rater", 1, 1000, "at most")
    seconds = _whole("Seconds per comparison", 1, 3600, "listening to both clips, and judging")
    pay = _whole("Pay per hour", 0, 1000, "in your currency; 0 if nobody is paid")

    def wish(self, base: Wish) -> Wish:
        """``base`` with what was asked for; a study's own pairs stay unless its number of systems was changed."""
        given = self.cleaned_data
        pairs = given["systems"] * (given["systems"] - 1) // 2
        return Wish(
            pairs=base.pairs if given["systems"] == self.initial.get("systems") else pairs,
            prompts=given["prompts"],
            samples_per_prompt=base.samples_per_prompt,
            ratings_per_comparison=given["ratings"],
            tasks=given["tasks"],
            seconds_per_task=given["seconds"],
            win_rate=given["win_rate"] / 100,
            power=given["power"] / 100,
            confidence=base.confidence,
            pay=given["pay"],
        )


def plan_initial(wish: Wish, systems: int) -> dict[str, int]:
    """What the form starts with."""
    return {
        "win_rate": round(100 * wish.win_rate),
        "power": round(100 * wish.power),
        "systems": systems,
        "prompts": wish.prompts,
        "ratings": wish.ratings_per_comparison,
        "tasks": wish.tasks,
        "seconds": round(wish.seconds_per_task),
        "pay": round(wish.pay),
    }
