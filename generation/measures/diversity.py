"""How different the clips of a set are, in some embedding."""

from __future__ import annotations

from torch import Tensor


def mean_distance(embeddings: Tensor) -> float:
    """The mean over all pairs of 1 - cosine, of ``[clips, dimensions]`` with unit rows; 0 where all are the same.

    The measure of arXiv 2410.06084 (section 3.2), over every pair of a set. Raises ValueError for fewer than two clips.
    """
    clips = embeddings.shape[0]
    if clips < 2:
        raise ValueError(f"{clips} clips; allowed are two or more")
    cosines = embeddings.double() @ embeddings.double().T
    off_diagonal = float(cosines.sum() - cosines.diagonal().sum()) / (clips * (clips - 1))
    # Rounding may lift the cosine of equal clips above 1.
    return max(0.0, 1.0 - off_diagonal)
