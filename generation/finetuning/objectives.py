"""The two objectives of Diversity-Rewarded CFG Distillation (Cideron et al., arXiv 2410.06084)."""

from __future__ import annotations

import torch
from torch import Tensor

from generation.decoding import guide, only_legal

FLOOR = -12.0
"""Teacher log-probabilities below this count as this: where guidance makes a token all but impossible, the
divergence would otherwise be governed by how impossible."""


def legal_log_probabilities(logits: Tensor, legal: Tensor | None) -> Tensor:
    """Log-probabilities over the legal tokens; minus infinity elsewhere."""
    return (logits if legal is None else only_legal(logits, legal)).log_softmax(dim=-1)


def guided_log_probabilities(
    conditional: Tensor, unconditional: Tensor, scale: float, legal: Tensor | None
) -> Tensor:
    """What the teacher would draw from: guidance on the logits, then the same mask as in decoding."""
    return legal_log_probabilities(guide(conditional, unconditional, scale), legal)


def divergence(student: Tensor, teacher: Tensor) -> Tensor:
    """KL(student || teacher) in nats at every position ``[...]``, from log-probabilities ``[..., V]``.

    Exact over the alphabet, not estimated from the token drawn. Tokens impossible for the student add nothing.
    """
    possible = student.isfinite()
    surprise = student.masked_fill(~possible, 0.0) - teacher.clamp(min=FLOOR)
    return (student.exp() * surprise.masked_fill(~possible, 0.0)).sum(dim=-1)


def log_likelihood(log_probabilities: Tensor, tokens: Tensor, counted: Tensor) -> Tensor:
    """``[B]``: the log-probability of each sample, from ``[B, T, ..., V]`` and tokens ``[B, T, ...]``."""
    chosen = log_probabilities.gather(-1, tokens.unsqueeze(-1)).squeeze(-1)
    return chosen.masked_fill(~counted, 0.0).flatten(1).sum(dim=1)


def rewards(distances: Tensor) -> Tensor:
    """``[G, K]``: each sample's mean distance to the K - 1 others of its prompt, from ``[G, K, K]``."""
    return _without_diagonal(distances).sum(dim=-1) / (distances.shape[-1] - 1)


def advantages(distances: Tensor) -> Tensor:
    """``[G, K]``: reward minus a baseline that the sample has no part in.

    The baseline of sample i is the mean distance between the *other* samples of the same prompt (0 where
    there is one other only): independent of i given the prompt, so the gradient stays unbiased.
    """
    count = distances.shape[-1]
    reward = rewards(distances)
    if count < 3:
        return reward
    total = _without_diagonal(distances).sum(dim=(-2, -1)).unsqueeze(-1)
    others = total - 2 * (count - 1) * reward
    return reward - others / ((count - 1) * (count - 2))


def diversity_surrogate(weights: Tensor, log_likelihoods: Tensor) -> Tensor:
    """A number whose gradient is an unbiased estimate of that of the expected mean distance of two samples.

    REINFORCE (Williams, 1992) on the mean over the pairs of a prompt: each sample stands in two of the K
    places of a pair, hence the factor 2. ``weights``: the samples' ``advantages``, [B] like the likelihoods.
    """
    return 2.0 * (weights.detach() * log_likelihoods).mean()


def cosine_distances(embeddings: Tensor, group: int) -> Tensor:
    """``1 - cosine`` within groups: ``[G, group, group]`` from embeddings ``[G * group, D]``."""
    unit = torch.nn.functional.normalize(embeddings, dim=-1).view(-1, group, embeddings.shape[-1])
    return 1.0 - unit @ unit.transpose(1, 2)


def _without_diagonal(distances: Tensor) -> Tensor:
    return distances - torch.diag_embed(distances.diagonal(dim1=-2, dim2=-1))
