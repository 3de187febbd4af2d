"""What a rater's requests change, for PostgreSQL and SQLite alike.

Only names of our own tables and columns are put into the statements; every value is a parameter.
"""

from __future__ import annotations

from functools import lru_cache

from raters.sql.reads import first_waiting
from raters.sql.rows import CLAIMED_ASSIGNMENT


def claim_statement(which: str) -> str:
    """Give the waiting row ``which`` to a rater whose rows are still as many as they were."""
    return f"""
UPDATE raters_assignment SET state = 'assigned', rater_id = %(rater)s, session_id = %(session)s, key = %(key)s,
  position = %(past)s + 1, assigned_at = %(now)s, leased_until = %(until)s
WHERE state = 'waiting'
  AND (SELECT count(*) FROM raters_assignment past WHERE past.rater_id = %(rater)s) = %(past)s
  AND {which}
RETURNING {CLAIMED_ASSIGNMENT.sql},
  comparison_id, (SELECT kind FROM raters_comparison c WHERE c.id = comparison_id),
  (SELECT prompt_id FROM raters_comparison c WHERE c.id = comparison_id),
  (SELECT text FROM raters_comparison c JOIN studies_prompt p ON p.id = c.prompt_id WHERE c.id = comparison_id)
"""


def claim_first_statement(lock: str) -> str:
    """Give the first waiting row; among equals, one of the orientation that is not ``unwanted``."""
    return claim_statement(f"""id = (
    SELECT id FROM ({first_waiting("FALSE", lock)} UNION ALL {first_waiting("TRUE", lock)}) AS first
    ORDER BY round, CASE WHEN swapped = %(unwanted)s THEN 1 ELSE 0 END, "order" LIMIT 1)""")


CLAIM_FIRST = {
    "postgresql": claim_first_statement("FOR UPDATE OF w SKIP LOCKED"),
    "sqlite": claim_first_statement(""),
}
CLAIM_PREFETCHED = claim_statement("id = %(row)s AND study_id = %(study)s")

# Whatever a rater does with a pair keeps it theirs: its lease begins anew.
EXTEND_LEASE = """
UPDATE raters_assignment SET leased_until = %s WHERE id = %s AND rater_id = %s AND state = 'assigned' RETURNING id
"""

MARK_HEARD = """
UPDATE raters_assignment SET heard = %s, leased_until = %s
WHERE id = %s AND rater_id = %s AND state = 'assigned' AND heard = %s RETURNING id
"""

SUBMIT = """
UPDATE raters_assignment SET response_ms = %s, played_first_ms = %s, played_second_ms = %s, switches = %s,
  state = 'submitted', submitted_at = %s
WHERE id = %s AND rater_id = %s AND state = 'assigned' RETURNING id
"""


@lru_cache(maxsize=32)
def upsert_ratings(criteria: int, *, change: str = "") -> str:
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
