"""What gunicorn reads by itself when it is started in this folder."""

from __future__ import annotations

import os
import socket
import struct
from typing import Any

# A request that stands half-sent for this long is given up: without a proxy, a few would hold every thread.
PATIENCE = int(os.environ.get("HALF_SENT_SECONDS", "") or 10)
# Seconds and microseconds, as SO_RCVTIMEO takes them.
_TIMEVAL = struct.pack("ll", PATIENCE, 0)

limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190


def when_ready(server: Any) -> None:  # noqa: ANN401 - gunicorn's Arbiter, which has no types
    """Accepted connections inherit the time-out of the socket that listens."""
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _TIMEVAL)
