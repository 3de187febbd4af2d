"""Everything that is computed for one criterion."""

import zlib
from dataclasses import dataclass

import numpy as np

from analysis.findings.selection import (
    kept_rows,
    kind_of,
    labels_among,
    levels_of,
    main_rows,
    scale_of,
    votes_of,
)
from analysis.findings.subgroup_contrasts import Subgroups, subgroups_of
from analysis.settings import Settings
from analysis.stats.absolute import SystemMeans, system_means
from analysis.stats.agreement import Agreement, agree
from analysis.stats.literature import LiteratureTests, literature_tests
from analysis.stats.notice import Notice
from analysis.stats.ordinal import OrdinalModel, fit_preferences
from analysis.stats.ranking import Ranking, rank_systems
from analysis.stats.votes import Votes
from analysis.stats.winrates import PairTable, compare_pairs
from analysis.table.coded import Bools, Table


@dataclass(frozen=True)
class CriterionResult:
    """One criterion's answers. `lifted` holds the pairs with excluded ratings put back, where there are any."""

    criterion: str
    kind: str
    scale: str
    levels: tuple[int, ...]
    votes: Votes
    prompts: tuple[str, ...]  # ids, by their number in `votes`
    pairs: PairTable
    ranking: Ranking
    agreement: Agreement
    ordinal: OrdinalModel | Notice
    literature: LiteratureTests
    means: SystemMeans | None  # on absolute scales
    unscored: int  # ratings on an absolute scale that have no scores, only their difference
    lifted: PairTable | None
    subgroups: Subgroups
    planned: Bools  # [P] which pairs were declared as contrasts before anybody rated

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Why numbers are absent or need care, each once."""
        model = (self.ordinal,) if isinstance(self.ordinal, Notice) else ()
        measured = (*self.pairs.notices, *self.ranking.notices, *self.agreement.notices)
        every = (*measured, *model, *self.subgroups.notices, *self._missing_scores)
        return tuple(dict.fromkeys(every))

    @property
    def _missing_scores(self) -> tuple[Notice, ...]:
        if not self.unscored:
            return ()
        text = f"{self.unscored} ratings have no scores and are in no mean score; their preference counts."
        return (Notice("missing_scores", text),)


def analyse_criterion(table: Table, criterion: str, settings: Settings) -> CriterionResult | None:
    """All statistics of one criterion; None where no main rating is left after exclusions."""
    main = main_rows(table) & table.texts["criterion"].rows_with(criterion)
    rows = main & kept_rows(table)
    if not rows.any():
        return None
    levels = levels_of(table, criterion)
    votes = votes_of(table, rows, reach=max(levels))
    means, unscored = _means(table, rows, settings, votes.reach)
    generator = np.random.default_rng([settings.seed, zlib.crc32(criterion.encode())])
    return CriterionResult(
        criterion=criterion,
        kind=kind_of(table, criterion),
        scale=scale_of(table, criterion),
        levels=levels,
        votes=votes,
        prompts=labels_among(table.texts["prompt_id"], rows),
        pairs=_pairs(votes, settings),
        ranking=rank_systems(
            votes, confidence=settings.confidence, resamples=settings.bootstraps, generator=generator
        ),
        agreement=agree(votes, levels, confidence=settings.confidence),
        ordinal=fit_preferences(votes, confidence=settings.confidence),
        literature=literature_tests(votes),
        means=means,
        unscored=unscored,
        lifted=_lifted(table, main, rows, votes.reach, settings),
        subgroups=subgroups_of(table, rows, votes, settings),
        planned=_planned(table, rows, votes),
    )


def _pairs(votes: Votes, settings: Settings) -> PairTable:
    return compare_pairs(
        votes,
        confidence=settings.confidence,
        smallest_effect=settings.smallest_effect,
        weights=settings.weights,
    )


def _planned(table: Table, rows: Bools, votes: Votes) -> Bools:
    declared = table.text("planned", "false").rows_with("true")[rows]
    return np.asarray(np.bincount(votes.pair, declared, votes.n_pairs) > 0)


def _means(table: Table, rows: Bools, settings: Settings, reach: int) -> tuple[SystemMeans | None, int]:
    """Mean scores of the ratings with both scores, and how many ratings have not."""
    scored = rows & ~np.isnan(table.number("score_first") + table.number("score_second"))
    if not scored.any():
        return None, 0
    first, second = table.number("score_first")[scored], table.number("score_second")[scored]
    votes = votes_of(table, scored, reach=reach)
    means = system_means(votes, first, second, confidence=settings.confidence)
    return means, int(rows.sum() - scored.sum())


def _lifted(table: Table, main: Bools, rows: Bools, reach: int, settings: Settings) -> PairTable | None:
    if main.sum() == rows.sum():
        return None
    return _pairs(votes_of(table, main, reach=reach), settings)
