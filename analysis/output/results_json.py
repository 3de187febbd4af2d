"""`results.json`: the numbers under the names of the contract. What cannot be computed is null, with a warning."""

import json
import platform
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import scipy

from analysis.findings.criterion import CriterionResult
from analysis.findings.planes import NamedPlane
from analysis.findings.subgroup_contrasts import Subgroup
from analysis.settings import Settings
from analysis.stats.absolute import SystemMeans
from analysis.stats.cluster import Interval
from analysis.stats.notice import Notice
from analysis.stats.ordinal import OrdinalModel
from analysis.stats.ranking import Ranking
from analysis.stats.winrates import PairTable
from analysis.table.coded import Table

SCHEMA = 1
SIGNIFICANT_DIGITS = 10
SEARCHED_DIGITS = 6  # of numbers that an iterative search over several parameters ends with

Json = dict[str, Any]


def number(value: float, digits: int = SIGNIFICANT_DIGITS) -> float | None:
    """A finite number, rounded to what arithmetic on another machine repeats; None for nan."""
    if not np.isfinite(value):
        return None
    return float(f"{value:.{digits}g}") + 0.0


def whole(value: float) -> int | None:
    """A count or a rank; None for nan."""
    return int(value) if np.isfinite(value) else None


def versions() -> dict[str, str]:
    """The programs that made the numbers."""
    return {
        "earwitness": "0.1.0",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    }


def results_of(
    table: Table,
    criteria: Mapping[str, CriterionResult],
    settings: Settings,
    planes: Sequence[NamedPlane],
    exclusions: Mapping[str, int],
    warnings: tuple[Notice, ...],
) -> Json:
    """The whole of `results.json` as plain data."""
    return {
        "schema": SCHEMA,
        "input": {"rows": table.rows, "sha256": table.sha256},
        "settings": {
            "seed": settings.seed,
            "confidence": settings.confidence,
            "bootstraps": settings.bootstraps,
            "role": "main",
            "excluded": dict(exclusions),
        },
        "versions": versions(),
        "criteria": {name: _criterion(result) for name, result in criteria.items()},
        **({"planes": _planes(planes)} if planes else {}),
        "warnings": [{"code": warning.code, "text": warning.text} for warning in warnings],
    }


def dump(results: Json) -> bytes:
    """Stable bytes; refuses nan and infinity."""
    return (json.dumps(results, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()


def _criterion(result: CriterionResult) -> Json:
    data: Json = {
        "n_ratings": result.votes.n,
        "n_raters": result.votes.n_raters,
        "n_prompts": result.votes.n_prompts,
        "kind": result.kind,
        "scale": result.scale or None,
        "pairs": _pairs(result.pairs),
        "bradley_terry": _bradley_terry(result.ranking),
        "davidson": _davidson(result.ranking),
        "agreement": {
            "krippendorff_alpha_ordinal": _optional(result.agreement.alpha),
            "ci_low": _optional(result.agreement.low),
            "ci_high": _optional(result.agreement.high),
            "gwet_ac2": _optional(result.agreement.ac2),
            "units": result.agreement.units,
        },
    }
    data["ordinal"] = None if isinstance(result.ordinal, Notice) else _ordinal(result.ordinal)
    data["as_in_the_literature"] = _literature(result)
    if result.means is not None:
        data["mean_scores"] = _means(result.means)
    if result.lifted is not None:
        data["with_excluded_ratings"] = {"pairs": _pairs(result.lifted)}
    if result.subgroups.groups:
        data["subgroups"] = _subgroups(result)
    if result.planned.any():
        data["planned"] = [
            list(pair) for pair, yes in zip(result.pairs.pairs, result.planned, strict=True) if yes
        ]
    return data


def _optional(value: float | None) -> float | None:
    return None if value is None else number(value)


def _interval(interval: Interval, index: int, digits: int = SIGNIFICANT_DIGITS) -> Json:
    return {
        "se": number(interval.se[index], digits),
        "ci_low": number(interval.low[index], digits),
        "ci_high": number(interval.high[index], digits),
    }


def _pairs(table: PairTable) -> list[Json]:
    return [
        {
            "system_a": a,
            "system_b": b,
            "n": whole(table.n[index]),
            "wins_a": whole(table.wins_a[index]),
            "wins_b": whole(table.wins_b[index]),
            "ties": whole(table.ties[index]),
            "n_raters": whole(table.raters[index]),
            "n_prompts": whole(table.prompts[index]),
            "win_rate_b": number(table.win_rate.value[index]),
            **_interval(table.win_rate, index),
            "df": whole(table.win_rate.df[index]),
            "p_value": number(table.win_rate.p_value[index]),
            "p_holm": number(table.p_holm[index]),
            "mean_preference": number(table.preference.value[index]),
            "mean_preference_ci_low": number(table.preference.low[index]),
            "mean_preference_ci_high": number(table.preference.high[index]),
        }
        for index, (a, b) in enumerate(table.pairs)
    ]


def _bradley_terry(ranking: Ranking) -> Json:
    return {
        "systems": {
            system: {
                "score": number(ranking.score.value[index]),
                **_interval(ranking.score, index),
                "rank_low": whole(ranking.rank_low[index]),
                "rank_high": whole(ranking.rank_high[index]),
            }
            for index, system in enumerate(ranking.systems)
        },
        "contrasts": [
            {
                "system_a": a,
                "system_b": b,
                "difference": number(ranking.contrasts.difference.value[index]),
                **_interval(ranking.contrasts.difference, index),
                "p_value": number(ranking.contrasts.difference.p_value[index]),
                "p_holm": number(ranking.contrasts.p_holm[index]),
            }
            for index, (a, b) in enumerate(ranking.contrasts.pairs)
        ],
        "position": {
            "effect": number(ranking.position.effect),
            "se": number(ranking.position.se),
            "p_value": number(ranking.position.p_value),
        },
        "penalised": ranking.penalised,
    }


def _searched(value: float) -> float | None:
    return number(value, SEARCHED_DIGITS)


def _ordinal(model: OrdinalModel) -> Json:
    return {
        "systems": {
            system: {
                "score": _searched(model.score.value[index]),
                **_interval(model.score, index, SEARCHED_DIGITS),
            }
            for index, system in enumerate(model.systems)
        },
        "contrasts": [
            {
                "system_a": a,
                "system_b": b,
                "difference": _searched(model.contrast.value[index]),
                **_interval(model.contrast, index, SEARCHED_DIGITS),
                "p_value": _searched(model.contrast.p_value[index]),
                "p_holm": _searched(model.p_holm[index]),
            }
            for index, (a, b) in enumerate(model.pairs)
        ],
        "thresholds": [_searched(value) for value in model.thresholds],
        "rater_taste_sd": _searched(model.rater_sd),
        "prompt_taste_sd": _searched(model.prompt_sd),
    }


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


def _subgroups(result: CriterionResult) -> Json:
    parts = result.subgroups
    return {
        "tests": parts.tests,
        "groups": [
            {"by": part.by, "group": part.group, "pairs": _interactions(part, result.pairs.pairs)}
            for part in parts.groups
        ],
    }


def _interactions(part: Subgroup, names: Sequence[tuple[str, str]]) -> list[Json]:
    inside, outside, difference = part.found.inside, part.found.outside, part.found.difference
    return [
        {
            "system_a": a,
            "system_b": b,
            "n": whole(inside.n[index]),
            "n_raters": whole(inside.raters[index]),
            "n_prompts": whole(inside.prompts[index]),
            "win_rate_b": number(inside.win_rate.value[index]),
            **_interval(inside.win_rate, index),
            "n_others": whole(outside.n[index]),
            "win_rate_b_others": number(outside.win_rate.value[index]),
            "difference": {
                "value": number(difference.value[index]),
                **_interval(difference, index),
                "df": whole(difference.df[index]),
                "p_value": number(difference.p_value[index]),
                "p_holm": number(part.p_holm[index]),
            },
        }
        for index, (a, b) in enumerate(names)
    ]


def _means(means: SystemMeans) -> Json:
    return {
        system: {
            "n": whole(means.n[index]),
            "mean": number(means.mean.value[index]),
            **_interval(means.mean, index),
        }
        for index, system in enumerate(means.systems)
    }


def _planes(planes: Sequence[NamedPlane]) -> list[Json]:
    return [
        {
            "quality": named.quality,
            "diversity": named.diversity,
            "systems": {
                system: {"pareto_probability": number(named.plane.probability[index])}
                for index, system in enumerate(named.plane.systems)
            },
        }
        for named in planes
    ]


def _davidson(ranking: Ranking) -> Json:
    scores = zip(ranking.systems, ranking.davidson, strict=True)
    return {
        "systems": {system: {"score": number(score)} for system, score in scores},
        "tie_parameter": number(ranking.tie_parameter),
    }
