"""pydantic's errors as problems: the path as the file has it, the value given, what the field allows.

What is allowed comes from the ``description`` of the field, so that it is written once, beside the rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from pydantic_core import ErrorDetails

from studies.spec.criteria import STANDARD_IDS
from studies.spec.problems import NOTHING, Problem, did_you_mean, one_of, shown
from studies.spec.schema import Loc, allowed_at, keys_at, literals_at, variants_at
from studies.spec.types import ID_ALLOWED

# Nobody reads more, and each costs a search for what was meant.
MOST_ERRORS = 500

# Where pydantic puts the chosen variant into an error's location.
_VARIANT_AT = {"systems": 2, "recruitment": 1}


def problems_of(errors: Iterable[ErrorDetails], prompt_names: Sequence[str] = ()) -> list[Problem]:
    """Every error as a problem, in the order of the file's sections; the same problem is listed once.

    ``prompt_names`` name the prompts that came from another file (``prompts.csv line 4``).
    """
    first = islice(errors, MOST_ERRORS)
    return list(dict.fromkeys(_problem(detail, prompt_names) for detail in first))


def path_of(loc: Loc, prompt_names: Sequence[str] = ()) -> str:
    """``("systems", "cfg", "builtin", "top_k")`` as ``systems.cfg.top_k``, list items as ``prompts[3]``."""
    at = _VARIANT_AT.get(str(loc[0])) if loc else None
    parts = [part for index, part in enumerate(loc) if index != at]
    if len(parts) > 1 and parts[0] == "prompts" and prompt_names:
        return ".".join([prompt_names[int(parts[1])], *map(str, parts[2:])])
    return "".join(_step(part) for part in parts).removeprefix(".")


def _step(part: int | str) -> str:
    """One step of a path; a key that would not show, or would break the line, is quoted."""
    if isinstance(part, int):
        return f"[{part}]"
    return f".{part}" if part and part.isprintable() else f".{part!r}"


def _problem(detail: ErrorDetails, prompt_names: Sequence[str]) -> Problem:
    loc, kind, given = detail["loc"], detail["type"], detail["input"]
    path = path_of(loc, prompt_names)
    if kind == "refused":
        return _refused(detail, path)
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        return _wrong_variant(detail, path)
    if loc and loc[-1] == "[key]":
        return Problem(path_of(loc[:-1]), shown(loc[-2]), ID_ALLOWED)
    if kind == "extra_forbidden":
        known = keys_at(loc[:-1])
        allowed = f"{did_you_mean(loc[-1], known)}the keys {one_of(known)}"
        return Problem(path, f"an unknown key ({shown(given)})", allowed)
    return Problem(path, NOTHING if kind == "missing" else shown(given), _allowed(detail))


def _refused(detail: ErrorDetails, path: str) -> Problem:
    """One of our own validators spoke, about a value or about a field of a section."""
    context, given = detail["ctx"], detail["input"]
    if context["field"]:
        field = str(context["field"])
        return Problem(f"{path}.{field}", shown(given.get(field)), context["allowed"])
    return Problem(path, context["given"] or shown(given), context["allowed"])


def _wrong_variant(detail: ErrorDetails, path: str) -> Problem:
    given = detail["input"]
    if not isinstance(given, Mapping):
        return Problem(path, shown(given), f"a mapping with {one_of(keys_at(detail['loc']))}")
    key = str(detail["ctx"]["discriminator"]).strip("'")
    # Systems are told apart by a function of their own, which pydantic names instead of the key it reads.
    key = "backend" if key.endswith("()") else key
    known = variants_at(detail["loc"], key)
    hint = did_you_mean(given.get(key), known)
    return Problem(
        f"{path}.{key}", shown(given[key]) if key in given else NOTHING, f"{hint}one of {one_of(known)}"
    )


def _allowed(detail: ErrorDetails) -> str:
    loc, given = detail["loc"], detail["input"]
    if detail["type"] in {"model_type", "model_attributes_type"} and len(loc) > 1:
        known = STANDARD_IDS if loc[0] == "criteria" else ()
        return f"{did_you_mean(given, known)}a mapping with {one_of(keys_at(loc))}"
    hint = did_you_mean(given, literals_at(loc)) if isinstance(given, str) else ""
    return hint + (allowed_at(loc) or detail["msg"])
