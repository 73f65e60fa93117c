"""Scripts of phones run on old ones: iOS 12, and Android 8 with Chrome 69."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
# Computers keep their browsers up to date.
OF_THE_DESK = {"dates", "design-preview", "field-names", "find", "one-save", "open-comment", "paste"}

# Sent as they are written: what iOS 12 cannot read, and a script with it does nothing at all.
SYNTAX = r"\?\.(?!\d)|\?\?|(?:\|\||&&)=|\d_\d|\bstatic \{|\bimport\("
# esbuild rewrites the syntax of the scanner's scripts, and no call.
CALLS = (
    r"\b(?:replaceAll|structuredClone|allSettled|matchAll|randomUUID|findLast|findLastIndex|toSorted|showModal)\("
    r"|\.at\(|\(\?<[=!]|\bBigInt\b|\b\d+n\b|Promise\.any\(|Object\.hasOwn\(|AbortSignal\.(?:timeout|any)\(|ResizeObserver"
)

SENT = sorted(
    [path for path in ROOT.glob("static/js/*.js") if path.stem not in OF_THE_DESK] + [*ROOT.glob("templates/**/*.js")]
)
BUNDLED = sorted(ROOT.glob("static/js/scanner/*.js"))


def code_of(path: Path) -> str:
    """Return the script without its comments."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    return re.sub(r"(?<![:\"'])//.*", "", text)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SENT, ids=name)
def test_a_script_that_is_sent_as_written_is_understood(path: Path) -> None:
    assert re.findall(f"{SYNTAX}|{CALLS}", code_of(path)) == []


@pytest.mark.parametrize("path", BUNDLED, ids=name)
def test_a_script_of_the_scanner_calls_what_old_phones_have(path: Path) -> None:
    assert re.findall(CALLS, code_of(path)) == []


@pytest.mark.parametrize("line", ["a?.b", "a ?? b", "a ||= b", "text.replaceAll('a', 'b')", "list.at(-1)", "/(?<=a)b/"])
def test_what_old_phones_lack_is_found(line: str) -> None:
    assert re.findall(f"{SYNTAX}|{CALLS}", line)


def test_the_scanner_is_built_for_old_phones() -> None:
    assert "--target=es2017" in (ROOT / "package.json").read_text()
