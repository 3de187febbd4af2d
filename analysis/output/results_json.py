"""`results.json`: the numbers under the names of the contract. What cannot be computed is null, with a warning."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping

import numpy as np
import scipy

from analysis import VERSION
from analysis.findings.all_findings import Findings
from analysis.findings.criterion import CriterionResult
from analysis.findings.verdicts import Verdicts
from analysis.output.column import SEARCHED_DIGITS, Json, number
from analysis.output.pair_tables import (
    CONTRASTS,
    PAIRS,
    SUBGROUPS,
    PairRow,
    contrast_rows,
    pair_rows,
    subgroup_rows,
)
from analysis.output.rater_tables import AGREEMENT
from analysis.output.system_tables import MODELS, PLANES, SYSTEMS, plane_rows, system_rows
from analysis.stats.notice import Notice

SCHEMA = 1


def versions() -> dict[str, str]:
    """The programs that made the numbers."""
    return {
        "earwitness": VERSION,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    }


def results_of(findings: Findings) -> Json:
    """The whole of `results.json` as plain data."""
    facts, settings = findings.facts, findings.settings
    return {
        "schema": SCHEMA,
        "input": {"rows": facts.rows, "sha256": facts.sha256},
        "settings": {
            "seed": settings.seed,
            "confidence": settings.confidence,
            "smallest_effect": settings.smallest_effect,
            "weights": settings.weights,
            "bootstraps": settings.bootstraps,
            "role": "main",
            "excluded": dict(facts.exclusions),
        },
        "versions": versions(),
        "criteria": {
            name: _criterion(result, findings.verdicts[name]) for name, result in findings.criteria.items()
        },
        **(
            {
                "planes": [
                    {
                        "quality": named.quality,
                        "diversity": named.diversity,
                        "systems": {
                            named.plane.systems[row.index]: PLANES.json(row) for row in plane_rows(named)
                        },
                    }
                    for named in findings.planes
                ]
            }
            if findings.planes
            else {}
        ),
        "warnings": [{"code": warning.code, "text": warning.text} for warning in findings.warnings],
    }


def dump(results: Mapping[str, object]) -> bytes:
    """Stable bytes; refuses nan and infinity."""
    return (json.dumps(results, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()


def _criterion(result: CriterionResult, verdicts: Verdicts) -> Json:
    models, ranking = MODELS.json(result), result.ranking
    by_system = {ranking.systems[row.index]: SYSTEMS.json(row) for row in system_rows(result)}
    contrasts = [CONTRASTS.json(row) for row in contrast_rows(result)]
    data: Json = {
        "n_ratings": result.votes.n,
        "n_raters": result.votes.n_raters,
        "n_prompts": result.votes.n_prompts,
        "kind": result.kind,
        "scale": result.scale or None,
        "pairs": [PAIRS.json(row) for row in pair_rows(result, verdicts)],
        "bradley_terry": {
            "systems": {name: row["bradley_terry"] for name, row in by_system.items()},
            "contrasts": _contrasts(contrasts, "bradley_terry"),
            **models["bradley_terry"],
            "penalised": ranking.penalised,
        },
        "davidson": {
            "systems": {name: row["davidson"] for name, row in by_system.items()},
            **models["davidson"],
        },
        "agreement": AGREEMENT.json(result)["agreement"],
        "ordinal": None
        if isinstance(result.ordinal, Notice)
        else {
            "systems": {name: row["ordinal"] for name, row in by_system.items()},
            "contrasts": _contrasts(contrasts, "ordinal"),
            "thresholds": [number(value, SEARCHED_DIGITS) for value in result.ordinal.thresholds],
            **models["ordinal"],
        },
        "as_in_the_literature": _literature(result),
    }
    if result.means is not None:
        data["mean_scores"] = {name: by_system[name]["mean_scores"] for name in result.means.systems}
    if result.lifted is not None:
        put_back = [PairRow(result, result.lifted, index, None) for index in range(len(result.lifted.pairs))]
        data["with_excluded_ratings"] = {"pairs": [_without_verdict(row) for row in put_back]}
    if result.subgroups.groups:
        rows = subgroup_rows(result)
        data["subgroups"] = {
            "tests": result.subgroups.tests,
            "groups": [
                {
                    "by": part.by,
                    "group": part.group,
                    "pairs": [SUBGROUPS.json(row) for row in rows if row.part is part],
                }
                for part in result.subgroups.groups
            ],
        }
    if result.planned.any():
        data["planned"] = [
            list(pair) for pair, yes in zip(result.pairs.pairs, result.planned, strict=True) if yes
        ]
    return data


def _contrasts(rows: list[Json], model: str) -> list[Json]:
    return [{"system_a": row["system_a"], "system_b": row["system_b"], **row[model]} for row in rows]


def _without_verdict(row: PairRow) -> Json:
    """Ratings put back are shown beside the primary analysis, which alone has a verdict."""
    return {name: value for name, value in PAIRS.json(row).items() if name != "verdict"}


def _literature(result: CriterionResult) -> list[Json]:
    tests = zip(result.pairs.pairs, result.literature.by_rater, result.literature.by_prompt, strict=True)
    return [
        {
            "system_a": a,
            "system_b": b,
            "wilcoxon_rater_means_p": number(by_rater.p_value),
            "wilcoxon_prompt_means_p": number(by_prompt.p_value),
        }
        for (a, b), by_rater, by_prompt in tests
    ]
