"""A stand-in for LibreOffice works, fails, hangs, grows and looks around."""

import io
import os
import select
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from academy.paper import bounded, presentations

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bounded.landlock() < 1, reason="this kernel has no Landlock"),  # an old one
]

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def packed(**parts: str) -> bytes:
    """Return a ZIP file with these parts; `_` in a name stands for `/`."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("_", "/"), content)
    return data.getvalue()


PPTX = packed(**{"ppt_presentation.xml": "<p/>"})


def stand_in(folder: Path, script: str, monkeypatch: Any) -> None:
    """Put a program called soffice on the path, which finds the file to convert in `$file`."""
    program = folder / "office" / "bin" / "soffice"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nfor file in "$@"; do :; done\nmkdir made\n{script}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")


def fault_of(content: bytes) -> str:
    with pytest.raises(presentations.Failure) as caught:
        presentations.to_pdf(content, "pptx")
    return str(caught.value)


def test_the_file_that_the_program_wrote_is_returned(tmp_path: Path, monkeypatch: Any) -> None:
    stand_in(tmp_path, 'cp "$file" made/slides.pdf', monkeypatch)
    assert presentations.to_pdf(PPTX, "pptx") == PPTX


@pytest.mark.parametrize(
    ("script", "code"),
    [
        pytest.param("exit 1", "unreadable", id="it fails"),
        pytest.param("kill -ABRT $$", "unreadable", id="it breaks down"),
        pytest.param("exit 0", "unreadable", id="it writes no file"),
        pytest.param("yes > made/slides.pdf", "too_large", id="the PDF file grows too large"),
    ],
)
def test_why_there_is_no_pdf_file_has_a_code(tmp_path: Path, monkeypatch: Any, script: str, code: str) -> None:
    monkeypatch.setattr(presentations, "MOST_BYTES", 100_000)
    stand_in(tmp_path, script, monkeypatch)
    assert fault_of(PPTX) == code


def test_without_a_program_no_file_is_taken(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert presentations.converter() is None
    assert fault_of(PPTX) == "no_converter"


def test_where_the_kernel_confines_no_program_no_file_is_taken(tmp_path: Path, monkeypatch: Any) -> None:
    stand_in(tmp_path, 'cp "$file" made/slides.pdf', monkeypatch)
    monkeypatch.setattr(bounded, "landlock", lambda: -1)
    assert presentations.converter() is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "unreadable", id="nothing"),
        pytest.param(b"%PDF-1.7", "unreadable", id="another kind"),
        pytest.param(PPTX[:60], "unreadable", id="cut off"),
        pytest.param(packed(**{"word_document.xml": "<w/>"}), "unreadable", id="a text"),
        pytest.param(packed(mimetype="application/vnd.oasis.opendocument.text"), "unreadable", id="an open text"),
        pytest.param(OLE + "WordDocument".encode("utf-16-le"), "unreadable", id="an old text"),
        pytest.param(OLE + "EncryptedPackage".encode("utf-16-le"), "protected", id="a password"),
        pytest.param(
            packed(
                mimetype="application/vnd.oasis.opendocument.presentation",
                **{"META-INF_manifest.xml": "<manifest:encryption-data/>"},
            ),
            "protected",
            id="an open file's password",
        ),
        pytest.param(packed(**{"ppt_presentation.xml": "0" * 2_000_000}), "too_large", id="it unpacks to too much"),
    ],
)
def test_what_is_no_presentation_is_not_opened(tmp_path: Path, monkeypatch: Any, content: bytes, code: str) -> None:
    monkeypatch.setattr(presentations, "MOST_BYTES", 1_000_000)
    stand_in(tmp_path, 'cp "$file" made/slides.pdf', monkeypatch)
    assert fault_of(content) == code


def test_a_program_that_hangs_is_killed_with_its_children(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(presentations, "SECONDS", 1)
    monkeypatch.setattr(presentations.tempfile, "tempdir", str(tmp_path))
    stand_in(tmp_path, "sleep 61.5 & sleep 61.5", monkeypatch)
    assert fault_of(PPTX) == "too_slow"
    assert not running("61.5")
    assert not list(tmp_path.glob("slides-*"))


def test_the_program_sees_neither_our_keys_nor_our_files(tmp_path: Path, monkeypatch: Any) -> None:
    secret = tmp_path / "private" / "photo.jpg"
    secret.parent.mkdir()
    secret.write_text("a photo")
    monkeypatch.setenv("SECRET_KEY", "geheim")
    look = f"(env; cat {secret}; cat /proc/{os.getpid()}/environ; echo x > {secret}; ulimit -v; ulimit -c) 2>&1"
    stand_in(tmp_path, f"{look} > made/slides.pdf", monkeypatch)
    seen = presentations.to_pdf(PPTX, "pptx").decode()
    assert "HOME=" in seen and "geheim" not in seen and "a photo" not in seen
    assert seen.split()[-2:] == [str(presentations.MEMORY // 1024), "0"]
    assert secret.read_text() == "a photo"


def test_each_run_has_a_profile_of_its_own_without_macros_and_links(tmp_path: Path, monkeypatch: Any) -> None:
    stand_in(
        tmp_path, '(echo "$@"; cat profile/user/registrymodifications.xcu fonts.conf) > made/slides.pdf', monkeypatch
    )
    first, second = (presentations.to_pdf(PPTX, "pptx").decode() for _run in range(2))
    assert first.split()[0].startswith("-env:UserInstallation=file:///") and first.split()[0] != second.split()[0]
    for name in ("DisableMacrosExecution", "BlockUntrustedRefererLinks"):
        assert f'"{name}" oor:op="fuse"><value>true<' in first
    assert "pylopdf_fonts_zh_cn" in first


def test_the_program_ends_with_the_process_that_waits_for_it(tmp_path: Path, monkeypatch: Any) -> None:
    stand_in(tmp_path, "sleep 62.5 & sleep 62.5", monkeypatch)
    root = Path(__file__).resolve().parents[2]
    convert = f"from academy.paper import presentations; presentations.to_pdf({PPTX!r}, 'pptx')"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(root), "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", convert], env=environment) as worker:
        try:
            begun = waited_for(lambda: running("62.5"))
        finally:
            worker.kill()
    for process in begun:
        handle = os.pidfd_open(process)
        assert select.select([handle], [], [], 30)[0], "it runs on"
        os.close(handle)
    assert waited_for(lambda: not list(tmp_path.glob("slides-*/*")))


def running(word: str) -> list[int]:
    """Return the processes whose last argument is this word."""
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if line.read_bytes().rstrip(b"\0").endswith(f"\0{word}".encode()):
                found.append(int(line.parent.name))
        except OSError:
            continue
    return found


def waited_for(condition: Any) -> Any:
    """Return what the condition returns as soon as it is true, or after 30 seconds."""
    for _look in range(300):
        if found := condition():
            return found
        select.select([], [], [], 0.1)
    return condition()
