"""Tables of ratings for tests: small ones by hand, larger ones with planted preferences."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from analysis.table.columns import RATING_NAMES

REQUIRED = ("criterion", "prompt_id", "system_first", "system_second", "rater", "preference")
CRITERIA = ("acoustic_quality", "text_adherence", "musicality")


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """RFC 4180 bytes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def small(*rows: str) -> bytes:
    """Rows of the required columns, written as `criterion prompt first second rater preference`."""
    return as_csv(REQUIRED, [row.split() for row in rows])


def study(
    *,
    seed: int = 1,
    raters: int = 24,
    prompts: int = 30,
    strengths: Mapping[str, float] | None = None,
    per_rater: int = 30,
    criteria: Sequence[str] = CRITERIA,
    simulated: bool = True,
) -> bytes:
    """A study with every column: planted strengths, raters and prompts with tastes, two raters who fail a rule."""
    generator = np.random.default_rng(seed)
    strengths = strengths or {"base": 0.0, "cfg": 0.7, "distilled": 0.7, "diverse": 0.2, "merged": 0.5}
    names = sorted(strengths)
    taste = generator.normal(0, 0.35, (raters, len(names)))
    fit = generator.normal(0, 0.35, (prompts, len(names)))
    pairs = [(a, b) for a in range(len(names)) for b in range(a + 1, len(names))]
    rows = []
    for rater in range(raters):
        tasks = generator.choice(
            prompts * len(pairs), size=min(per_rater, prompts * len(pairs)), replace=False
        )
        for position, task in enumerate(tasks, start=1):
            prompt, (a, b) = int(task) // len(pairs), pairs[int(task) % len(pairs)]
            first, second = (a, b) if generator.random() < 0.5 else (b, a)
            for criterion in criteria:
                lead = strengths[names[second]] - strengths[names[first]]
                lead += taste[rater, second] - taste[rater, first] + fit[prompt, second] - fit[prompt, first]
                answer = int(np.digitize(lead + generator.logistic(), [-2.0, -0.6, 0.6, 2.0])) - 2
                rows.append(
                    {
                        "study": "example",
                        "comparison": f"q-{prompt}-{a}-{b}",
                        "kind": "quality",
                        "criterion": criterion,
                        "prompt_id": f"p{prompt:03d}",
                        "prompt": f"Prompt, number {prompt}",
                        "system_first": names[first],
                        "system_second": names[second],
                        "rater": f"r{rater:03d}",
                        "session": f"s{rater:03d}",
                        "position": position,
                        "scale": "preference-5",
                        "preference": answer,
                        "role": "main",
                        "excluded": "failed_gold" if rater < 2 else "",
                        "simulated": "true" if simulated else "false",
                        "response_ms": int(generator.gamma(4, 9000)),
                        "played_first_ms": 10_000,
                        "played_second_ms": 10_000 + int(generator.integers(0, 9000)),
                        "switches": int(generator.poisson(3)),
                        "planned": "false",
                    }
                )
    return as_csv(RATING_NAMES, [[row.get(name, "") for name in RATING_NAMES] for row in rows])
