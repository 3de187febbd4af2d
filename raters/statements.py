"""The statements of a rater's requests, for PostgreSQL and SQLite alike.

Only names of our own tables and columns are put into them; every value is a parameter.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from raters.models import Assignment, Comparison, Rater, Session
from raters.rows import Columns
from studies.models import Prompt, Study

SESSION = Columns(Session, "s")
RATER = Columns(Rater, "r")
STUDY = Columns(Study, "t", only=("id", "slug", "title", "state", "sha256"))
ASSIGNMENT = Columns(Assignment, "a")
TAKEN = Columns(Assignment)
COMPARISON = Columns(Comparison, "c", only=("id", "kind"))
PROMPT = Columns(Prompt, "p", only=("id", "text"))

VISIT = f"""
SELECT {SESSION.sql}, {RATER.sql}, {STUDY.sql}
FROM raters_session s JOIN raters_rater r ON r.id = s.rater_id JOIN studies_study t ON t.id = r.study_id
WHERE s.key = %s AND t.slug = %s
"""

_WHAT_IS_ASKED = f"""
SELECT {ASSIGNMENT.sql}, {COMPARISON.sql}, {PROMPT.sql}
FROM raters_assignment a JOIN raters_comparison c ON c.id = a.comparison_id JOIN studies_prompt p ON p.id = c.prompt_id
"""
BY_KEY = _WHAT_IS_ASKED + "WHERE a.key = %s AND a.rater_id = %s"
HELD = _WHAT_IS_ASKED + "WHERE a.rater_id = %s AND a.state = 'assigned'"

STANDING = """
SELECT role, state, swapped, count(*) FROM raters_assignment WHERE rater_id = %s GROUP BY role, state, swapped
"""


def _first(swapped: str, lock: str) -> str:
    """The first waiting row of one orientation that this rater was not given yet, through `assignment_next`."""
    return f"""SELECT * FROM (
    SELECT w.id, w.round, w.swapped, w."order" FROM raters_assignment w
    WHERE w.study_id = %(study)s AND w.state = 'waiting' AND w.swapped = {swapped} AND NOT EXISTS (
      SELECT 1 FROM raters_assignment mine
      WHERE mine.comparison_id = w.comparison_id AND mine.rater_id = %(rater)s AND mine.role = 'main')
    ORDER BY w.round, w."order" LIMIT 1 {lock}) AS {"swapped" if swapped == "TRUE" else "straight"}"""


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

CLAIM_PROMISED = _take("id = %(row)s AND study_id = %(study)s")

# Locks the row until the transaction ends, as every update does.
RENEW = f"""
UPDATE raters_assignment SET leased_until = %s WHERE id = %s AND rater_id = %s AND state = 'assigned'
RETURNING {TAKEN.sql}
"""
HEAR = "UPDATE raters_assignment SET heard = %s WHERE id = %s RETURNING id"

CLOSE = """
UPDATE raters_assignment SET state = 'submitted', submitted_at = %(now)s, response_ms = %(response_ms)s,
  switches = %(switches)s, played_first_ms = %(played_first_ms)s, played_second_ms = %(played_second_ms)s
WHERE id = %(id)s AND rater_id = %(rater)s AND state = 'assigned' RETURNING id
"""


@lru_cache(maxsize=32)
def rate(criteria: int) -> str:
    """Write or overwrite the answers to so many criteria; a score alone leaves the other side's as it was."""
    places = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * criteria)
    return f"""
INSERT INTO raters_rating AS old (assignment_id, criterion, preference, score_first, score_second, answered_at)
VALUES {places}
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


def assignment_from(row: Sequence[Any]) -> Assignment:
    """A row of `BY_KEY`, `HELD` or `CLAIM`: the assignment with its comparison and prompt."""
    middle = len(ASSIGNMENT) + len(COMPARISON)
    comparison = COMPARISON.read(row[len(ASSIGNMENT) : middle])
    comparison.prompt = PROMPT.read(row[middle:])
    assignment = ASSIGNMENT.read(row[: len(ASSIGNMENT)])
    assignment.comparison = comparison
    return assignment
