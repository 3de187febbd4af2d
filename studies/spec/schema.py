"""What the models say about one place of a study file: what is allowed, which keys, which names."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from studies.backends import BACKENDS
from studies.spec.model import StudySpec

Loc = tuple[int | str, ...]
_DISCRIMINATORS = ("backend", "kind")


def allowed_at(loc: Loc) -> str:
    """The description of the innermost described field on the way to ``loc``; empty when there is none."""
    found, annotation = "", _ROOT
    for part in loc:
        model = _model(annotation)
        field = model.model_fields.get(str(part)) if model else None
        found = (field.description if field else None) or found
        annotation = _inside(annotation, part)
    return found


def keys_at(loc: Loc) -> list[str]:
    """The keys of the section at ``loc`` (those that all its kinds have); none when there is no section."""
    annotation = _at(loc)
    model = _model(annotation)
    if model is not None:
        return list(model.model_fields)
    models = [option for option in map(_model, _bare(annotation)[1]) if option]
    return [key for key in _DISCRIMINATORS if models and all(key in option.model_fields for option in models)]


def literals_at(loc: Loc) -> list[str]:
    """The names among which the value at ``loc`` chooses, if it does."""
    return _literals(_at(loc))


def variants_at(loc: Loc, key: str) -> list[str]:
    """The values ``key`` may have in the section at ``loc``: each makes it another kind of section."""
    _, options = _bare(_at(loc))
    models = [model for model in map(_model, options) if model]
    tags = [tag for model in models for tag in _literals(model.model_fields[key].annotation)]
    return tags + [name for name in BACKENDS if key == "backend" and name not in tags]


_ROOT: object = StudySpec


def _at(loc: Loc) -> object:
    annotation = _ROOT
    for part in loc:
        annotation = _inside(annotation, part)
    return annotation


def _inside(annotation: object, part: int | str) -> object:
    """What stands at ``part`` of a value of this type: a field, an item, or one variant of a union."""
    model = _model(annotation)
    if model is not None:
        field = model.model_fields.get(str(part))
        return field.annotation if field else None
    bare, arguments = _bare(annotation)
    if bare in {Union, UnionType}:
        return next((option for option in arguments if part in _tags(option)), None)
    if isinstance(bare, type) and issubclass(bare, Mapping):
        return arguments[1]
    return arguments[0] if bare is tuple and arguments else None


def _bare(annotation: Any) -> tuple[Any, tuple[Any, ...]]:  # noqa: ANN401 - an annotation has no type of its own
    """The type without ``Annotated`` and without ``None``, and its arguments."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType}:
        kept = tuple(argument for argument in arguments if argument is not NoneType)
        return _bare(kept[0]) if len(kept) == 1 else (origin, kept)
    return origin or annotation, arguments


def _model(annotation: object) -> type[BaseModel] | None:
    bare, _ = _bare(annotation)
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None


def _tags(annotation: object) -> set[str]:
    model = _model(annotation)
    fields = model.model_fields if model else {}
    named = {tag for key in _DISCRIMINATORS if key in fields for tag in _literals(fields[key].annotation)}
    return named or {getattr(model, "TAG", "")}


def _literals(annotation: object) -> list[str]:
    bare, arguments = _bare(annotation)
    return [str(argument) for argument in arguments] if bare is Literal else []
