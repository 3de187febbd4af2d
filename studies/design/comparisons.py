"""Which samples are compared with which, how often, and which side begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from studies.design.samples import diversity_prompts, sample_key
from studies.design.seeds import stable_number
from studies.spec.model import Kind, StudySpec


@dataclass(frozen=True, slots=True)
class PlannedComparison:
    """Two systems on one prompt; ``system_a < system_b`` in the alphabet.

    ``samples_a`` and ``samples_b`` are sample keys: one each for ``quality``, a set each for ``diversity``.
    ``ratings`` raters judge it; ``starts_swapped`` says that the first of them gets ``system_b`` as side A.
    """

    key: str
    kind: Kind
    prompt_id: str
    system_a: str
    system_b: str
    samples_a: tuple[str, ...]
    samples_b: tuple[str, ...]
    ratings: int
    starts_swapped: bool


@dataclass(frozen=True, slots=True)
class _Block:
    """The samples ``first`` to ``last - 1`` of one prompt, a side."""

    prompt_id: str
    first: int
    last: int


def planned_comparisons(spec: StudySpec) -> Iterator[PlannedComparison]:
    """Every comparison: sample ``i`` of a system against sample ``i`` of the other, then sets against sets.

    Of the comparisons of two systems of one kind, half start swapped (one more or less when they are odd).
    """
    quality, diversity = list(_quality_blocks(spec)), list(_diversity_blocks(spec))
    for pair in spec.pairs():
        yield from _compared(spec, "quality", pair, quality, spec.design.ratings_per_comparison)
    if spec.diversity is not None:
        for pair in spec.pairs():
            yield from _compared(spec, "diversity", pair, diversity, spec.diversity.ratings_per_comparison)


def _quality_blocks(spec: StudySpec) -> Iterator[_Block]:
    for prompt in spec.prompts:
        for index in range(spec.design.samples_per_prompt):
            yield _Block(prompt.id, index, index + 1)


def _diversity_blocks(spec: StudySpec) -> Iterator[_Block]:
    if spec.diversity is not None:
        for prompt in diversity_prompts(spec):
            yield _Block(prompt.id, 0, spec.diversity.set_size)


def _compared(
    spec: StudySpec, kind: Kind, pair: tuple[str, str], blocks: Iterable[_Block], ratings: int
) -> Iterator[PlannedComparison]:
    a, b = pair
    for place, block in enumerate(blocks):
        yield PlannedComparison(
            key=f"{kind}.{a}.{b}.{block.prompt_id}.{block.first}",
            kind=kind,
            prompt_id=block.prompt_id,
            system_a=a,
            system_b=b,
            samples_a=_keys(a, block),
            samples_b=_keys(b, block),
            ratings=ratings,
            starts_swapped=_starts_swapped(spec.study.seed, kind, pair, place),
        )


def _keys(system: str, block: _Block) -> tuple[str, ...]:
    return tuple(sample_key(system, block.prompt_id, index) for index in range(block.first, block.last))


def _starts_swapped(seed: int, kind: Kind, pair: tuple[str, str], place: int) -> bool:
    """Of each two neighbours one starts swapped, and a stable coin says which."""
    coin = stable_number(seed, "start", kind, *pair, place // 2, bits=1)
    return bool(coin ^ (place % 2))
