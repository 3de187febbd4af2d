"""The statements of a rater's requests, for PostgreSQL and SQLite alike.

Only names of our own tables and columns are put into them; every value is a parameter.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from generation.models import Sample
from raters.models import Assignment, Comparison, Rater, Session
from raters.sql.fetching import Columns
from studies.models import Prompt, Study

SESSION = Columns(Session, "s")
RATER = Columns(Rater, "r")
STUDY = Columns(Study, "t", only=("id", "slug", "title", "state", "sha256"))
ASSIGNMENT = Columns(Assignment, "a")
TAKEN = Columns(Assignment)
COMPARISON = Columns(Comparison, "c", only=("id", "kind"))
PROMPT = Columns(Prompt, "p", only=("id", "text"))
SAMPLE = Columns(Sample, "x", only=("id", "key", "audio_sha256"))

_WHO = f"{SESSION.sql}, {RATER.sql}, {STUDY.sql}"
_WHOSE = "raters_session s JOIN raters_rater r ON r.id = s.rater_id JOIN studies_study t ON t.id = r.study_id"
_WHAT = f"{ASSIGNMENT.sql}, {COMPARISON.sql}, {PROMPT.sql}"
_OF_WHAT = "JOIN raters_comparison c ON c.id = a.comparison_id JOIN studies_prompt p ON p.id = c.prompt_id"

VISIT = f"SELECT {_WHO} FROM {_WHOSE} WHERE s.key = %s AND t.slug = %s"
TASK_VISIT = f"""
SELECT {_WHO}, {_WHAT} FROM {_WHOSE} JOIN raters_assignment a ON a.rater_id = r.id {_OF_WHAT}
WHERE s.key = %s AND t.slug = %s AND a.key = %s
"""
HELD = f"SELECT {_WHAT} FROM raters_assignment a {_OF_WHAT} WHERE a.rater_id = %s AND a.state = 'assigned'"

PLACES = f"""
SELECT place.side, {SAMPLE.sql} FROM raters_comparisonsample place JOIN generation_sample x ON x.id = place.sample_id
WHERE place.comparison_id = %s ORDER BY place.side, place.number
"""

STANDING = """
SELECT role, state, swapped, count(*) FROM raters_assignment WHERE rater_id = %s GROUP BY role, state, swapped
"""


def _first(swapped: str, lock: str, *, most: int = 1) -> str:
    """The first waiting rows of one orientation that this rater was not given yet, through `assignment_next`."""
    return f"""SELECT * FROM (
    SELECT w.id, w.round, w.swapped, w."order", w.comparison_id FROM raters_assignment w
    WHERE w.study_id = %(study)s AND w.state = 'waiting' AND w.swapped = {swapped} AND NOT EXISTS (
      SELECT 1 FROM raters_assignment mine
      WHERE mine.comparison_id = w.comparison_id AND mine.rater_id = %(rater)s AND mine.role = 'main')
    ORDER BY w.round, w."order" LIMIT {most} {lock}) AS {"swapped" if swapped == "TRUE" else "straight"}"""


def _take(which: str) -> str:
    """Give a waiting row to a rater whose rows are still as many as they were."""
    return f"""
UPDATE raters_assignment SET state = 'assigned', rater_id = %(rater)s, session_id = %(session)s, key = %(key)s,
  position = %(past)s + 1, assigned_at = %(now)s, leased_until = %(until)s
WHERE state = 'waiting'
  AND (SELECT count(*) FROM raters_assignment past WHERE past.rater_id = %(rater)s) = %(past)s
  AND {which}
RETURNING {TAKEN.sql},
  comparison_id, (SELECT kind FROM raters_comparison c WHERE c.id = comparison_id),
  (SELECT prompt_id FROM raters_comparison c WHERE c.id = comparison_id),
  (SELECT text FROM raters_comparison c JOIN studies_prompt p ON p.id = c.prompt_id WHERE c.id = comparison_id)
"""


def _claim(lock: str) -> str:
    return _take(f"""id = (
    SELECT id FROM ({_first("FALSE", lock)} UNION ALL {_first("TRUE", lock)}) AS first
    ORDER BY round, CASE WHEN swapped = %(unwanted)s THEN 1 ELSE 0 END, "order" LIMIT 1)""")


CLAIM = {"postgresql": _claim("FOR UPDATE OF w SKIP LOCKED"), "sqlite": _claim("")}

# How many of the waiting pairs of an orientation are looked at: several times the raters of a busy study.
SPREAD = 32
FORESEE = f"""
SELECT id, round, swapped, comparison_id FROM (
  {_first("FALSE", "", most=SPREAD)} UNION ALL {_first("TRUE", "", most=SPREAD)}) AS first
ORDER BY round, swapped, "order"
"""

CLAIM_PROMISED = _take("id = %(row)s AND study_id = %(study)s")

# Any sign of life keeps the pair: its lease begins anew.
KEEP = """
UPDATE raters_assignment SET leased_until = %s WHERE id = %s AND rater_id = %s AND state = 'assigned' RETURNING id
"""

HEAR = """
UPDATE raters_assignment SET heard = %s, leased_until = %s
WHERE id = %s AND rater_id = %s AND state = 'assigned' AND heard = %s RETURNING id
"""

CLOSE = """
UPDATE raters_assignment SET response_ms = %s, played_first_ms = %s, played_second_ms = %s, switches = %s,
  state = 'submitted', submitted_at = %s
WHERE id = %s AND rater_id = %s AND state = 'assigned' RETURNING id
"""


@lru_cache(maxsize=32)
def answers(criteria: int, *, change: str = "") -> str:
    """Write or overwrite the answers to so many criteria; a score alone leaves the other side's as it was.

    With ``change`` (only PostgreSQL can) an assignment is changed by the same statement: both happen, or neither.
    """
    rows = ", ".join(["(%s, CAST(%s AS smallint), CAST(%s AS smallint), CAST(%s AS smallint))"] * criteria)
    return f"""
{f"WITH changed AS ({change})" if change else ""}
INSERT INTO raters_rating AS old (assignment_id, answered_at, criterion, preference, score_first, score_second)
SELECT changed.id, %s, given.*
FROM {"changed" if change else "(SELECT %s AS id) AS changed"} CROSS JOIN (VALUES {rows}) AS given
WHERE TRUE
ON CONFLICT (assignment_id, criterion) DO UPDATE SET
  score_first = COALESCE(excluded.score_first, old.score_first),
  score_second = COALESCE(excluded.score_second, old.score_second),
  preference = COALESCE(excluded.preference, COALESCE(excluded.score_second, old.score_second)
    - COALESCE(excluded.score_first, old.score_first)),
  answered_at = excluded.answered_at
RETURNING id
"""


def visit_from(row: Sequence[Any]) -> Session:
    """A row of `VISIT`: the session with its rater and study."""
    middle = len(SESSION) + len(RATER)
    session, rater = SESSION.read(row[: len(SESSION)]), RATER.read(row[len(SESSION) : middle])
    rater.study = STUDY.read(row[middle:])
    session.rater = rater
    return session


def task_visit_from(row: Sequence[Any]) -> tuple[Session, Assignment]:
    """A row of `TASK_VISIT`."""
    middle = len(SESSION) + len(RATER) + len(STUDY)
    session, assignment = visit_from(row[:middle]), assignment_from(row[middle:])
    assignment.rater = session.rater
    return session, assignment


def assignment_from(row: Sequence[Any]) -> Assignment:
    """A row of `HELD` or `CLAIM`: the assignment with its comparison and prompt."""
    middle = len(ASSIGNMENT) + len(COMPARISON)
    comparison = COMPARISON.read(row[len(ASSIGNMENT) : middle])
    comparison.prompt = PROMPT.read(row[middle:])
    assignment = ASSIGNMENT.read(row[: len(ASSIGNMENT)])
    assignment.comparison = comparison
    return assignment
