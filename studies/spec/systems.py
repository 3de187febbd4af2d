"""The competing systems: what each backend is told. ``backend`` decides which keys a system may have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from studies.backends import BACKENDS
from studies.spec.types import Id, Real, Section, Switch, Text, Whole, refusal

CHECKPOINT_ALLOWED = "the name of a built-in checkpoint, or the path of a folder or file that exists"
MANIFEST_ALLOWED = "the path of a CSV or JSONL file that exists"
# What logits can bear: beyond, they overflow (generation.decoding.options has the same bounds).
MOST_GUIDANCE = 100
_URL_ALLOWED = "an http:// or https:// address without a user name or password"


class Merge(Section):
    """Two checkpoints averaged: ``(1 - weight) * quality + weight * diversity`` (arXiv 2410.06084, LERP)."""

    quality: Text = Field(max_length=500, description=CHECKPOINT_ALLOWED)
    diversity: Text = Field(max_length=500, description=CHECKPOINT_ALLOWED)
    weight: Real = Field(ge=0, le=1, description="a number from 0 (all quality) to 1 (all diversity)")


class Backed(Section):
    """What every system says. It stands here so that it is the first key wherever a system is written."""

    LATER: ClassVar[frozenset[str]] = frozenset({"control"})

    backend: str
    control: Switch = Field(
        default=False,
        description="true for a system that is the same as another one on purpose (an A/A control), or false",
    )


class Guided(Backed):
    """Classifier-free guidance. The defaults change nothing: no guidance."""

    guidance_scale: Real = Field(
        default=1.0,
        gt=0,
        le=MOST_GUIDANCE,
        description="a number above 0 and at most 100 (1 means no guidance)",
    )
    negative_prompt: Text | None = Field(
        default=None, max_length=1000, description="a text of 1 to 1000 characters, or null"
    )

    @model_validator(mode="after")
    def _negative_prompt_is_heard(self) -> Self:
        if self.negative_prompt is not None and self.guidance_scale == 1.0:
            allowed = "null while guidance_scale is 1: without guidance a negative prompt changes nothing"
            raise refusal(allowed, field="negative_prompt")
        return self


class Decoding(Guided):
    """How tokens are drawn. The defaults change nothing: no filter."""

    temperature: Real = Field(default=1.0, ge=0.001, le=100, description="a number from 0.001 to 100")
    top_k: Whole | None = Field(
        default=None, ge=1, le=2**31 - 1, description="a whole number of 1 or more, or null"
    )
    top_p: Real = Field(default=1.0, gt=0, le=1, description="a number above 0 and at most 1")


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


REVISION_ALLOWED = "a branch, a tag or a commit of the checkpoint's hub id; null with a folder"
PRECISION_ALLOWED = "float32, bfloat16 or float16, or null for what suits the worker's device"
_Precision = Literal["float32", "bfloat16", "float16"]
_Revision = Annotated[Text, Field(max_length=100)]


class MusicGen(Checkpointed):
    """MusicGen from a folder saved by transformers, or a hub id."""

    backend: Literal["musicgen"]
    revision: _Revision | None = Field(default=None, description=REVISION_ALLOWED)
    precision: _Precision | None = Field(default=None, description=PRECISION_ALLOWED)
    extend_stride: Real | None = Field(
        default=None, gt=0, le=600, description="a number of seconds, at most 600, or null"
    )

    @model_validator(mode="after")
    def _a_revision_has_one_checkpoint(self) -> Self:
        if self.revision is not None and self.merge is not None:
            raise refusal("null with merge: two checkpoints do not share a revision", field="revision")
        return self


class StableAudio(Guided):
    """Stable Audio Open from a folder saved by diffusers, or a hub id."""

    backend: Literal["stable-audio"]
    checkpoint: Text = Field(max_length=500, description="the path of a folder that exists, or a hub id")
    revision: _Revision | None = Field(default=None, description=REVISION_ALLOWED)
    # diffusers runs the second branch for scales above 1 only.
    guidance_scale: Real = Field(
        default=1.0, ge=1, le=MOST_GUIDANCE, description="a number from 1 to 100 (1 means no guidance)"
    )
    precision: _Precision | None = Field(default=None, description=PRECISION_ALLOWED)
    steps: Whole = Field(
        default=100, ge=1, le=1000, description="a whole number of denoising steps, 1 to 1000"
    )

    def references(self) -> dict[str, str]:
        """As of the other systems with weights."""
        return {"checkpoint": self.checkpoint}


class Folder(Backed):
    """Clips somebody else made, listed in a manifest (``prompt_id,path[,seed]``)."""

    backend: Literal["folder"]
    manifest: Text = Field(max_length=500, description=MANIFEST_ALLOWED)


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
    token: Id | None = Field(
        default=None,
        description="the name of a secret that workers hold (HTTP_TOKEN_NAME in their environment), or null",
    )
    timeout: Real = Field(default=300.0, gt=0, le=3600, description="a number of seconds, at most 3600")


class Registered(Decoding):
    """A backend of somebody's own that has its line in ``studies.backends``."""

    TAG: ClassVar[str] = "registered"

    backend: Id
    checkpoint: Text | None = Field(default=None, max_length=500, description="whatever the backend loads")
    options: Mapping[Id, Text | Real | Whole | bool | None] = Field(
        default_factory=dict,
        max_length=50,
        description="a mapping of names to texts, numbers, true, false or null",
    )


class Foreign(Backed):
    """A system of a stored study whose backend this process does not know, with whatever keys it has.

    Its line in ``studies.backends`` was taken away, or was added after this process started. The study's pages hold all
    the same; a worker refuses the system by name.
    """

    TAG: ClassVar[str] = "foreign"

    model_config = ConfigDict(frozen=True, extra="allow")


_reading_stored = ContextVar("reading_stored", default=False)


@contextmanager
def backends_of_stored_studies() -> Iterator[None]:
    """Inside, a system may name a backend that is not known here: what was accepted once stays readable."""
    token = _reading_stored.set(True)
    try:
        yield
    finally:
        _reading_stored.reset(token)


def _section_name(system: Any) -> str | None:  # noqa: ANN401 - whatever stands in the file
    """Which section an entry is: the one of its backend, ``Registered`` for a backend without one of its own."""
    if isinstance(system, Foreign):
        # What was parsed so stays so, whatever backends there are meanwhile.
        return Foreign.TAG
    name = system.get("backend") if isinstance(system, Mapping) else getattr(system, "backend", None)
    if not isinstance(name, str):
        return None
    if name in _OWN_SECTION:
        return name
    if name in BACKENDS:
        return Registered.TAG
    return Foreign.TAG if _reading_stored.get() else name


_OWN_SECTION = frozenset({"builtin", "folder", "http", "musicgen", "stable-audio"})

System = Annotated[
    Annotated[Builtin, Tag("builtin")]
    | Annotated[MusicGen, Tag("musicgen")]
    | Annotated[StableAudio, Tag("stable-audio")]
    | Annotated[Folder, Tag("folder")]
    | Annotated[Http, Tag("http")]
    | Annotated[Registered, Tag(Registered.TAG)]
    | Annotated[Foreign, Tag(Foreign.TAG)],
    Discriminator(_section_name),
]
