"""The whole analysis: bytes of `ratings.csv` in, every file of the bundle out. Same bytes, same settings: same files.

read_table (table/read) -> find_all (findings/all_findings) -> Bundle (output/bundle), and that is the whole road.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.findings.all_findings import find_all
from analysis.findings.measure_worth import weigh_measures
from analysis.findings.study_description import StudyDescription
from analysis.output.bundle import Bundle
from analysis.output.measure_files import metric_files
from analysis.settings import Settings
from analysis.table.measure_table import read_measures
from analysis.table.read import read_table


def analyse_csv(
    data: bytes, *, seed: int | None = None, confidence: float = 0.95, study: StudyDescription | None = None
) -> Bundle:
    """Analyse an exported (or anybody's) table of ratings.

    data: the file's bytes. seed: of every random draw; without one, `Table.own_seed`. study: what is known besides.
    Raises TableRefused (one line: where, what, what is allowed) for a wrong table, SettingRefused for a wrong setting.
    Numbers that cannot be computed are null in `results` and explained in `warnings`.
    """
    study = study or StudyDescription()
    Settings(seed=seed or 0, confidence=confidence)  # refused before a large table is read
    table = read_table(data)
    del data  # of a million ratings, a fifth of all memory
    settings = Settings(
        seed=table.own_seed if seed is None else seed,
        confidence=confidence,
        smallest_effect=study.smallest_effect,
        weights=study.weights,
    )
    return Bundle(find_all(table, settings, study))


def weigh_csv(ratings: bytes, measures: Sequence[bytes], *, confidence: float) -> dict[str, bytes]:
    """What automatic measures are worth beside the ratings: `metrics.csv` and `prediction_powered.csv`.

    ratings: a table with the columns samples_first and samples_second; measures: `measures.csv`, `set_measures.csv`.
    Nothing is drawn at random. Raises TableRefused as `analyse_csv` does.
    """
    table = read_table(ratings, with_samples=True)
    return metric_files(weigh_measures(table, read_measures(*measures), confidence))
