"""The shipped nginx in front of a real gunicorn: the configuration as it is, with this machine's places in it."""

from __future__ import annotations

import datetime as dt
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.conftest import ROOT
from tests.house import House, stop, wait_for

HOST = "listen.example.org"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def write_certificate(folder: Path) -> None:
    """Signed by itself, for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - dt.timedelta(hours=1))
    signed = made.not_valid_after(now + dt.timedelta(days=1)).sign(key, hashes.SHA256())
    (folder / "fullchain.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    kinds = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "privkey.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *kinds))


def configuration(folder: Path, *, web: int, http: int, https: int, clips: Path) -> Path:
    """`docker/nginx.conf` with this machine's places; whatever else it says stays."""
    text = (ROOT / "docker" / "nginx.conf").read_text()
    for ours, here in (
        # First, because every other place here may lie in /tmp too.
        ("/tmp/", f"{folder}/"),  # noqa: S108 - the container's
        ("server web:8000;", f"server 127.0.0.1:{web};"),
        ("listen 8080;", f"listen 127.0.0.1:{http};"),
        ("listen 8443 ssl;", f"listen 127.0.0.1:{https} ssl;"),
        ("/etc/nginx/certs", str(folder)),
        ("/data/clips/", f"{clips}/"),
        ("/dev/stdout", str(folder / "access.log")),
        ("/dev/stderr", str(folder / "error.log")),
    ):
        assert ours in text, ours
        text = text.replace(ours, here)
    path = folder / "nginx.conf"
    # The user who may read the test's folder; in the container it is the user of everything.
    path.write_text(f"user root;\n{text}")
    return path


@dataclass
class Proxy:
    house: House
    web: int
    http: int
    https: int
    folder: Path

    def client(self) -> httpx.Client:
        """A browser that comes by https and takes the certificate for good."""
        base = f"https://127.0.0.1:{self.https}"
        return httpx.Client(base_url=base, headers={"Host": HOST}, verify=False, timeout=30)  # noqa: S501


def nginx() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


@contextmanager
def proxied(folder: Path, **settings: str) -> Iterator[Proxy]:
    """A house of its own behind the proxy, both ended afterwards."""
    program = nginx()
    assert program is not None
    clips, place = folder / "clips", folder / "proxy"
    clips.mkdir()
    place.mkdir()
    write_certificate(place)
    web, http, https = free_port(), free_port(), free_port()
    given = {
        "PUBLIC_URL": f"https://{HOST}",
        "STORAGE_URL": f"file://{clips}",
        "ACCEL_REDIRECT": "/clips/",
        "CLIENT_ADDRESS_HEADER": "X-Real-IP",
    }
    house = House(folder / "var", given | settings)
    house.folder.mkdir()
    house.manage("migrate", "--verbosity", "0")
    server = house.start(
        "-m", "gunicorn", "config.wsgi", "-b", f"127.0.0.1:{web}", "-w", "2", "--threads", "4"
    )
    conf = configuration(place, web=web, http=http, https=https, clips=clips)
    front = subprocess.Popen([program, "-c", str(conf), "-g", "daemon off;", "-p", str(place)])
    try:
        found = Proxy(house, web, http, https, place)
        wait_for(lambda: answers(f"http://127.0.0.1:{web}/healthz"), seconds=60, saying=house.logs)
        wait_for(lambda: answers(f"http://127.0.0.1:{http}/healthz"), seconds=20, saying=house.logs)
        yield found
    finally:
        front.terminate()
        front.wait(20)
        stop(server)


def answers(address: str) -> bool:
    try:
        return httpx.get(address, headers={"Host": HOST}, timeout=5).status_code < 500
    except httpx.TransportError:
        return False
