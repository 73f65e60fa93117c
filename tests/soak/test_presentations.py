"""The real LibreOffice turns slides into PDF files, and follows none of their links."""

import http.server
import io
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from academy.paper import presentations

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(  # 300 MB that no other test needs
        presentations.converter() is None, reason="LibreOffice (libreoffice-impress-nogui) or Landlock is missing"
    ),
]

NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"),
        ("draw", "drawing"),
        ("text", "text"),
        ("svg", "svg-compatible"),
        ("manifest", "manifest"),
        ("style", "style"),
        ("fo", "xsl-fo-compatible"),
    )
)
KIND = "application/vnd.oasis.opendocument.presentation"
STEPS = [f"急救第{number}步：拨打120" for number in "一二三四五"]
AREA = 'svg:x="1cm" svg:y="1cm" svg:width="20cm" svg:height="10cm"'


def png() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (300, 150), (255, 0, 0)).save(data, "PNG")
    return data.getvalue()


def frame(content: str) -> str:
    return f'<draw:page draw:name="{abs(hash(content))}"><draw:frame {AREA}>{content}</draw:frame></draw:page>'


def words(text: str) -> str:
    return frame(f"<draw:text-box><text:p>{text}</text:p></draw:text-box>")


def picture(address: str) -> str:
    return frame(f'<draw:image xlink:href="{address}" xlink:type="simple" xlink:actuate="onLoad"/>')


def odp(*pages: str, **files: bytes) -> bytes:
    """Return an open presentation of these pages, with these pictures."""
    data = io.BytesIO()
    entries = {"/": KIND, "content.xml": "text/xml", **{f"Pictures/{name}.png": "image/png" for name in files}}
    listed = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in entries.items()
    )
    with zipfile.ZipFile(data, "w") as file:
        file.writestr("mimetype", KIND)
        file.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMES} '
            f'xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.3"><office:body><office:presentation>'
            f"{''.join(pages)}</office:presentation></office:body></office:document-content>",
        )
        file.writestr("META-INF/manifest.xml", f"<manifest:manifest {NAMES}>{listed}</manifest:manifest>")
        for name, content in files.items():
            file.writestr(f"Pictures/{name}.png", content)
    return data.getvalue()


@pytest.fixture(scope="module")
def talks(tmp_path_factory: Any) -> dict[str, bytes]:
    """One talk of five pages in each format, written by LibreOffice itself."""
    folder = tmp_path_factory.mktemp("talks")
    (folder / "talk.odp").write_bytes(odp(*map(words, STEPS)))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    for suffix in ("pptx", "ppt"):
        command = ["soffice", profile, "--headless", "--convert-to", suffix, "--outdir", str(folder)]
        subprocess.run([*command, str(folder / "talk.odp")], check=True, capture_output=True, timeout=120)
    return {suffix: (folder / f"talk.{suffix}").read_bytes() for suffix in presentations.SUFFIXES}


def texts_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return ["".join(page.get_textpage().get_text_bounded().split()) for page in document]


def redness(pdf: bytes) -> int:
    """Return how many dots of the first page are red."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=0.3).to_pil().convert("RGB")
    return sum(count for count, (red, green, _blue) in page.getcolors(1 << 20) if red > 200 and green < 60)


@pytest.mark.parametrize("suffix", presentations.SUFFIXES)
def test_each_format_keeps_its_pages_and_its_chinese(talks: dict[str, bytes], suffix: str) -> None:
    assert texts_of(presentations.to_pdf(talks[suffix], suffix)) == STEPS


def test_two_at_once_do_not_meet(talks: dict[str, bytes]) -> None:
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda suffix: presentations.to_pdf(talks[suffix], suffix), ["pptx", "ppt"]))
    assert [texts_of(pdf) for pdf in made] == [STEPS, STEPS]


def test_a_damaged_file_is_refused(talks: dict[str, bytes]) -> None:
    damaged = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(talks["pptx"])) as whole, zipfile.ZipFile(damaged, "w") as file:
        for name in whole.namelist():
            file.writestr(name, whole.read(name)[:40] if name.endswith(".xml") else whole.read(name))
    with pytest.raises(presentations.Failure, match="unreadable"):
        presentations.to_pdf(damaged.getvalue(), "pptx")


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine: the address of its picture, and the requests that reach it."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            asked.append(self.rfile.readline().decode(errors="replace"))
            self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: image/png\r\n\r\n" + png())

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/x.png", asked
        server.shutdown()


def test_a_picture_in_the_file_is_shown() -> None:
    assert redness(presentations.to_pdf(odp(picture("Pictures/red.png"), red=png()), "odp")) > 100


def test_a_link_to_a_server_asks_it_nothing(listener: tuple[str, list[str]]) -> None:
    address, asked = listener
    assert redness(presentations.to_pdf(odp(picture(address)), "odp")) == 0
    assert asked == []


def test_a_link_to_a_file_of_the_server_shows_nothing_of_it(tmp_path: Path) -> None:
    (tmp_path / "private.png").write_bytes(png())
    for address in (f"file://{tmp_path}/private.png", f"{tmp_path}/private.png"):
        assert redness(presentations.to_pdf(odp(picture(address)), "odp")) == 0
