"""What does a task cost the server? Ours and the floor of `benchmarks.serving_floor`, interleaved in one run.

    python -m benchmarks.serving [--rows 1000 1000000] [--clients 1 8 32] [--seconds 3] [--rounds 2]
        [--postgres postgresql://postgres@127.0.0.1:5432/postgres]

One task is "give me the next" and "submit", with the answers to three criteria in the submission: two requests, as a
page is opened and a form sent, and as the floor has it. "One request" is how the pages do it: the answer to a
submission is the next task. "All requests" is all that a browser sends for a task: three answers as they are given,
two clips that were heard to the end, what comes next, its two clips (1 s each), and the submission; nine requests.

gunicorn with 2 gthread workers of 4 threads each, PostgreSQL with a pool, in databases of their own that are dropped
afterwards; all traffic stays on 127.0.0.1. CPU is what the web processes and the database's backends used (/proc),
divided by completed tasks; the load generator is outside. Each size has its own server, and all of them take turns.
A million comparisons take a minute or two to write.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlencode

import psycopg
from psycopg import sql

from benchmarks.serving_floor import TABLES
from benchmarks.serving_rows import TASKS
from benchmarks.small_study import SECONDS, SLUG

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
POSTGRES = f"postgresql://postgres@{HOST}:5432/postgres"
CSRF = "c" * 32
SESSIONS = 9000
PLACES = 60_000  # waiting rows, at least: more than a run can use up
CRITERIA = ("acoustic_quality", "text_adherence", "musicality")
ANSWERS = {
    **dict.fromkeys(CRITERIA, "1"),
    **dict.fromkeys(("switches", "response_ms", "played_ms_A", "played_ms_B"), "1000"),
}
Way = Literal["two requests", "one request", "all requests"]
Work = Callable[[http.client.HTTPConnection], tuple[float, float]]


@dataclass
class Server:
    """One web server with its database. ``hand`` makes a client: a function that does one task."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    database: str
    hand: Callable[[], Work]
    hands: list[Work] = field(default_factory=list)

    def clients(self, count: int) -> list[Work]:
        """The same clients in every turn: a page that was opened in the last one is not paid for again."""
        self.hands += [self.hand() for _ in range(count - len(self.hands))]
        return self.hands[:count]

    def cpu(self, admin: psycopg.Connection) -> float:
        """Seconds that the web processes and the database's backends have used so far."""
        query = "SELECT pid FROM pg_stat_activity WHERE datname = %s"
        backends = [pid for (pid,) in admin.execute(query, [self.database])]
        return sum(map(_seconds, [self.process.pid, *_children(self.process.pid), *backends]))


def _seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@dataclass
class Measured:
    """All turns of one server with one number of clients."""

    tasks: int = 0
    cpu: float = 0.0
    wall: float = 0.0
    next: list[float] = field(default_factory=list)
    submit: list[float] = field(default_factory=list)

    @property
    def cpu_ms(self) -> float:
        return 1000 * self.cpu / self.tasks


@contextmanager
def own_database(admin: psycopg.Connection) -> Iterator[str]:
    name = f"earwitness_serving_{uuid.uuid4().hex[:8]}"
    admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield name
    finally:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def gunicorn(
    application: str, port: int, folder: Path, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """One server of ours or of the floor, stopped when the block ends."""
    words = ["-m", "gunicorn", application, "-b", f"{HOST}:{port}", "-w", "2", "--threads", "4"]
    with (folder / f"{port}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *words, "--no-control-socket", "--keep-alive", "30"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        _wait_for(port, process, folder / f"{port}.log")
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"no server on port {port}:\n{log.read_text()[-2000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def request(
    connection: http.client.HTTPConnection, method: str, path: str, **more: dict[str, str]
) -> tuple[int, bytes]:
    body = urlencode(more["fields"]) if "fields" in more else None
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    connection.request(method, path, body=body, headers=kind | more.get("headers", {}))
    response = connection.getresponse()
    return response.status, response.read()


def floor_hand() -> Work:
    def work(connection: http.client.HTTPConnection) -> tuple[float, float]:
        """One task: seconds for the next pair, and for handing it in."""
        started = time.perf_counter()
        status, body = request(connection, "GET", "/next")
        middle = time.perf_counter()
        assert status == 200, body[:500]
        task = body.decode().strip('{}" ').rpartition(" ")[2]
        status, body = request(connection, "POST", "/submit", fields={"task": task, "value": "1"})
        assert status == 204, body[:500]
        return middle - started, time.perf_counter() - middle

    return work


class Raters:
    """Sessions of ``TASKS`` tasks: whoever has used one up takes the next, as a new person would."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)

    def hand(self, way: Way) -> Callable[[], Work]:
        return lambda: _Rater(self.numbers, way).work


class _Rater:
    def __init__(self, numbers: Iterator[int], way: Way) -> None:
        self.numbers, self.way, self.fragment = numbers, way, way != "two requests"
        self.left, self.page = 0, b""
        self.headers: dict[str, str] = {}

    def work(self, connection: http.client.HTTPConnection) -> tuple[float, float]:
        """One task: seconds for the next pair, and for handing it in."""
        if self.left == 0:
            self._enter()
        started = time.perf_counter()
        if not (self.fragment and self.page):
            self.page = self._expect(200, connection, "GET", f"/s/{SLUG}/task/")
        middle = time.perf_counter()
        found = re.search(rb'data-task-url="([^"]+)"', self.page)
        assert found, self.page[:2000]
        task = found[1].decode()
        answers = ANSWERS | (self._judge(connection, task) if self.way == "all requests" else {})
        status = 200 if self.fragment else 302
        self.page = self._expect(status, connection, "POST", task + "submit/", fields=answers)
        self.left -= 1
        return middle - started, time.perf_counter() - middle

    def _judge(self, connection: http.client.HTTPConnection, task: str) -> dict[str, str]:
        """What a browser sends while its rater listens and judges; what it learned for the submission."""
        for side in "AB":
            heard = {"side": side, "clip": "0", "played_ms": str(1000 * SECONDS)}
            self._expect(204, connection, "POST", task + "heard/", fields=heard)
        for criterion in CRITERIA:
            fields = {"name": criterion, "value": "1"}
            self._expect(204, connection, "POST", task + "answer/", fields=fields)
        coming = json.loads(self._expect(200, connection, "GET", task + "ahead/"))
        for clip in coming["clips"]:
            self._expect(200, connection, "GET", clip["from"])
        return {"promise": coming["promise"]}

    def _enter(self) -> None:
        cookie = f"rater-{SLUG}={next(self.numbers):043d}; csrftoken={CSRF}"
        self.headers = {"Cookie": cookie, "X-CSRFToken": CSRF}
        if self.fragment:
            self.headers["HX-Request"] = "true"
        # The last answer of a session is its thanks, so one task less is asked for.
        self.left, self.page = TASKS - 1, b""

    def _expect(
        self,
        wanted: int,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        **more: dict[str, str],
    ) -> bytes:
        status, body = request(connection, method, path, headers=self.headers, **more)
        assert status == wanted, (path, status, body[-1500:])
        return body


def turn(server: Server, clients: int, seconds: float, admin: psycopg.Connection, into: Measured) -> None:
    """All clients at once for so many seconds; a task that was begun is ended and counted."""
    failed: list[BaseException] = []
    lock = threading.Lock()
    before, started = server.cpu(admin), time.perf_counter()

    def client(work: Work) -> None:
        """Tasks over one connection until the time is up."""
        connection = http.client.HTTPConnection(HOST, server.port, timeout=60)
        try:
            while time.perf_counter() - started < seconds:
                took = work(connection)
                with lock:
                    into.tasks += 1
                    into.next.append(took[0])
                    into.submit.append(took[1])
        except (AssertionError, OSError, http.client.HTTPException) as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=client, args=[work]) for work in server.clients(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise SystemExit(f"{server.name}: {failed[0]!r}")
    into.wall += time.perf_counter() - started
    into.cpu += server.cpu(admin) - before


def percentile(values: list[float], share: float) -> float:
    """In milliseconds."""
    return 1000 * statistics.quantiles(values, n=100, method="inclusive")[round(100 * share) - 1]


def ours(stack: ExitStack, admin: psycopg.Connection, postgres: str, folder: Path, rows: int) -> list[Server]:
    """Our server on ``rows`` comparisons, as three servers to measure: one for each way to do a task."""
    database = stack.enter_context(own_database(admin))
    port = free_port()
    around = {
        **os.environ,
        "DATABASE_URL": postgres.rpartition("/")[0] + "/" + database,
        "EARWITNESS_VAR": str(folder),
        "PUBLIC_URL": f"http://{HOST}:{port}",
        "ALLOWED_HOSTS": HOST,
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    words = [str(rows), str(max(1, PLACES // rows)), str(SESSIONS)]
    subprocess.run(
        [sys.executable, "-m", "benchmarks.serving_rows", *words], cwd=ROOT, env=around, check=True
    )
    process = stack.enter_context(gunicorn("config.wsgi", port, folder, around))
    raters = Raters()
    return [Server(f"{rows:,}, {way}", port, process, database, raters.hand(way)) for way in get_args(Way)]


def floor(stack: ExitStack, admin: psycopg.Connection, postgres: str, folder: Path, rows: int) -> Server:
    database = stack.enter_context(own_database(admin))
    url = postgres.rpartition("/")[0] + "/" + database
    with psycopg.connect(url) as connection:
        connection.execute(TABLES.format(rows=max(rows, 10 * PLACES)).encode())
    port = free_port()
    around = {**os.environ, "FLOOR_DATABASE_URL": url}
    process = stack.enter_context(gunicorn("benchmarks.serving_floor", port, folder, around))
    return Server("floor", port, process, database, floor_hand)


def show(results: dict[tuple[str, int], Measured]) -> None:
    head = "| server | clients | tasks/s | next p50/p95 ms | submit p50/p95 ms | CPU ms/task | of the floor |"
    print(f"{head}\n|---|---|---|---|---|---|---|")
    for (name, clients), one in results.items():
        times = [
            f"{percentile(values, 0.5):.0f}/{percentile(values, 0.95):.0f}"
            for values in (one.next, one.submit)
        ]
        ratio = one.cpu_ms / results["floor", clients].cpu_ms
        rate = f"{one.tasks / one.wall:.0f}"
        print(f"| {name} | {clients} | {rate} | {times[0]} | {times[1]} | {one.cpu_ms:.1f} | {ratio:.1f} |")


def show_growth(results: dict[tuple[str, int], Measured], rows: list[int], clients: list[int]) -> None:
    few, many = (f"{count:,}" for count in (rows[0], rows[-1]))
    for count in clients:
        ends = [results[f"{size}, two requests", count] for size in (few, many)]
        for what in ("next", "submit"):
            small, large = (percentile(getattr(one, what), 0.95) for one in ends)
            print(
                f"{count} clients, {what}: p95 at {many} comparisons is {large / small:.2f} of that at {few}"
            )


def main() -> None:
    """Run both servers in turn, print the table, drop every database."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[1000, 1_000_000], help="comparisons")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--seconds", type=float, default=3.0, help="of one turn")
    parser.add_argument("--rounds", type=int, default=2, help="how often all servers take turns")
    parser.add_argument("--postgres", default=POSTGRES, help="where databases may be created")
    wishes = parser.parse_args()
    results: dict[tuple[str, int], Measured] = defaultdict(Measured)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="earwitness-serving-")))
        admin = stack.enter_context(psycopg.connect(wishes.postgres, autocommit=True))
        servers = [floor(stack, admin, wishes.postgres, folder, wishes.rows[-1])]
        for rows in wishes.rows:
            servers += ours(stack, admin, wishes.postgres, folder, rows)
        for server in servers:
            turn(server, 4, 1.0, admin, Measured())
        for clients in wishes.clients * wishes.rounds:
            for server in servers:
                turn(server, clients, wishes.seconds, admin, results[server.name, clients])
        show(dict(results))
        show_growth(results, wishes.rows, wishes.clients)


if __name__ == "__main__":
    main()
