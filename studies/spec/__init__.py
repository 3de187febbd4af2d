"""The study file: read, checked whole, frozen, hashed. Pure: no Django, no clock, no random numbers."""

from studies.spec.canonical import canonical_json, explain_changes, sha256, to_yaml
from studies.spec.criteria import Criterion
from studies.spec.load import LoadedStudy, load_study, parse_study
from studies.spec.model import Kind, Prompt, StudySpec
from studies.spec.problems import Problem, StudyRefused
from studies.spec.scales import SCALES, Option, Scale, ValueRefused, oriented

__all__ = [
    "SCALES",
    "Criterion",
    "Kind",
    "LoadedStudy",
    "Option",
    "Problem",
    "Prompt",
    "Scale",
    "StudyRefused",
    "StudySpec",
    "ValueRefused",
    "canonical_json",
    "explain_changes",
    "load_study",
    "oriented",
    "parse_study",
    "sha256",
    "to_yaml",
]
