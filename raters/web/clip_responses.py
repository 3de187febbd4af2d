"""A clip's answer: the same headers and the same number of bytes, whatever is behind it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from generation.files import compressed, storage
from generation.models import Sample

WAV, FLAC = "audio/wav", "audio/flac"
log = logging.getLogger(__name__)


def sound(request: HttpRequest, sample: Sample, together: Sequence[Sample]) -> HttpResponse:
    """The sample's sound, by the proxy where there is one; 503 while the store cannot be read.

    As FLAC where the browser asks for it by name, padded to the size of the longest of the samples heard ``together``.
    """
    kind = request.get_preferred_type([WAV, FLAC]) or WAV
    response = HttpResponse(content_type=kind)
    try:
        size = compressed.common_size(tuple(each.audio_sha256 for each in together)) if kind == FLAC else 0
        _fill(response, sample.audio_sha256, size)
    except (storage.SoundMissing, storage.StorageFailed):
        log.exception("sample %s cannot be served", sample.key)
        return HttpResponse(status=503, headers={"Cache-Control": "no-store", "Retry-After": "5"})
    response["Cache-Control"] = "no-store"
    response["Vary"] = "Accept"
    return response


def _fill(response: HttpResponse, digest: str, size: int) -> None:
    """``size``: that of the FLAC file, or 0 for the WAV file."""
    if settings.ACCEL_REDIRECT:
        name = compressed.store_padded(digest, size) if size else storage.name_of(digest)
        response["X-Accel-Redirect"] = settings.ACCEL_REDIRECT + name
    else:
        response.content = compressed.padded(digest, size) if size else storage.get(digest)
        response["Content-Length"] = str(len(response.content))
