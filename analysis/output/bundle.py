"""What an analysis hands back: its findings, and the files that are written from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from analysis.findings.all_findings import Findings
from analysis.output.column import Json
from analysis.output.csv_files import CSV_FILES
from analysis.output.figures.all_figures import Figure, figures_of, file_stems
from analysis.output.paper_tables import paper_files
from analysis.output.report.methods import methods_markdown, references_bibtex
from analysis.output.report.page import page_parts, report_page
from analysis.output.results_json import dump, results_of


@dataclass(frozen=True)
class Bundle:
    """All outputs of one analysis. Pages need `findings`, `results` and `parts`; files are made when asked for."""

    findings: Findings

    @cached_property
    def results(self) -> Json:
        """`results.json` as plain data."""
        return results_of(self.findings)

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure, with its SVG for a page."""
        return figures_of(self.findings)

    @cached_property
    def parts(self) -> dict[str, str]:
        """The parts of the report as HTML, for the console's page."""
        return page_parts(self.findings, self.figures)

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """Every file that is computed from `ratings.csv`, by name; each is made when it is first read."""
        findings, figures = self.findings, self.figures
        stems = file_stems(findings.names.in_order(findings.criteria))
        return FilesOnDemand(
            {
                "results.json": lambda: dump(self.results),
                **{name: partial(make, findings) for name, make in CSV_FILES.items()},
                **paper_files(findings, stems),
                **{name: make for figure in figures for name, make in figure.files().items()},
                "methods.md": lambda: methods_markdown(findings),
                "references.bib": references_bibtex,
                "report.html": lambda: report_page(findings, figures),
            }
        )


class FilesOnDemand(Mapping[str, bytes]):
    """Files by name, made when first read: a page shows one of them, and drawing all takes seconds."""

    def __init__(self, makers: Mapping[str, Callable[[], bytes]]) -> None:
        self._makers = makers
        self._made: dict[str, bytes] = {}

    def __getitem__(self, name: str) -> bytes:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write every file under `folder`, made if absent. Files that are there already are replaced."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
