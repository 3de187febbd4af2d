"""What every request of a rater asks, for PostgreSQL and SQLite alike.

Only names of our own tables and columns are put into the statements; every value is a parameter.
"""

from __future__ import annotations

from raters.sql.rows import ASSIGNMENT, COMPARISON, PROMPT, RATER, SAMPLE, SESSION, STUDY

_SESSION_COLUMNS = f"{SESSION.sql}, {RATER.sql}, {STUDY.sql}"
_SESSION_TABLES = (
    "raters_session s JOIN raters_rater r ON r.id = s.rater_id JOIN studies_study t ON t.id = r.study_id"
)
_TASK_COLUMNS = f"{ASSIGNMENT.sql}, {COMPARISON.sql}, {PROMPT.sql}"
_TASK_JOINS = "JOIN raters_comparison c ON c.id = a.comparison_id JOIN studies_prompt p ON p.id = c.prompt_id"

SESSION_BY_KEY = f"SELECT {_SESSION_COLUMNS} FROM {_SESSION_TABLES} WHERE s.key = %s AND t.slug = %s"

SESSION_AND_TASK_BY_KEYS = f"""
SELECT {_SESSION_COLUMNS}, {_TASK_COLUMNS}
FROM {_SESSION_TABLES} JOIN raters_assignment a ON a.rater_id = r.id {_TASK_JOINS}
WHERE s.key = %s AND t.slug = %s AND a.key = %s
"""

TASK_UNDER_WAY = f"""
SELECT {_TASK_COLUMNS} FROM raters_assignment a {_TASK_JOINS} WHERE a.rater_id = %s AND a.state = 'assigned'
"""

SAMPLES_OF_COMPARISON = f"""
SELECT member.side, {SAMPLE.sql}
FROM raters_comparisonsample member JOIN generation_sample x ON x.id = member.sample_id
WHERE member.comparison_id = %s ORDER BY member.side, member.number
"""

ASSIGNMENT_COUNTS = """
SELECT role, state, swapped, count(*) FROM raters_assignment WHERE rater_id = %s GROUP BY role, state, swapped
"""


def first_waiting(swapped: str, lock: str, *, most: int = 1) -> str:
    """The first waiting rows of one orientation that this rater was not given yet, through `assignment_next`."""
    return f"""SELECT * FROM (
    SELECT w.id, w.round, w.swapped, w."order", w.comparison_id FROM raters_assignment w
    WHERE w.study_id = %(study)s AND w.state = 'waiting' AND w.swapped = {swapped} AND NOT EXISTS (
      SELECT 1 FROM raters_assignment mine
      WHERE mine.comparison_id = w.comparison_id AND mine.rater_id = %(rater)s AND mine.role = 'main')
    ORDER BY w.round, w."order" LIMIT {most} {lock}) AS {"swapped" if swapped == "TRUE" else "straight"}"""


# How many of the waiting pairs of an orientation are looked at: several times the raters of a busy study.
SPREAD = 32
NEXT_WAITING = f"""
SELECT id, round, swapped, comparison_id FROM (
  {first_waiting("FALSE", "", most=SPREAD)} UNION ALL {first_waiting("TRUE", "", most=SPREAD)}) AS first
ORDER BY round, swapped, "order"
"""
