"""`python -m analysis RATINGS.csv --out DIR`: the whole analysis, with neither Django nor a database."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from analysis.errors import SettingRefused, TableRefused
from analysis.output.bundle import write_files
from analysis.run import analyse_csv, weigh_csv
from analysis.study_file import read_study

DONE, FAILED, REFUSED = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 done, 1 the work failed, 2 the input was refused (one line on stderr)."""
    options = _parser().parse_args(arguments)
    try:
        ratings = options.ratings.read_bytes()
        described = options.study or _study_beside(options.ratings)
        study = read_study(described.read_text(encoding="utf-8")) if described else None
        bundle = analyse_csv(ratings, seed=options.seed, confidence=options.confidence, study=study)
        measures = [path.read_bytes() for path in options.measures]
        metrics = weigh_csv(ratings, measures, confidence=options.confidence) if measures else {}
    except SettingRefused as refusal:
        return _say(REFUSED, str(refusal))
    except TableRefused as refusal:
        return _say(REFUSED, f"{options.ratings}: {refusal}")
    except UnicodeDecodeError:
        return _say(REFUSED, f"{described}: is not UTF-8; allowed: study.yaml as it was exported")
    except OSError as error:
        return _say(
            REFUSED, f"{error.filename}: cannot be read ({error.strerror}); allowed: a file that can be read"
        )
    files = {**bundle.files, **metrics}
    try:
        write_files(files, options.out)
    except OSError as error:
        return _say(FAILED, f"{options.out}: cannot be written: {error.strerror}")
    sys.stdout.write(f"{len(files)} files written to {options.out}; open {options.out / 'report.html'}\n")
    return DONE


class _OneLineParser(argparse.ArgumentParser):
    """Refuses wrong arguments like every other input: one line, exit code 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(
            REFUSED,
            f"{message}; usage: python -m analysis RATINGS.csv --out DIR [--seed S] [--confidence C] "
            "[--study FILE] [--measures FILE ...]\n",
        )


def _parser() -> argparse.ArgumentParser:
    parser = _OneLineParser(prog="python -m analysis", description="Analyse a table of ratings.")
    parser.add_argument(
        "ratings", type=Path, help="ratings.csv as exported, or any table with its required columns"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the results, made if absent")
    parser.add_argument("--seed", type=int, help="seed of every random draw (default: from the table)")
    parser.add_argument("--confidence", type=float, default=0.95, help="of every interval (default 0.95)")
    parser.add_argument(
        "--study",
        type=Path,
        help="the bundle's study.yaml: names, smallest effect, how the study was run "
        "(default: the one beside the table)",
    )
    parser.add_argument(
        "--measures",
        type=Path,
        nargs="+",
        default=[],
        help="measures.csv, set_measures.csv: held against the ratings",
    )
    return parser


def _study_beside(ratings: Path) -> Path | None:
    """The `study.yaml` that a bundle has beside its table; the console tells the same names and methods from it."""
    path = ratings.with_name("study.yaml")
    return path if path.is_file() else None


def _say(code: int, line: str) -> int:
    sys.stderr.write(line.replace("\n", " ") + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
