"""What systems and criteria are called where people read: in figures, tables and sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Names:
    """Id -> name, as the study file gives them, in its order. An id without a name is its own, `_` read as a blank."""

    systems: Mapping[str, str] = field(default_factory=dict)
    criteria: Mapping[str, str] = field(default_factory=dict)

    def system(self, name: str) -> str:
        """What a system is called."""
        return self.systems.get(name, name)

    def criterion(self, name: str) -> str:
        """What a criterion is called."""
        return self.criteria.get(name, name.replace("_", " "))

    def in_order(self, criteria: Iterable[str]) -> list[str]:
        """Ids of criteria in the order of the study file, then in the alphabet."""
        place = {name: index for index, name in enumerate(self.criteria)}
        return sorted(criteria, key=lambda name: (place.get(name, len(place)), name))
