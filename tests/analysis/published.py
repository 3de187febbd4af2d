"""Published tables that tests reproduce: data as printed, expected values beside them in the tests."""

from pathlib import Path

import numpy as np
import pytest

from analysis.stats.votes import Floats

BASEBALL_TEAMS = ("Baltimore", "Boston", "Cleveland", "Detroit", "Milwaukee", "New York", "Toronto")
# Agresti, Categorical Data Analysis, table 10.10: home team, away team, home wins, away wins.
BASEBALL = """
Milwaukee,Detroit,4,3 Milwaukee,Toronto,4,2 Milwaukee,New York,4,3 Milwaukee,Boston,6,1 Milwaukee,Cleveland,4,2
Milwaukee,Baltimore,6,0 Detroit,Milwaukee,3,3 Detroit,Toronto,4,2 Detroit,New York,4,3 Detroit,Boston,6,0
Detroit,Cleveland,6,1 Detroit,Baltimore,4,3 Toronto,Milwaukee,2,5 Toronto,Detroit,4,3 Toronto,New York,2,4
Toronto,Boston,4,3 Toronto,Cleveland,4,2 Toronto,Baltimore,6,0 New York,Milwaukee,3,3 New York,Detroit,5,1
New York,Toronto,2,5 New York,Boston,4,3 New York,Cleveland,4,2 New York,Baltimore,6,1 Boston,Milwaukee,5,1
Boston,Detroit,2,5 Boston,Toronto,3,3 Boston,New York,4,2 Boston,Cleveland,5,2 Boston,Baltimore,6,0
Cleveland,Milwaukee,2,5 Cleveland,Detroit,3,3 Cleveland,Toronto,3,4 Cleveland,New York,4,3 Cleveland,Boston,4,2
Cleveland,Baltimore,2,4 Baltimore,Milwaukee,2,5 Baltimore,Detroit,1,5 Baltimore,Toronto,1,6
Baltimore,New York,2,4 Baltimore,Boston,1,6 Baltimore,Cleveland,3,4
"""

JOURNALS = ("Biometrika", "Comm. Statist.", "JASA", "JRSS-B")
# Stigler (1994): row is cited by column.
CITATIONS = np.array([[0, 730, 498, 221], [33, 0, 68, 17], [320, 813, 0, 142], [284, 276, 325, 0]])

# Kousgaard (1984), flutes: fields from 111 against 110 down to 001 against 000; first wins, ties, second wins.
FLUTES_FIRST = (1, 0, 0, 2, 3, 5, 5, 3, 1, 2, 2, 4, 3, 3, 2, 3, 3, 3, 1, 1, 5, 4, 2, 4, 1, 5, 4, 2)
FLUTES_TIES = (1, 1, 1, 2, 1, 0, 0, 0, 2, 1, 1, 1, 1, 0, 0, 0, 2, 1, 0, 1, 0, 0, 0, 1, 2, 0, 1, 2)
FLUTES_SECOND = (3, 4, 4, 1, 1, 0, 0, 2, 2, 2, 2, 0, 1, 2, 3, 2, 0, 1, 4, 3, 0, 1, 3, 0, 2, 0, 0, 1)

NAN = np.nan
# Krippendorff (2011): four coders, twelve units, values 1 to 5.
FOUR_CODERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
)
# Krippendorff (2004): three coders, fifteen units, values 1 to 4.
THREE_CODERS = np.array(
    [
        [NAN, NAN, NAN, NAN, NAN, 3, 4, 1, 2, 1, 1, 3, 3, NAN, 3],
        [1, NAN, 2, 1, 3, 3, 4, 3, NAN, NAN, NAN, NAN, NAN, NAN, NAN],
        [NAN, NAN, 2, 1, 3, 4, 4, NAN, 2, 1, 1, 3, 3, NAN, 4],
    ]
)


def counts_of(coders: Floats, values: Floats) -> Floats:
    """[coders, units] with nan for absent -> [units, values] counts."""
    return np.asarray((coders[:, :, None] == values).sum(axis=0), dtype=np.float64)


def shared_data() -> Path:
    """The folder with the real votes, beside the repository."""
    folder = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    if not (folder / "llmfao.csv").is_file():
        pytest.skip("the real votes (../shared/data/llmfao.csv) are not on this machine")
    return folder
