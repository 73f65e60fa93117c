"""Files of PowerPoint, WPS and LibreOffice become PDF files, where LibreOffice is installed (ADR 174).

They are strangers' files. Each conversion has a process, a profile and a folder of its own, limits of time and memory,
and an environment without our keys. Macros do not run, and what a file links to is not loaded.
"""

import io
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from academy.paper import bounded
from academy.paper.fonts import FONTS

logger = logging.getLogger(__name__)

SUFFIXES: Final = ("pptx", "ppt", "odp")
SECONDS: Final = 120
MEMORY: Final = 3 * 1024**3  # bytes of address space: LibreOffice maps far more than it uses
MOST_BYTES: Final = 200 * 1024**2  # of all that a file holds when unpacked, and of the PDF file
_MOST_PARTS: Final = 20_000

# All that LibreOffice reads beside the file, its own folder and the fonts. A link in the file could draw any other
# picture of the server into the slides: the setting BlockUntrustedRefererLinks stops none to a file.
_READ: Final = (
    *("/usr/bin", "/usr/lib", "/usr/lib64", "/usr/share", "/usr/local/share/fonts", "/bin", "/lib", "/lib64"),
    *("/etc/fonts", "/etc/libreoffice", "/etc/ld.so.cache", "/etc/localtime", "/etc/passwd", "/etc/group"),
    *("/var/lib/libreoffice", "/var/spool/libreoffice", "/var/cache/fontconfig"),
    *("/etc/nsswitch.conf", "/dev/urandom", "/dev/random"),
)

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODP: Final = b"application/vnd.oasis.opendocument.presentation"

# LibreOffice's own settings: path, name and value.
_SETTINGS: Final = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    # A proxy where nothing listens: should a link be followed all the same, its request ends there.
    ("Inet/Settings", "ooInetProxyType", "1"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Inet/Settings", "ooInetNoProxy", ""),
    ("Setup/L10N", "ooSetupSystemLocale", "zh-CN"),
    ("Office.Linguistic/General", "DefaultLocale_CJK", "zh-CN"),
)
# The fonts that Chinese slides name, and which of ours stands for them.
_HEI: Final = (
    "微软雅黑",
    "Microsoft YaHei",
    "黑体",
    "SimHei",
    "等线",
    "DengXian",
    "苹方-简",
    "PingFang SC",
    "sans-serif",
)
_SONG: Final = ("宋体", "SimSun", "新宋体", "仿宋", "FangSong", "楷体", "KaiTi", "华文中宋", "STSong", "serif")


class Failure(Exception):
    """A file that does not become a PDF file; the text is a stable code.

    `unreadable`, `protected`, `too_large`, `too_slow`, or `no_converter`.
    """


def converter() -> str | None:
    """Return the path of LibreOffice; None without it, or where the kernel does not confine it."""
    return shutil.which("soffice") if bounded.landlock() > 0 else None


def to_pdf(content: bytes, suffix: str) -> bytes:
    """Return the slides as a PDF file. Raises `Failure`."""
    program = converter()
    if program is None:
        raise Failure("no_converter")
    _check(content)
    with tempfile.TemporaryDirectory(prefix="slides-") as name:
        folder = Path(name)
        _write_settings(folder)
        source = folder / f"slides.{suffix}"
        source.write_bytes(content)
        _run(program, folder, source)
        try:
            return (folder / "made" / "slides.pdf").read_bytes()
        except OSError as error:
            raise Failure("unreadable") from error


def _check(content: bytes) -> None:
    """Refuse other kinds of files, which LibreOffice would open too, passwords, and what grows too large."""
    if content.startswith(_OLE):
        if "Encrypted".encode("utf-16-le") in content:  # EncryptedPackage, EncryptedSummary
            raise Failure("protected")
        if "PowerPoint Document".encode("utf-16-le") not in content:
            raise Failure("unreadable")
        return
    if not content.startswith(_ZIP):
        raise Failure("unreadable")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            parts = file.infolist()
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
                raise Failure("too_large")
            names = {part.filename for part in parts}
            if "ppt/presentation.xml" in names:
                return
            if "mimetype" not in names or _head(file, "mimetype") != _ODP:
                raise Failure("unreadable")
            if "META-INF/manifest.xml" in names and b":encryption-data" in _head(file, "META-INF/manifest.xml"):
                raise Failure("protected")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise Failure("unreadable") from error


def _head(file: zipfile.ZipFile, name: str) -> bytes:
    with file.open(name) as part:
        return part.read(1024**2).strip()


def _run(program: str, folder: Path, source: Path) -> None:
    profile = (folder / "profile").as_uri()
    options = ["--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"]
    wanted = ["--convert-to", "pdf:impress_pdf_Export", "--outdir", str(folder / "made"), str(source)]
    plan = bounded.Plan(
        parent=os.getpid(),
        folder=str(folder),
        read=[*_READ, str(Path(program).resolve().parent.parent), *_font_folders()],
        memory=MEMORY,
        seconds=2 * SECONDS,
        size=MOST_BYTES,
        command=[program, f"-env:UserInstallation={profile}", *options, *wanted],
    )
    log = folder / "log"
    with log.open("wb") as words:
        process = subprocess.Popen(
            [sys.executable, "-I", bounded.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=words,
            cwd=folder,
            env=_environment(folder),
            start_new_session=True,
        )
    try:
        process.communicate(json.dumps(plan).encode(), timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise Failure("too_slow") from error
    finally:
        _end(process)
        _remove_old_sockets()
    if status := process.returncode:
        last = log.read_bytes()[-200:].decode(errors="replace").strip()
        logger.warning("slides: LibreOffice ended with status %s: %s", status, last)
        is_full = any(made.stat().st_size >= MOST_BYTES for made in folder.rglob("*") if made.is_file())
        raise Failure("too_large" if is_full else "unreadable")


def _end(process: "subprocess.Popen[Any]") -> None:
    """Kill all that the starter began: LibreOffice leaves processes behind when it fails."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _remove_old_sockets() -> None:
    """Delete the sockets in /tmp that killed conversions left."""
    for left in Path("/tmp").glob(f"OSL_PIPE_{os.getuid()}_SingleOfficeIPC_*"):
        with suppress(OSError):
            if left.stat().st_mtime < time.time() - 5 * SECONDS:
                left.unlink()


def _environment(folder: Path) -> dict[str, str]:
    own = {"HOME": str(folder), "TMPDIR": str(folder), "FONTCONFIG_FILE": str(folder / "fonts.conf")}
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp", **own}


def _write_settings(folder: Path) -> None:
    (folder / "profile" / "user").mkdir(parents=True)
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop>'
        "</item>"
        for path, name, value in _SETTINGS
    )
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>"
    )
    (folder / "fonts.conf").write_text(_fonts(folder), encoding="utf-8")


def _font_folders() -> list[str]:
    return sorted({str(font.whole.parent) for font in FONTS})


def _fonts(folder: Path) -> str:
    """Return the settings of fontconfig: the system's fonts, and ours for Chinese that no other one holds."""
    ours = "".join(f"<dir>{escape(one)}</dir>" for one in _font_folders())
    aliases = "".join(
        f'<alias binding="weak"><family>{name}</family><default><family>{family}</family></default></alias>'
        for names, family in ((_HEI, "Noto Sans SC"), (_SONG, "Noto Serif SC"))
        for name in names
    )
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{ours}'
        f"<cachedir>{escape(str(folder / 'fonts'))}</cachedir>{aliases}</fontconfig>"
    )
