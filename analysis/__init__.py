"""Ratings -> statistics, figures, report. `stats/` is pure numpy and scipy; only the exporter knows Django.

The matrices are small, and threads of the linear algebra would mostly wait for each other; one thread also makes
the same bytes on every run. It must be said before numpy is loaded, so it stands here.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

VERSION = "0.1.0"  # of Earwitness; pyproject.toml reads it from here
