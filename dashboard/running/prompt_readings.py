"""What the built-in model will take each prompt for: said when a study is planned and applied, not when it is heard."""

from __future__ import annotations

from generation.builtin.text.prompt_reading import read
from studies.spec import StudySpec
from studies.spec.problems import shown
from studies.spec.systems import Builtin

MOST_LINES = 60


def prompt_lines(spec: StudySpec) -> list[str]:
    """A line a prompt, and a warning for each text of which nothing is understood; none without a built-in system."""
    systems = {name: system for name, system in spec.systems.items() if isinstance(system, Builtin)}
    if not systems:
        return []
    readings = {prompt.id: read(prompt.text) for prompt in spec.prompts}
    lines = [f"    {name}: {reading.summary()}" for name, reading in readings.items()]
    more = [f"    and {len(lines) - MOST_LINES} more"] if len(lines) > MOST_LINES else []
    deaf = [f"prompt {name}" for name, reading in readings.items() if reading.asks_for_nothing]
    deaf += [
        f"the negative prompt {shown(system.negative_prompt)} of {name}"
        for name, system in systems.items()
        if system.negative_prompt is not None and not read(system.negative_prompt).concepts
    ]
    return [
        f"  prompts      as the built-in model ({', '.join(systems)}) takes them:",
        *lines[:MOST_LINES],
        *more,
        *(
            f"  warning      {what} is taken for nothing: the model plays as if it were empty"
            for what in deaf
        ),
    ]
