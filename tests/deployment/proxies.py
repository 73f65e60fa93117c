"""nginx and Caddy on ports of this machine, started from the files in deploy/."""

import datetime as dt
import getpass
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.deployment.compose import ROOT
from tests.plugins.postgresql import free_port

DOMAIN = "academy.example.org"
PATIENCE = 60  # seconds that a wait may take
CADDY = os.environ.get("CADDY", "caddy")  # another version than the system's


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass
class Proxy:
    """A proxy that listens on `port` with a certificate of its own making."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def connect(self) -> ssl.SSLSocket:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        return context.wrap_socket(plain, server_hostname=DOMAIN)

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        """Send one request on a connection of its own, with the cookies of earlier answers."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        with closing(client):
            client.sock = self.connect()
            client.request(method, path, body, {"Host": f"{DOMAIN}:{self.port}", **cookies, **(headers or {})})
            response = client.getresponse()
            for cookie in response.headers.get_all("Set-Cookie") or []:
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            return Answer(response.status, response.headers, response.read())


Start = Callable[[Path, int, Path], "tuple[list[str], dict[str, str], int]"]


@contextmanager
def running(name: str, directory: Path, *, academy: int, files: Path) -> Iterator[Proxy]:
    """Start the proxy `name` in front of the port `academy`; it sends files from `files`."""
    command, environment, port = STARTS[name](directory, academy, files)
    log = directory / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        try:
            _wait_until_it_listens(process, port, log)
            yield Proxy(port)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _wait_until_it_listens(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
            return
        except ConnectionRefusedError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, "the proxy does not listen"
            time.sleep(0.02)  # a proxy that starts has no event to wait for


def _nginx(directory: Path, academy: int, files: Path) -> tuple[list[str], dict[str, str], int]:
    port, certificate, key = free_port(), *_certificate(directory)
    names = {
        "DOMAIN": DOMAIN,
        "ACADEMY": f"127.0.0.1:{academy}",
        "FILES": str(files),
        "HTTP_PORT": str(free_port()),
        "HTTPS_PORT": str(port),
        "CERTIFICATE": str(certificate),
        "CERTIFICATE_KEY": str(key),
    }
    site = directory / "academy.conf"
    # `safe_substitute` leaves nginx's own names, as envsubst does.
    site.write_text(Template((ROOT / "deploy/nginx.conf").read_text()).safe_substitute(names))
    folders = "".join(
        f"{kind}_temp_path {directory};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = directory / "nginx.conf"
    main.write_text(
        f"daemon off; pid {directory}/nginx.pid; user {getpass.getuser()}; error_log stderr;\n"
        f"events {{}}\nhttp {{\naccess_log off; include /etc/nginx/mime.types;\n{folders}include {site};\n}}\n"
    )
    return [_program("nginx"), "-e", "stderr", "-p", str(directory), "-c", str(main)], dict(os.environ), port


def _caddy(directory: Path, academy: int, files: Path) -> tuple[list[str], dict[str, str], int]:
    port, certificate, key = free_port(), *_certificate(directory)
    program = _program(CADDY)
    version = subprocess.run([program, "version"], capture_output=True, text=True, check=True).stdout
    names = {
        "DOMAIN": DOMAIN,
        "ACADEMY": f"127.0.0.1:{academy}",
        "FILES": str(files),
        "TLS": f"tls {certificate} {key}",
        "HTTP_PORT": str(free_port()),
        "HTTPS_PORT": str(port),
        "HOME": str(directory),
        "XDG_DATA_HOME": str(directory),
        "XDG_CONFIG_HOME": str(directory),
    }
    if re.match(r"v?2\.[0-6]\.", version):
        names["CADDY_BUFFERS"] = "buffers_of_2.6"
    command = [program, "run", "--config", str(ROOT / "deploy/Caddyfile"), "--adapter", "caddyfile"]
    return command, {"PATH": os.environ["PATH"], **names}, port


STARTS: dict[str, Start] = {"nginx": _nginx, "caddy": _caddy}


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    assert found, f"{name} is missing: python3 scripts/setup.py --proxies"
    return found


def _certificate(directory: Path) -> tuple[Path, Path]:
    """Write a certificate for DOMAIN that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, DOMAIN)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(DOMAIN)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = directory / "certificate.pem", directory / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files
