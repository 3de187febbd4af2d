"""A real browser, and a little server for the scripts and the pages that a test makes up."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "raters" / "static"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Scripts(BaseHTTPRequestHandler):
    """Serves `raters/static/`, and an empty page at every other address."""

    def do_GET(self) -> None:
        file = SCRIPTS / self.path.lstrip("/")
        found = file.suffix == ".js" and file.is_file()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if found else "text/html")
        self.end_headers()
        self.wfile.write(file.read_bytes() if found else b"<!doctype html><title>empty</title>")

    def log_message(self, *_: object) -> None:
        """Says nothing: the tests' output belongs to the tests."""


@pytest.fixture(scope="package")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Scripts)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium here, and in CI the player has to be proved in one")
        pytest.skip("NO CHROMIUM HERE: the player is not proved. Install it: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(address)
    yield opened
    context.close()
