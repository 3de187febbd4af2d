"""The competing systems: what each backend is told. ``backend`` decides which keys a system may have."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from studies.spec.types import Real, Section, Text, Whole, refusal

CHECKPOINT_ALLOWED = "the name of a built-in checkpoint, or the path of a folder or file that exists"
_URL_ALLOWED = "an http:// or https:// address without a user name or password"


class Merge(Section):
    """Two checkpoints averaged: ``(1 - weight) * quality + weight * diversity`` (arXiv 2410.06084, LERP)."""

    quality: Text = Field(max_length=500, description=CHECKPOINT_ALLOWED)
    diversity: Text = Field(max_length=500, description=CHECKPOINT_ALLOWED)
    weight: Real = Field(ge=0, le=1, description="a number from 0 (all quality) to 1 (all diversity)")


class Backed(Section):
    """What every system says. It stands here so that it is the first key wherever a system is written."""

    backend: str


class Decoding(Backed):
    """How samples are drawn. The defaults change nothing: no filter, no guidance."""

    temperature: Real = Field(default=1.0, gt=0, description="a number above 0")
    top_k: Whole | None = Field(
        default=None, ge=1, le=2**31 - 1, description="a whole number of 1 or more, or null"
    )
    top_p: Real = Field(default=1.0, gt=0, le=1, description="a number above 0 and at most 1")
    guidance_scale: Real = Field(default=1.0, gt=0, description="a number above 0 (1 means no guidance)")
    negative_prompt: Text | None = Field(
        default=None, max_length=1000, description="a text of 1 to 1000 characters, or null"
    )

    @model_validator(mode="after")
    def _negative_prompt_is_heard(self) -> Self:
        if self.negative_prompt is not None and self.guidance_scale == 1.0:
            allowed = "null while guidance_scale is 1: without guidance a negative prompt changes nothing"
            raise refusal(allowed, field="negative_prompt")
        return self


class Checkpointed(Decoding):
    """A generating system with weights: one checkpoint, or two merged."""

    checkpoint: Text | None = Field(default=None, max_length=500, description=CHECKPOINT_ALLOWED)
    merge: Merge | None = Field(
        default=None, description="a mapping with quality, diversity and weight, or null"
    )

    @model_validator(mode="after")
    def _one_source_of_weights(self) -> Self:
        if (self.checkpoint is None) == (self.merge is None):
            given = "both" if self.merge is not None else "neither"
            raise refusal("exactly one of checkpoint and merge", given=given)
        return self

    def references(self) -> dict[str, str]:
        """Every checkpoint the system needs, by the path of the field that names it."""
        if self.merge is not None:
            return {"merge.quality": self.merge.quality, "merge.diversity": self.merge.diversity}
        return {"checkpoint": self.checkpoint} if self.checkpoint is not None else {}


class Builtin(Checkpointed):
    """The small model that comes with the platform."""

    backend: Literal["builtin"]


class MusicGen(Checkpointed):
    """MusicGen from a folder saved by transformers, or a hub id."""

    backend: Literal["musicgen"]


class Folder(Backed):
    """Clips somebody else made, listed in a manifest (``prompt_id,path[,seed]``)."""

    backend: Literal["folder"]
    manifest: Text = Field(max_length=500, description="the path of a CSV file that exists")


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"} or parts.username is not None or " " in url:
        raise refusal(_URL_ALLOWED)
    return url


class Http(Decoding):
    """A model somebody else serves."""

    backend: Literal["http"]
    url: Annotated[Text, AfterValidator(_address)] = Field(max_length=500, description=_URL_ALLOWED)


System = Annotated[Builtin | MusicGen | Folder | Http, Field(discriminator="backend")]
