"""A study file from the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms

from generation.checkpoints import builtin_checkpoints
from studies.errors import EarwitnessError
from studies.models import Study
from studies.services import apply_study
from studies.spec import StudyRefused, parse_study

BIGGEST = 2_000_000


class StudyFileForm(forms.Form):
    """Pasted text or an uploaded file; what is wrong comes back as one error per problem."""

    file = forms.FileField(
        required=False, label="Study file", widget=forms.FileInput(attrs={"accept": ".yaml,.yml"})
    )
    text = forms.CharField(
        required=False,
        label="or paste it",
        max_length=BIGGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "autocapitalize": "off"}),
    )

    def __init__(self, *args: Any, folder: Path, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        self.folder = folder
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        upload = cleaned.get("file")
        if upload is not None and upload.size > BIGGEST:
            raise forms.ValidationError(f"The file is {upload.size} bytes long; allowed: up to {BIGGEST}.")
        try:
            cleaned["source"] = upload.read().decode("utf-8") if upload else cleaned.get("text", "")
        except UnicodeDecodeError as error:
            raise forms.ValidationError("The file is not UTF-8 text.") from error
        if not cleaned["source"].strip():
            raise forms.ValidationError("Choose a study file, or paste one.")
        return cleaned

    def apply(self) -> Study | None:
        """The study as a draft; None when it was refused, with the problems in ``errors``."""
        try:
            loaded = parse_study(
                self.cleaned_data["source"], folder=self.folder, builtin=builtin_checkpoints()
            )
            return apply_study(loaded=loaded)
        except StudyRefused as refused:
            for problem in refused.problems:
                self.add_error(None, str(problem))
        except EarwitnessError as refused:
            self.add_error(None, str(refused))
        return None
