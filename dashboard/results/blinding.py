"""Letters instead of systems, for who must not know yet what is compared.

Everything that a blind person sees of results is computed from a table of ratings that has letters in it already, so no
page, figure or file further down could say a name. Letters are in an order that says nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.crypto import salted_hmac

from analysis.findings.monitoring import Contrast
from analysis.stats.votes import Floats
from generation.selectors import SampleCounts
from studies.models import Study

SYSTEMS = ("system_first", "system_second")
SAMPLES = ("samples_first", "samples_second")


@dataclass(frozen=True, slots=True)
class Letters:
    """``by_system``: A, B, ... Z, AA, AB, ... by the system's name."""

    study: int
    by_system: Mapping[str, str]

    def ratings(self, table: bytes) -> bytes:
        """`ratings.csv` with letters; ids that hold a name are replaced, and every other cell stays as it is."""
        rows = csv.DictReader(io.StringIO(table.decode(), newline=""))
        buffer = io.StringIO(newline="")
        writer = csv.DictWriter(buffer, rows.fieldnames or (), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(self._row(row) for row in rows)
        return buffer.getvalue().encode()

    def _row(self, row: dict[str, str]) -> dict[str, str]:
        systems = {name: self.by_system[row[name]] for name in SYSTEMS}
        samples = {name: " ".join(map(self._sample, row[name].split())) for name in SAMPLES}
        # A comparison's id names its systems in the order of the alphabet.
        comparison = _digest(self.study, f"comparison/{row['comparison']}")[:10]
        return row | systems | samples | {"comparison": comparison}

    def _sample(self, key: str) -> str:
        system, _, rest = key.partition(".")
        return f"{self.by_system[system]}.{rest}"

    def counts(self, rows: Iterable[SampleCounts]) -> list[SampleCounts]:
        return sorted((replace(row, name=self.by_system[row.name]) for row in rows), key=lambda row: row.name)

    def contrast(self, contrast: Contrast) -> Contrast:
        """In the order of the letters: that of the names would say which name comes first."""
        one, two = sorted(self.by_system[name] for name in contrast[:2])
        return one, two, contrast[2]

    def blocks(self, blocks: Mapping[Contrast, Floats]) -> dict[Contrast, Floats]:
        """Shares are for the later of the two: where the letters turn a pair round, they are the other's."""
        return {
            self.contrast(contrast): shares if self._keeps_order(contrast) else 1 - shares
            for contrast, shares in blocks.items()
        }

    def _keeps_order(self, contrast: Contrast) -> bool:
        return self.by_system[contrast[0]] < self.by_system[contrast[1]]


def letters_of(study: Study) -> Letters:
    """The same for everybody who is blind in this study, and another order in the next."""
    names = sorted(study.spec["systems"], key=lambda name: _digest(study.pk, f"system/{name}"))
    return Letters(study.pk, {name: _letter(place) for place, name in enumerate(names)})


def _digest(study: int, what: str) -> str:
    return salted_hmac("dashboard.blinding", f"{study}/{what}", algorithm="sha256").hexdigest()


def _letter(place: int) -> str:
    """A to Z, then AA, AB, ..."""
    letter = chr(ord("A") + place % 26)
    return letter if place < 26 else _letter(place // 26 - 1) + letter
