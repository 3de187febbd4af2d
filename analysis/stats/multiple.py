"""Many tests at once."""

import numpy as np

from analysis.stats.votes import Floats


def holm(p_values: Floats) -> Floats:
    """Holm's (1979) step-down adjusted p-values, [K]; nan entries are left out of the family and stay nan."""
    adjusted = np.full(p_values.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p_values))
    order = tested[np.argsort(p_values[tested], kind="stable")]
    steps = p_values[order] * np.arange(order.size, 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted
