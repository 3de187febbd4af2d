"""`methods.md`: what was done, in the words of a paper, ready to paste; and the references as BibTeX."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.findings.all_findings import Findings
from analysis.findings.answers import counted_words
from analysis.findings.study_description import Section
from analysis.output.results_json import versions
from analysis.stats.notice import Notice


@dataclass(frozen=True)
class Reference:
    """One reference, as text and as BibTeX."""

    key: str
    kind: str
    text: str
    fields: tuple[tuple[str, str], ...]

    @property
    def bibtex(self) -> str:
        """The entry."""
        lines = [f"  {name} = {{{value}}}," for name, value in self.fields]
        return "\n".join([f"@{self.kind}{{{self.key},", *lines, "}"])


def _article(
    key: str, authors: str, year: int, title: str, journal: str, volume: int, pages: str
) -> Reference:
    *others, last = authors.split(" and ")
    shown = f"{', '.join(others)}, & {last}" if others else last
    text = f"{shown} ({year}). {title}. {journal}, {volume}, {pages}."
    fields = (
        ("author", authors), ("year", str(year)), ("title", title), ("journal", journal), ("volume", str(volume)),
        ("pages", pages.replace("-", "--")),
    )  # fmt: skip
    return Reference(key, "article", text, fields)


def _book(key: str, author: str, year: int, title: str, edition: str, publisher: str) -> Reference:
    text = f"{author} ({year}). {title} ({edition} ed.). {publisher}."
    fields = (
        ("author", author), ("year", str(year)), ("title", title), ("edition", edition), ("publisher", publisher),
    )  # fmt: skip
    return Reference(key, "book", text, fields)


REFERENCES: tuple[Reference, ...] = (
    _article(
        "bradley1952rank",
        "Bradley, R. A. and Terry, M. E.",
        1952,
        "Rank analysis of incomplete block designs: I. The method of paired comparisons",
        "Biometrika",
        39,
        "324-345",
    ),
    _article(
        "cameron2011robust",
        "Cameron, A. C. and Gelbach, J. B. and Miller, D. L.",
        2011,
        "Robust inference with multiway clustering",
        "Journal of Business & Economic Statistics",
        29,
        "238-249",
    ),
    Reference(
        "christensen2018cumulative",
        "misc",
        "Christensen, R. H. B. (2018). Cumulative link models for ordinal regression with the R package ordinal.",
        (
            ("author", "Christensen, R. H. B."),
            ("year", "2018"),
            ("title", "Cumulative link models for ordinal regression with the {R} package ordinal"),
        ),
    ),
    _article(
        "davidson1970extending",
        "Davidson, R. R.",
        1970,
        "On extending the Bradley-Terry model to accommodate ties in paired comparison experiments",
        "Journal of the American Statistical Association",
        65,
        "317-328",
    ),
    _book(
        "gwet2014handbook",
        "Gwet, K. L.",
        2014,
        "Handbook of inter-rater reliability",
        "4th",
        "Advanced Analytics",
    ),
    _article(
        "holm1979simple",
        "Holm, S.",
        1979,
        "A simple sequentially rejective multiple test procedure",
        "Scandinavian Journal of Statistics",
        6,
        "65-70",
    ),
    _book(
        "krippendorff2019content",
        "Krippendorff, K.",
        2019,
        "Content analysis: An introduction to its methodology",
        "4th",
        "Sage",
    ),
    _article(
        "schuirmann1987comparison",
        "Schuirmann, D. J.",
        1987,
        "A comparison of the two one-sided tests procedure and the power approach for assessing the equivalence "
        "of average bioavailability",
        "Journal of Pharmacokinetics and Biopharmaceutics",
        15,
        "657-680",
    ),
)


def methods_sections(findings: Findings) -> tuple[Section, ...]:
    """The study as its file describes it, where that is known, then who rated and how the ratings were analysed."""
    if not findings.criteria:
        return (*findings.study.sections, Section("Analysis", ("There was no rating to analyse.",)))
    return (
        *findings.study.sections,
        Section("Ratings", (_ratings(findings),)),
        Section("Analysis", _analysis(findings)),
        Section("Software", (_software(findings),)),
    )


def methods_markdown(findings: Findings) -> bytes:
    """`methods.md`."""
    lines = ["# Methods"]
    for section in methods_sections(findings):
        lines += ["", f"## {section.title}", *(line for text in section.paragraphs for line in ("", text))]
    lines += ["", "## References", "", *(f"- {reference.text}" for reference in REFERENCES)]
    return ("\n".join(lines) + "\n").encode()


def references_bibtex() -> bytes:
    """`references.bib`."""
    return ("\n\n".join(reference.bibtex.replace(" & ", r" \& ") for reference in REFERENCES) + "\n").encode()


def _ratings(findings: Findings) -> str:
    facts, names = findings.facts, findings.names
    criteria = ", ".join(map(names.criterion, names.in_order(findings.criteria)))
    scales = sorted({result.scale for result in findings.criteria.values() if result.scale})
    on = f" on the scale {', '.join(scales)}" if scales else ""
    text = (
        f"{counted_words(facts.raters, 'rater')} compared {counted_words(len(facts.systems), 'system')} in pairs on "
        f"{counted_words(facts.prompts, 'prompt')}, giving {counted_words(facts.kept_ratings, 'rating')} of "
        f"{criteria}{on}. "
    )
    excluded = facts.main_ratings - facts.kept_ratings
    if excluded:
        parts = ", ".join(f"{code} ({count:,})" for code, count in facts.exclusions.items())
        text += (
            f"{counted_words(excluded, 'rating')} by {counted_words(facts.excluded_raters, 'rater')} "
            f"{'was' if excluded == 1 else 'were'} excluded under pre-declared rules: {parts}. "
        )
    else:
        text += "No rating was excluded. "
    if facts.simulated:
        text += f"{counted_words(facts.simulated, 'rating')} came from a program and not from people. "
    return text + "Preferences were oriented by system, whichever side of the screen it was presented on."


def _analysis(findings: Findings) -> tuple[str, ...]:
    fitted = any(not isinstance(result.ordinal, Notice) for result in findings.criteria.values())
    penalised = [
        findings.names.criterion(name)
        for name, result in findings.criteria.items()
        if result.ranking.penalised
    ]
    tests = sum(result.subgroups.tests for result in findings.criteria.values())
    several = any(len(result.pairs.pairs) > 1 for result in findings.criteria.values())
    paragraphs = [
        _win_rates(findings, several=several),
        _ranking(findings, penalised),
        _ORDINAL if fitted else "A cumulative link mixed model could not be fitted to these ratings.",
        _AGREEMENT.format(confidence=f"{100 * findings.settings.confidence:g}%"),
    ]
    if tests:
        paragraphs.append(
            "Subgroups by prompt tag and by group of raters were explored, not planned: "
            f"{counted_words(tests, 'interaction contrast')} (the win rate inside a subgroup minus that of all other "
            "ratings), with two-way cluster-robust variances of the difference, adjusted within a criterion for "
            "all of them after Holm (1979)."
        )
    return tuple(paragraphs)


def _win_rates(findings: Findings, *, several: bool) -> str:
    settings, planned = findings.settings, len(findings.planned)
    adjusted = (
        " Within a criterion, p-values were adjusted for the number of pairs after Holm (1979)."
        if several
        else ""
    )
    if planned == 1:
        adjusted += (
            " One contrast was declared beforehand; alone in its family, its p-value needs no adjustment."
        )
    elif planned:
        adjusted += (
            f" The {planned} contrasts declared beforehand were adjusted among themselves after Holm (1979)."
        )
    return (
        "The primary analysis is the win rate of each pair of systems, ties counted as half a win; mean "
        f"preferences are given beside it. {100 * settings.confidence:g}% intervals and tests treat both raters "
        "and prompts as samples from larger populations: two-way cluster-robust variances (Cameron et al., 2011) with "
        f"small-sample factors G / (G - 1), not below the larger one-way variance, and Student's t on the "
        "logit scale with one degree of freedom less than the effective number of raters or prompts, whichever is "
        f"smaller; where all ratings agree, Wilson's bound for that number.{adjusted} "
        "Two systems are called equivalent where two one-sided tests (Schuirmann, 1987) show the win rate within "
        f"{100 * settings.smallest_effect:g} points of 50%; a pair that is neither preferred nor equivalent is "
        "called not decided, or too few where fewer than three raters or prompts stand behind it, or so few that not "
        "even a unanimous vote could have decided."
    )


def _ranking(findings: Findings, penalised: list[str]) -> str:
    penalty = (
        f" For {', '.join(penalised)} some systems never lost or never won, so half a win was added to each side "
        "of every compared pair, and scores have no intervals."
        if penalised
        else ""
    )
    return (
        "Secondary to it, systems were placed on one scale by the Bradley-Terry model (Bradley & Terry, 1952) "
        "with ties as half wins; scores are on the natural-log scale and sum to zero. Standard errors of scores "
        "and contrasts come from the same two-way sandwich, ranges of ranks from "
        f"{findings.settings.bootstraps:,} bootstrap resamples of raters, to which normal draws of the prompts' "
        "part of the variance were added, widened as Student's t. Davidson's (1970) model, which gives ties a "
        "parameter of their own, was fitted beside it. The advantage of the first-presented side was estimated "
        f"as a term of the Bradley-Terry model.{penalty}"
    )


_AGREEMENT = (
    "Agreement is Krippendorff's (2019) alpha with the ordinal difference function, computed on preferences "
    "oriented by system, with {confidence} jackknife intervals over raters and prompts, and Gwet's (2014) AC2 "
    "with quadratic weights, because many ties pull alpha down."
)

_ORDINAL = (
    "As a check that uses the strength of preferences, we fitted cumulative logit models (Christensen, 2018) "
    "with thresholds symmetric about no preference and crossed random tastes of raters and of prompts for each "
    "system, by the Laplace approximation, with t intervals."
)


def _software(findings: Findings) -> str:
    used = ", ".join(f"{name} {version}" for name, version in versions().items())
    return (
        f"Everything was computed from one table of {findings.facts.rows:,} rows (SHA-256 "
        f"{findings.facts.sha256}) with the seed {findings.settings.seed}: {used}."
    )
