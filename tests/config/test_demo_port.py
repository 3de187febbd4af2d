"""`make demo` where it cannot start: one clear line, and nothing begun."""

from __future__ import annotations

import socket
from pathlib import Path

from tests.house import House


def test_a_port_that_is_taken_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        house = House(tmp_path, {"PUBLIC_URL": f"http://127.0.0.1:{port}"})
        done = house.manage("demo", check=False)
    assert done.returncode == 2
    assert f"port {port} on 127.0.0.1 is taken" in done.stderr
    assert f"make demo PORT={port + 1}" in done.stderr
    assert (tmp_path / "db.sqlite3").stat().st_size == 0
