"""No sentence of a report is false: verdict words and counts are held against the truth of forty odd designs by "
"rule."""

import re
from dataclasses import dataclass
from html import unescape

import numpy as np
import pytest

from analysis.findings.answers import Answer
from analysis.output.bundle import Bundle
from analysis.run import analyse_csv
from tests.analysis.tables import REQUIRED, as_csv

ROLES = (*REQUIRED, "role", "excluded", "planned", "simulated")


@dataclass(frozen=True)
class Odd:
    """A design: who rated what, how strongly the later system wins (logits), and what is odd about the table."""

    raters: int
    prompts: int
    systems: int = 2
    lead: float = 0.0
    ties: float = 0.2
    excluded: float = 0.0
    planned: int = 0
    simulated: bool = False
    side: float = 0.0
    uneven: bool = False


DESIGNS = [
    *(
        Odd(r, p, lead=lead)
        for r, p in ((1, 1), (1, 9), (9, 1), (2, 2), (3, 4), (12, 15))
        for lead in (0.0, 0.9, 30.0)
    ),
    *(
        Odd(10, 12, systems=3, lead=lead, planned=planned)
        for lead in (0.0, 0.5, 30.0)
        for planned in (1, 2, 3)
    ),
    *(Odd(8, 8, ties=ties, lead=lead) for ties in (0.0, 1.0) for lead in (0.0, 1.0)),
    *(Odd(8, 8, excluded=share, lead=0.6) for share in (0.3, 1.0)),
    *(Odd(9, 10, simulated=True, lead=lead) for lead in (0.0, 0.8)),
    *(Odd(12, 12, side=side) for side in (0.0, 3.0)),
    *(Odd(9, 12, uneven=True, lead=lead) for lead in (0.0, 0.8)),
    Odd(40, 40, lead=0.0, ties=0.9),
]


def table(design: Odd, seed: int) -> bytes:
    generator = np.random.default_rng(seed)
    names = ["a", "b", "c"][: design.systems]
    pairs = [(one, two) for i, one in enumerate(names) for two in names[i + 1 :]]
    rows = []
    for rater in range(design.raters):
        share = 1.0 if not design.uneven or rater == 0 else 0.2
        for prompt in range(design.prompts):
            for number, pair in enumerate(pairs):
                if generator.random() > share:
                    continue
                swapped = bool(generator.integers(2))
                later = generator.random() < 1 / (1 + np.exp(-design.lead))
                level = 0 if generator.random() < design.ties and design.lead < 30 else 1 if later else -1
                shown = -level if swapped else level
                shown = -1 if design.side and generator.random() < 0.6 else shown
                first, second = pair[::-1] if swapped else pair
                excluded = "failed_gold" if rater < design.excluded * design.raters else ""
                planned = "true" if number < design.planned else "false"
                simulated = "true" if design.simulated else "false"
                rows.append(
                    (
                        "c",
                        f"p{prompt}",
                        first,
                        second,
                        f"r{rater}",
                        shown,
                        "main",
                        excluded,
                        planned,
                        simulated,
                    )
                )
    return as_csv(ROLES, rows)


@pytest.fixture(scope="module", params=enumerate(DESIGNS), ids=lambda given: f"{given[0]}")
def bundle(request: pytest.FixtureRequest) -> Bundle:
    seed, design = request.param
    return analyse_csv(table(design, seed))


def words(bundle: Bundle) -> str:
    html = re.sub(
        r"<style.*?</style>|<svg.*?</svg>", " ", bundle.files["report.html"].decode(), flags=re.DOTALL
    )
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def says_what_its_numbers_say(answer: Answer) -> bool:
    alpha = 0.05
    if answer.verdict == "preferred":
        return answer.p_value < alpha and answer.win_rate > 0.5 and "preferred" in answer.headline
    if answer.verdict == "equivalent":
        return answer.low < 0.5 < answer.high and "equivalent" in answer.headline
    if answer.verdict == "too_few":
        return "Too few" in answer.headline
    return not answer.p_value < alpha and "Not decided" in answer.headline


def test_every_headline_says_what_its_numbers_say(bundle: Bundle) -> None:
    for answer in bundle.findings.answers:
        assert says_what_its_numbers_say(answer), answer.text
        assert answer.win_rate >= 0.5
        assert answer.wins + answer.ties + answer.losses == answer.n
        assert answer.win_rate == pytest.approx((answer.wins + answer.ties / 2) / answer.n)


def test_an_interval_and_its_verdict_do_not_contradict_each_other(bundle: Bundle) -> None:
    for answer in bundle.findings.answers:
        if answer.verdict == "preferred":
            assert answer.low > 0.5, answer.text


def test_a_pair_has_one_verdict_wherever_it_stands(bundle: Bundle) -> None:
    for name, criterion in bundle.results["criteria"].items():
        answers = {frozenset((a.leader, a.other)): a for a in bundle.findings.answers_for(name)}
        for pair in criterion["pairs"]:
            answer = answers[frozenset((pair["system_a"], pair["system_b"]))]
            side = "_b" if answer.leader == pair["system_b"] else "_a"
            assert pair["verdict"] == f"{answer.verdict}{side if answer.verdict == 'preferred' else ''}"


def test_the_five_sentences_count_what_is_there(bundle: Bundle) -> None:
    findings = bundle.findings
    if not findings.answers:
        assert findings.limits == ()
        return
    assert len(findings.limits) == 5
    counted = [int(number) for number in re.findall(r"\d+", findings.limits[0])]
    assert counted[0] == len(findings.answers) == sum(counted[1:])
    undecided = sum(not answer.decided for answer in findings.answers)
    assert ("Every comparison is decided" in findings.limits[3]) == (undecided == 0)
    excluded = findings.facts.main_ratings - findings.facts.kept_ratings
    assert ("No rating was excluded" in findings.limits[4]) == (excluded == 0)


def test_the_report_claims_nothing_that_a_table_cannot_know(bundle: Bundle) -> None:
    text = words(bundle)
    assert not re.search(r"\bblind\b|unadjusted|\bnan\b|tell no two", text)
    assert ("put back" in text) == bool(bundle.findings.facts.exclusions and bundle.findings.criteria)
    assert ("came from a program" in text) == bool(
        bundle.findings.facts.simulated and bundle.findings.criteria
    )
    single = [answer for answer in bundle.findings.answers if len(bundle.findings.answers) == 1]
    assert all("adjusted p" not in answer.detail for answer in single)


def test_a_system_that_wins_every_vote_of_many_is_preferred() -> None:
    bundle = analyse_csv(table(Odd(12, 15, lead=30.0), seed=5))
    (answer,) = bundle.findings.answers
    assert (answer.verdict, answer.share[:4]) == ("preferred", "100%")
    assert answer.low > 0.5
