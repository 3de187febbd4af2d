"""What may still change in the file of a launched study. Pure.

Before anybody has consented: everything but what finished clips depend on. Afterwards: what changes no task that was
answered, namely some texts, codes and places, more prompts, more ratings per comparison, and a system withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from studies.spec.canonical import explain_changes
from studies.spec.model import StudySpec

Json = dict[str, Any]
FREE_TEXTS = {"study": ("title", "description"), "raters": ("information", "consent")}
FREE_RECRUITMENT = ("completion", "screened_out", "quota_full", "quota", "share_results")


def refused_changes(old: StudySpec, new: StudySpec, *, rated: bool) -> list[str]:
    """Every change that is not allowed, one line each with path, before and after; empty where ``new`` may take over.

    ``rated``: somebody consented to ``old`` already.
    """
    before, after = old.model_dump(mode="json"), new.model_dump(mode="json")
    allowed = _allowed_after_consent(before, after) if rated else _allowed_before_consent(before, after)
    refused = explain_changes(allowed, after)
    return (
        [*refused, *_fewer_ratings(before, after), *_sets_of_other_prompts(before, after)]
        if rated
        else refused
    )


def _allowed_before_consent(before: Json, after: Json) -> Json:
    """``after`` with everything that clips depend on as it was."""
    study = after["study"] | {"slug": before["study"]["slug"], "seed": before["study"]["seed"]}
    systems = after["systems"] | {
        name: config for name, config in before["systems"].items() if name in after["systems"]
    }
    return after | {
        "study": study,
        "audio": before["audio"],
        "systems": systems,
        "prompts": _prompts_with_more(before, after),
    }


def _allowed_after_consent(before: Json, after: Json) -> Json:
    """``before`` with those changes of ``after`` that concern no task that was answered."""
    allowed = before | {
        "prompts": _prompts_with_more(before, after),
        "systems": {name: config for name, config in before["systems"].items() if name in after["systems"]},
        "recruitment": before["recruitment"]
        | {name: after["recruitment"][name] for name in FREE_RECRUITMENT if name in after["recruitment"]},
    }
    for section, names in FREE_TEXTS.items():
        allowed[section] = before[section] | {name: after[section][name] for name in names}
    allowed["design"] = before["design"] | {
        "ratings_per_comparison": after["design"]["ratings_per_comparison"],
        "pairs": _pairs_without_withdrawn(before["design"]["pairs"], after["systems"]),
    }
    allowed["analysis"] = before["analysis"] | {
        "primary": [
            contrast
            for contrast in before["analysis"]["primary"]
            if contrast[0] in after["systems"] and contrast[1] in after["systems"]
        ]
    }
    if before["diversity"] and after["diversity"]:
        more = {"ratings_per_comparison": after["diversity"]["ratings_per_comparison"]}
        allowed["diversity"] = before["diversity"] | more
    return allowed


def _prompts_with_more(before: Json, after: Json) -> list[Json]:
    """The prompts there were, in their order, then those that are new."""
    known = {prompt["id"] for prompt in before["prompts"]}
    return [*before["prompts"], *(prompt for prompt in after["prompts"] if prompt["id"] not in known)]


def _pairs_without_withdrawn(pairs: Any, systems: Mapping[str, Any]) -> Any:  # noqa: ANN401 - "all", or a list
    if not isinstance(pairs, list):
        return pairs
    return [pair for pair in pairs if pair[0] in systems and pair[1] in systems]


def _fewer_ratings(before: Json, after: Json) -> Iterator[str]:
    for section in ("design", "diversity"):
        if before[section] and after[section]:
            was, now = (each[section]["ratings_per_comparison"] for each in (before, after))
            if now < was:
                yield f"{section}.ratings_per_comparison: was {was}, is now {now}; it can only grow"


def _sets_of_other_prompts(before: Json, after: Json) -> Iterator[str]:
    if before["diversity"] and len(after["prompts"]) > len(before["prompts"]):
        yield "prompts: more of them would choose other prompts for the tasks of diversity"
