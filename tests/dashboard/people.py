"""Raters of a study, without pages: they take what the policy gives them and answer by taste."""

from __future__ import annotations

from raters.answering.criterion_passes import criteria_asked
from raters.answering.fields import fields_of
from raters.answering.listening_report import ListeningReport
from raters.answering.submission import submit
from raters.assigning.claims import current_or_next
from raters.entering.sessions import finish_session
from raters.models import Assignment, Session
from raters.selectors.reveal import pair_behind
from raters.simulation.taste import Taste, answer, strengths
from studies.models import Study
from studies.selectors import spec_of
from tests.cast import a_session, hear_everything

FACTS = ListeningReport(response_ms=24_000, played_first_ms=1000, played_second_ms=1000, switches=1)


def rate(
    study: Study, *, raters: int, simulated: bool = False, most: int = 1000, effect: float = 1.5
) -> None:
    """``raters`` people come, rate up to ``most`` comparisons each, and prefer systems late in the alphabet."""
    names = [system.name for system in study.systems.all()]
    planted = strengths(names, effect=effect)
    for number in range(raters):
        session = a_session(study, simulated=simulated)
        _sit(session, study, Taste(1, number, planted), most)


def _sit(session: Session, study: Study, taste: Taste, most: int) -> None:
    spec = spec_of(study)
    for _ in range(most):
        assignment = current_or_next(session=session, spec=spec)
        if assignment is None:
            finish_session(session=session)
            return
        hear_everything(assignment)
        answers = _answers(assignment, study, taste)
        submit(assignment=assignment, rater=session.rater, spec=spec, answers=answers, report=FACTS, clips=1)


def _answers(assignment: Assignment, study: Study, taste: Taste) -> dict[str, str]:
    spec, pair = spec_of(study), pair_behind(assignment)
    values = [option.value for option in spec.rating_scale.options]
    return {
        field.name: str(answer(taste.latent(pair, field.criterion), values))
        for field in fields_of(criteria_asked(assignment, spec), spec.rating_scale)
    }
