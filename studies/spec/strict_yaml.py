"""YAML with one meaning: the scalars of YAML 1.2's core schema, and no anchors, tags or doubled keys.

PyYAML's own scalars are those of YAML 1.1, where ``no`` is false, ``010`` is eight and ``1:30`` is ninety.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

import yaml

from studies.spec.problems import Problem, StudyRefused, shown

BIGGEST = 16 * 2**20
DEEPEST = 20
WHAT = "study file"

_INT = re.compile(r"[-+]?[0-9]{1,19}\Z")
_FLOAT = re.compile(
    r"(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z"
)
CORE_SCHEMA = (
    ("tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""]),
    ("tag:yaml.org,2002:bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), list("tTfF")),
    ("tag:yaml.org,2002:int", _INT, list("-+0123456789")),
    ("tag:yaml.org,2002:float", _FLOAT, list("-+.0123456789")),
)


class _Loader(yaml.SafeLoader):
    """Composes plain values and notes what a study file may not use."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.problems: list[Problem] = []
        self.depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:  # noqa: ANN401 - PyYAML's
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]  # untyped in the stubs
        self._refuse_extras(event)
        self.depth += 1
        if self.depth > DEEPEST:
            raise StudyRefused([_problem(event, "deeper nesting", f"at most {DEEPEST} levels")])
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def _refuse_extras(self, event: yaml.Event) -> None:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor:
            raise StudyRefused([_problem(event, f"the anchor {anchor}", "values written out, no anchors")])
        if tag:
            raise StudyRefused([_problem(event, f"the tag {tag}", "plain values, no tags")])

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - PyYAML's
        seen: dict[str, int] = {}
        for key, _ in node.value:
            self._check_key(key, seen)
        if self.problems:
            return {}
        return super().construct_mapping(node, deep=deep)

    def _check_key(self, key: yaml.Node, seen: dict[str, int]) -> None:
        if not isinstance(key, yaml.ScalarNode) or not key.tag.endswith(":str"):
            self.problems.append(_problem(key, f"the key {shown(key.value)}", "a text as key (in quotes)"))
            return
        line = _line(key)
        if key.value in seen:
            given = f"the key {shown(key.value)} a second time (first in line {seen[key.value]})"
            self.problems.append(_problem(key, given, "each key once"))
        seen.setdefault(key.value, line)

    def construct_decimal(self, node: yaml.ScalarNode) -> int:
        return int(self.construct_scalar(node))


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in CORE_SCHEMA:
    _Loader.add_implicit_resolver(_tag, _pattern, _first)
_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_decimal)


def _problem(where: yaml.Event | yaml.Node, given: str, allowed: str) -> Problem:
    return Problem(f"line {_line(where)}", given, allowed)


def _line(where: yaml.Event | yaml.Node) -> int:
    return where.start_mark.line + 1 if where.start_mark else 1


def decode(data: bytes, *, what: str, biggest: int) -> str:
    """The text of a file, without a byte-order mark; ``what`` names the file in the refusal."""
    if len(data) > biggest:
        raise StudyRefused([Problem(what, f"{len(data)} bytes", f"at most {biggest} bytes")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        given = f"byte 0x{data[error.start]:02x} at offset {error.start}, which is not UTF-8"
        raise StudyRefused([Problem(what, given, "a text file in UTF-8")]) from error


def read_mapping(text: str) -> dict[str, Any]:
    """The mapping a YAML text holds; raises ``StudyRefused``."""
    loader = _loader(text)
    try:
        data = loader.get_single_data()
    except yaml.YAMLError as error:
        raise StudyRefused([_syntax(error)]) from error
    except (ValueError, OverflowError) as error:
        # PyYAML's own arithmetic, on characters and versions that do not exist.
        raise StudyRefused([Problem(WHAT, f"YAML that cannot be read ({error})", "YAML 1.2")]) from error
    finally:
        loader.dispose()
    if loader.problems:
        raise StudyRefused(loader.problems)
    if not isinstance(data, dict):
        raise StudyRefused([Problem(WHAT, shown(data), "a mapping with study, prompts, systems, ...")])
    return data


def _loader(text: str) -> _Loader:
    plain = text.removeprefix("\ufeff")
    try:
        return _Loader(plain)
    except yaml.reader.ReaderError as error:
        given = f"the character U+{ord(plain[error.position]):04X} at position {error.position}"
        raise StudyRefused([Problem(WHAT, given, "printable text")]) from error


def _syntax(error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    said = getattr(error, "problem", None) or str(error)
    where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else WHAT
    if "'\\t'" in said:
        return Problem(where, "a tab", "spaces before and between keys, no tabs")
    return Problem(where, said, "one YAML document, texts with marks such as ? : # in quotes")
