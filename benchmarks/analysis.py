"""How fast is the analysis, beside what people would pick instead? One run, one machine, the same votes.

    python -m benchmarks.analysis [--votes 1000000] [--systems 5 50] [--skip-report]

The others are installed for the benchmark only, in an environment of its own (arena-rank pins its numpy):
`pip install numpy scipy choix evalica krippendorff arena-rank`. A program that is not installed is left out and named.
Best of three, seconds of processor time, which a busy machine lengthens less than the clock; "rows" includes coding
texts where the program takes texts.
"""

import argparse
import importlib
import importlib.util
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from analysis.stats.agreement import agree
from analysis.stats.bradley_terry import fit, half_ties
from analysis.stats.ranking import bootstrap_scores, infer, sandwich
from analysis.stats.votes import Ints, Votes, compact
from analysis.stats.winrates import compare_pairs
from analysis.table.columns import RATING_NAMES

RATERS, PROMPTS = 200, 500
BOOTSTRAPS = 1000


def million(votes: int, systems: int, seed: int = 7) -> Votes:
    """Votes of 200 raters on 500 prompts, distinct comparisons, strengths spread over two log odds."""
    generator = np.random.default_rng(seed)
    pairs = np.stack(np.triu_indices(systems, 1), axis=1).astype(np.int64)
    everything = RATERS * PROMPTS * pairs.shape[0]
    chosen = (
        np.sort(generator.choice(everything, size=min(votes, everything), replace=False))
        if votes < everything
        else np.arange(everything)
    )
    rater, rest = np.divmod(chosen, PROMPTS * pairs.shape[0])
    prompt, pair = np.divmod(rest, pairs.shape[0])
    scores = np.linspace(-1, 1, systems)
    lead = scores[pairs[pair, 1]] - scores[pairs[pair, 0]] + generator.logistic(size=chosen.size)
    unit, units = compact(prompt * pairs.shape[0] + pair, PROMPTS * pairs.shape[0])
    return Votes(
        systems=tuple(f"s{system:02d}" for system in range(systems)),
        pairs=pairs,
        rater=rater,
        prompt=prompt,
        pair=pair,
        level=(np.digitize(lead, [-1.5, -0.3, 0.3, 1.5]) - 2).astype(np.int64),
        second_played_first=generator.random(chosen.size) < 0.5,
        unit=unit,
        n_raters=RATERS,
        n_prompts=PROMPTS,
        n_units=units.size,
        reach=2,
    )


def fresh(votes: Votes) -> Votes:
    """The same votes without anything remembered."""
    return Votes(**{name: getattr(votes, name) for name in votes.__dataclass_fields__})


def best(call: Callable[[], object], times: int = 3) -> float:
    """Processor seconds of the fastest of some calls."""
    seconds = []
    for _ in range(times):
        started = time.process_time()
        call()
        seconds.append(time.process_time() - started)
    return min(seconds)


def ours(votes: Votes) -> dict[str, float]:
    """Our steps, each from coded rows unless it says counts."""
    generator = np.random.default_rng(1)
    count = len(votes.systems)
    weights = generator.multinomial(RATERS, np.full(RATERS, 1 / RATERS), size=BOOTSTRAPS).astype(float)
    point = fit(*half_ties(votes.outcomes), votes.pairs, count)
    _ = votes.by_rater
    return {
        "ours: point fit, rows to counts to Newton": best(
            lambda: fit(*half_ties(fresh(votes).outcomes), votes.pairs, count)
        ),
        "ours: point fit from counts": best(lambda: fit(*half_ties(votes.outcomes), votes.pairs, count)),
        "ours: counts by rater from rows": best(lambda: fresh(votes).by_rater),
        f"ours: {BOOTSTRAPS} rater bootstraps from counts": best(lambda: bootstrap_scores(votes, weights)),
        "ours: two-way sandwich and contrasts from rows": best(
            lambda: infer(votes, point, sandwich(fresh(votes), point), confidence=0.95)
        ),
        "ours: win rates and preferences, two-way": best(
            lambda: compare_pairs(fresh(votes), confidence=0.95)
        ),
        "ours: alpha with its interval, from rows": best(
            lambda: agree(fresh(votes), range(-2, 3), confidence=0.95)
        ),
    }


def others(votes: Votes) -> dict[str, float]:
    """Public calls of other programs on the same votes."""
    found: dict[str, float] = {}
    first, second = votes.pairs[votes.pair].T
    found.update(_evalica(votes, first, second))
    found.update(_choix(votes, first, second))
    found.update(_arena_rank(votes, first, second))
    found.update(_krippendorff(votes))
    return found


def _installed(name: str) -> bool:
    if importlib.util.find_spec(name) is None:
        print(f"  {name} is not installed: left out")
        return False
    return True


def _evalica(votes: Votes, first: Ints, second: Ints) -> dict[str, float]:
    if not _installed("evalica"):
        return {}
    evalica, pd = importlib.import_module("evalica"), importlib.import_module("pandas")
    names = np.array(votes.systems)
    winner = np.array([evalica.Winner.X, evalica.Winner.Draw, evalica.Winner.Y], dtype=object)[votes.outcome]
    xs, ys, winners = names[first].tolist(), names[second].tolist(), winner.tolist()
    index = pd.Index(votes.systems)
    return {
        "evalica: bradley_terry, rows": best(lambda: evalica.bradley_terry(xs, ys, winners)),
        "evalica: bradley_terry, index given": best(
            lambda: evalica.bradley_terry(xs, ys, winners, index=index)
        ),
        "evalica: its Rust core alone, numbers given": _evalica_core(first, second, winners, len(names)),
        f"evalica: {BOOTSTRAPS} row bootstraps (one measured, times {BOOTSTRAPS})": BOOTSTRAPS
        * best(lambda: _row_bootstrap(xs, ys, winners), 1),
    }


def _evalica_core(first: Ints, second: Ints, winners: list[object], total: int) -> float:
    core = importlib.import_module("evalica")._brzo  # noqa: SLF001  # its Rust core, timed alone
    xs, ys, weights = first.tolist(), second.tolist(), [1.0] * first.size
    options = {"total": total, "win_weight": 1.0, "tie_weight": 0.5, "tolerance": 1e-6, "limit": 100}
    return best(lambda: core.bradley_terry(xs=xs, ys=ys, winners=winners, weights=weights, **options))


def _row_bootstrap(xs: list[str], ys: list[str], winners: list[object]) -> None:
    evalica = importlib.import_module("evalica")
    rows = np.random.default_rng(2).integers(0, len(xs), len(xs)).tolist()
    evalica.bradley_terry([xs[i] for i in rows], [ys[i] for i in rows], [winners[i] for i in rows])


def _choix(votes: Votes, first: Ints, second: Ints) -> dict[str, float]:
    if not _installed("choix"):
        return {}
    choix = importlib.import_module("choix")
    decided = votes.outcome != 1
    won = np.where(votes.outcome == 2, second, first)[decided]
    lost = np.where(votes.outcome == 2, first, second)[decided]
    data = list(zip(won.tolist(), lost.tolist(), strict=True))
    seconds = best(lambda: choix.ilsr_pairwise(len(votes.systems), data, alpha=1e-6), 1)
    return {"choix: ilsr_pairwise, rows (ties left out)": seconds}


def _arena_rank(votes: Votes, first: Ints, second: Ints) -> dict[str, float]:
    if not _installed("arena_rank"):
        return {}
    models = importlib.import_module("arena_rank.models.bradley_terry")
    datasets, pd = importlib.import_module("arena_rank.utils.data_utils"), importlib.import_module("pandas")
    names, winners = np.array(votes.systems), np.array(["model_a", "tie", "model_b"])
    frame = pd.DataFrame(
        {"model_a": names[first], "model_b": names[second], "winner": winners[votes.outcome]}
    )

    def fitted() -> object:
        dataset = datasets.PairDataset.from_pandas(frame)
        model = models.BradleyTerry(n_competitors=len(names))
        model.fit(dataset)
        return model.params["ratings"].block_until_ready()

    return {"arena-rank: PairDataset.from_pandas and fit": best(fitted)}


def _krippendorff(votes: Votes) -> dict[str, float]:
    if not _installed("krippendorff"):
        return {}
    krippendorff = importlib.import_module("krippendorff")
    counts = votes.unit_levels[:2000]
    options = {"value_domain": range(5), "level_of_measurement": "ordinal"}
    seconds = best(lambda: krippendorff.alpha(value_counts=counts, **options), 1)
    return {"krippendorff: alpha from counts, first 2,000 units": seconds}


def report(votes: Votes) -> None:
    """The whole command on a CSV with every column of the contract that the analysis reads."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ratings.csv"
        size = write_csv(votes, path)
        started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "analysis", str(path), "--out", folder + "/out"], check=True)
        seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"  python -m analysis, {votes.n:,} rows, {size / 1e6:.0f} MB: {used:.1f} s of processor time, {seconds:.1f} s "
        f"on the clock, {after.ru_maxrss / 1024:.0f} MB at most"
    )


def write_csv(votes: Votes, path: Path) -> int:
    """Bytes written: every column of an export, 240 bytes a row."""
    names, half = votes.systems, votes.n // 2
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(RATING_NAMES) + "\r\n")
        for i in range(votes.n):
            a, b = (names[system] for system in votes.pairs[votes.pair[i]])
            level, prompt, rater = int(votes.level[i]), votes.prompt[i], votes.rater[i]
            if votes.second_played_first[i]:
                a, b, level = b, a, -level
            moment = f"2026-11-{1 + i // half:02d}T{i % 24:02d}:{i % 60:02d}:{i % 59:02d}.{i % 1000:03d}Z"
            row = {
                "study": "big", "comparison": f"c{votes.unit[i]}", "kind": "quality", "criterion": "musicality",
                "prompt_id": f"p{prompt}", "prompt": "A prompt of some words", "system_first": a, "system_second": b,
                "samples_first": f"{a}.p{prompt}.0", "samples_second": f"{b}.p{prompt}.0", "rater": f"r{rater}",
                "session": f"s{rater}", "position": i % 40, "scale": "preference-5", "preference": level,
                "role": "main", "simulated": "false", "response_ms": 20000 + i % 9000, "played_first_ms": 10000,
                "played_second_ms": 10000, "switches": i % 5, "assigned_at": moment, "submitted_at": moment,
                "prompt_tags": "slow;sad" if prompt % 2 else "fast", "rater_group": f"g{rater % 3}",
                "planned": "false",
            }  # fmt: skip
            file.write(",".join([str(row.get(name, "")) for name in RATING_NAMES]) + "\r\n")
    return path.stat().st_size


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--votes", type=int, default=1_000_000)
    parser.add_argument("--systems", type=int, nargs="+", default=[5, 50])
    parser.add_argument("--skip-report", action="store_true")
    parser.add_argument("--skip-others", action="store_true")
    options = parser.parse_args(arguments)
    for systems in options.systems:
        votes = million(options.votes, systems)
        print(f"\n{votes.n:,} votes, {systems} systems, {RATERS} raters, {PROMPTS} prompts")
        seconds = ours(votes) | ({} if options.skip_others else others(votes))
        for name, value in seconds.items():
            print(f"  {name:64} {value:10.4f} s")
        if not options.skip_report:
            report(votes)


if __name__ == "__main__":
    main()
