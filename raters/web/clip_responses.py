"""A clip's answer: the same headers and the same number of bytes, whatever is behind it."""

from __future__ import annotations

import logging

from django.conf import settings
from django.http import HttpResponse

from generation.files import storage
from generation.models import Sample

log = logging.getLogger(__name__)


def sound(sample: Sample) -> HttpResponse:
    """The sample's sound, by the proxy where there is one; 503 while the store cannot be read."""
    response = HttpResponse(content_type="audio/wav")
    if settings.ACCEL_REDIRECT:
        response["X-Accel-Redirect"] = settings.ACCEL_REDIRECT + storage.name_of(sample.audio_sha256)
    else:
        try:
            response.content = storage.get(sample.audio_sha256)
        except (storage.SoundMissing, storage.StorageFailed):
            log.exception("sample %s cannot be served", sample.key)
            return HttpResponse(status=503, headers={"Cache-Control": "no-store", "Retry-After": "5"})
        response["Content-Length"] = str(len(response.content))
    response["Cache-Control"] = "no-store"
    return response
