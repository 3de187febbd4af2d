"""What every training run here needs, whatever it trains: files that a kill cannot halve, a log, its picture."""

from generation.learning.figure import Panel
from generation.learning.files import placed
from generation.learning.record import FIGURE, LOG, Record

__all__ = ["FIGURE", "LOG", "Panel", "Record", "placed"]
