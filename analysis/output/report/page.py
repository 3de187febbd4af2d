"""`report.html`: one file, no network, no script. The answer first, then the figures, then everything else."""

from collections.abc import Sequence
from html import escape

from analysis.findings.answers import Answer
from analysis.findings.bundle import Bundle, Figure
from analysis.output.report.html import bullets, paragraph, section, tag
from analysis.output.report.style import STYLE, STYLE_SOURCE
from analysis.output.report.tables import agreement_table, criterion_tables, diagnostics_table, raters_table
from analysis.output.results_json import versions
from analysis.settings import Settings
from analysis.stats.ranking import Contrasts

MOST_ANSWERS = 12


def report_page(bundle: Bundle, settings: Settings) -> bytes:
    """The whole report as UTF-8 HTML."""
    title = f"{bundle.facts.study}: results" if bundle.facts.study else "Results"
    parts = [
        _top(title, bundle),
        _planned(bundle),
        _answers(bundle),
        *(_criterion(bundle, name) for name in bundle.criteria),
    ]
    parts += [
        _planes(bundle),
        _quality(bundle),
        _warnings(bundle),
        _methods(bundle),
        _settings(bundle, settings),
    ]
    return (_head(title) + tag("body", tag("main", "\n".join(parts))) + "\n</html>\n").encode()


def _head(title: str) -> str:
    policy = (
        f"default-src 'none'; style-src {STYLE_SOURCE}; img-src data:; base-uri 'none'; form-action 'none'"
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n"
    )


def _top(title: str, bundle: Bundle) -> str:
    return (
        tag("h1", escape(title))
        + paragraph(who_rated(bundle), "lead faint")
        + _banner(bundle)
        + _contents(bundle)
    )


def who_rated(bundle: Bundle) -> str:
    """One sentence: what was asked, who rated, what was excluded."""
    facts = bundle.facts
    if not bundle.criteria:
        return "No rating has been given yet."
    names = ", ".join(name.replace("_", " ") for name in bundle.criteria)
    text = (
        f"{facts.raters} raters compared {len(facts.systems)} systems on {facts.prompts} prompts: "
        f"{facts.kept_ratings:,} "
        f"ratings of {names}."
    )
    excluded = facts.main_ratings - facts.kept_ratings
    if not excluded:
        return text + " None were excluded."
    rules = ", ".join(f"{code}: {count}" for code, count in facts.exclusions.items())
    return f"{text} {excluded:,} more were excluded under pre-declared rules ({rules})."


def _banner(bundle: Bundle) -> str:
    notice = next((warning for warning in bundle.warnings if warning.code == "simulated_ratings"), None)
    if notice is None:
        return ""
    return tag("div", tag("strong", "Simulated ratings") + escape(notice.text), "banner")


def _contents(bundle: Bundle) -> str:
    links = [("planned", "Planned contrasts")] if bundle.planned else []
    links += [("answers", "Answers"), *((_anchor(name), name.replace("_", " ")) for name in bundle.criteria)]
    links += [("planes", "Quality and diversity")] if bundle.planes else []
    links += [("quality", "Data quality"), ("methods", "Methods")]
    return tag("nav", "".join(f'<a href="#{escape(anchor)}">{escape(words)}</a>' for anchor, words in links))


def _anchor(criterion: str) -> str:
    return "criterion-" + criterion.replace(" ", "-")


def _planned(bundle: Bundle) -> str:
    if not bundle.planned:
        return ""
    note = paragraph(
        "Declared before anybody rated, and adjusted for each other only. Everything below was not declared.",
        "faint",
    )
    listed = tag("article", _listed(bundle.planned))
    return section("Planned contrasts", listed + note, anchor="planned")


def _answers(bundle: Bundle) -> str:
    if not bundle.answers:
        return section(
            "Answers", paragraph("There is nothing to say before the first rating."), anchor="answers"
        )
    cards = tag("div", "".join(_criterion_answers(bundle, name) for name in bundle.criteria), "cards")
    note = paragraph(
        "In brackets: the interval for a new rater on a new prompt. Decided: the adjusted test rejects no preference.",
        "faint",
    )
    return section("Answers", cards + note, anchor="answers")


def _criterion_answers(bundle: Bundle, criterion: str) -> str:
    answers = [answer for answer in bundle.answers if answer.criterion == criterion]
    decided = [answer for answer in answers if answer.decided]
    parts = [tag("h3", escape(criterion.replace("_", " ").capitalize()))]
    if decided:
        parts.append(_listed(decided))
    else:
        parts.append(paragraph("These ratings tell no two systems apart.", "none"))
    if len(answers) > 1:
        parts.append(paragraph(_on_one_scale(bundle.criteria[criterion].ranking.contrasts, bundle), "faint"))
    undecided = [answer for answer in answers if not answer.decided]
    if undecided:
        summary = f"{len(undecided)} {'pair' if len(undecided) == 1 else 'pairs'} not decided"
        parts.append(tag("details", tag("summary", summary) + _listed(undecided)))
    return tag("article", "".join(parts))


def _on_one_scale(contrasts: Contrasts, bundle: Bundle) -> str:
    total = len(contrasts.pairs)
    if total == 0:
        return "The systems cannot be put on one scale; see the warnings."
    decided = int((contrasts.p_holm < 1 - bundle.results["settings"]["confidence"]).sum())
    return f"On one scale, using all ratings together, {decided} of {total} contrasts are decided."


def _listed(answers: Sequence[Answer]) -> str:
    items = "".join(
        tag("li", _answer(answer), "decided" if answer.decided else "") for answer in answers[:MOST_ANSWERS]
    )
    rest = len(answers) - MOST_ANSWERS
    more = paragraph(f"{rest} more are in the table below.", "faint") if rest > 0 else ""
    return tag("ul", items, "answers") + more


def _answer(answer: Answer) -> str:
    return escape(answer.headline) + tag("small", escape(answer.detail))


def figures_html(figures: list[Figure]) -> str:
    """Figures in a grid, each with its caption and the name of its data file."""
    cards = [
        tag(
            "figure",
            figure.svg + tag("figcaption", f"{escape(figure.caption)} Data: {escape(figure.data_file)}."),
        )
        for figure in figures
    ]
    return tag("div", "\n".join(cards), "figures")


def _criterion(bundle: Bundle, criterion: str) -> str:
    figures = [figure for figure in bundle.figures if figure.criterion == criterion]
    content = figures_html(figures) + criterion_tables(bundle.criteria[criterion])
    return section(criterion.replace("_", " ").capitalize(), content, anchor=_anchor(criterion))


def _planes(bundle: Bundle) -> str:
    figures = [figure for figure in bundle.figures if figure.kind == "plane"]
    return section("Quality and diversity", figures_html(figures), anchor="planes") if figures else ""


def _quality(bundle: Bundle) -> str:
    figures = [figure for figure in bundle.figures if not figure.criterion]
    content = (
        figures_html(figures) + agreement_table(bundle) + diagnostics_table(bundle) + raters_table(bundle)
    )
    return section("Data quality", content, anchor="quality")


def _warnings(bundle: Bundle) -> str:
    if not bundle.warnings:
        return ""
    return section("Warnings", bullets(warning.text for warning in bundle.warnings), anchor="warnings")


def _methods(bundle: Bundle) -> str:
    text = "".join(paragraph(words) for words in bundle.methods)
    return section(
        "Methods, ready to paste",
        text + tag("h3", "References") + bullets(bundle.references),
        anchor="methods",
    )


def _settings(bundle: Bundle, settings: Settings) -> str:
    facts = {
        "Rows": f"{bundle.facts.rows:,}",
        "SHA-256 of the table": str(bundle.results["input"]["sha256"]),
        "Seed": str(settings.seed),
        "Confidence": f"{settings.confidence:g}",
        "Bootstrap resamples": str(settings.bootstraps),
        **{f"{name} version": version for name, version in versions().items()},
    }
    return section(
        "Settings", bullets(f"{name}: {value}" for name, value in facts.items()), anchor="settings"
    )
