"""Clips that somebody else made: a folder and its manifest, as good a system as any model."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from generation.audio import AudioRejected, read_foreign_audio
from generation.backends.base import BackendRefused, Capabilities, Clip, SampleRequest
from generation.files.manifests import Entry, read_manifest
from studies.spec import StudyRefused


class FolderBackend:
    """Serves finished clips by prompt and place. What the file was is recorded with the sample."""

    capabilities = Capabilities(prompt=False)

    def __init__(self, manifest: Path, entries: Sequence[Entry]) -> None:
        self.manifest = manifest
        self.entries = {(entry.prompt_id, entry.place): entry for entry in entries}

    @classmethod
    def prepare(cls, config: Mapping[str, object], *, folder: Path, device: str) -> FolderBackend:
        """Read the manifest. Raises BackendRefused when it is gone or has changed its form since the launch."""
        manifest = folder / str(config["manifest"])
        try:
            return cls(manifest, read_manifest(manifest))
        except StudyRefused as refused:
            raise BackendRefused(str(refused)) from refused

    def provenance(self) -> Mapping[str, object]:
        return {"backend": "folder", "manifest": self.manifest.name}

    def generate(self, requests: Sequence[SampleRequest]) -> list[Clip]:
        """The clips asked for. Raises BackendRefused for one that is gone, AudioRejected for one that is no sound."""
        return [self._clip(request) for request in requests]

    def _clip(self, request: SampleRequest) -> Clip:
        entry = self.entries.get((request.prompt_id, request.index))
        if entry is None:
            raise BackendRefused(
                f"{self.manifest.name}: no clip {request.index} of prompt {request.prompt_id!r}",
                code="clip_missing",
            )
        try:
            data = entry.path.read_bytes()
        except OSError as error:
            raise BackendRefused(
                f"{self.manifest.name} line {entry.line}: {error}", code="clip_missing"
            ) from error
        try:
            audio, rate = read_foreign_audio(data)
        except AudioRejected as rejected:
            text = f"{self.manifest.name} line {entry.line}, {entry.path.name}: {rejected.message}"
            raise AudioRejected(rejected.code, text) from rejected
        notes = {
            "file": entry.path.name,
            "file_sha256": hashlib.sha256(data).hexdigest(),
            "file_rate": rate,
            "file_channels": audio.shape[0],
            "file_seed": entry.seed,
        }
        return Clip(audio, rate, notes)

    def release(self) -> None:
        """Nothing is held."""
