"""Both languages are whole: the English words stand in the code, the Chinese ones in locale/zh_Hans."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "locale/zh_Hans/LC_MESSAGES"
SOURCES = ["academy", "cms", "demo", "static", "templates"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, polib.POFile]:
    """What `makemessages` finds in the code, for each domain; it works in a copy, as it writes where it reads."""
    copy = tmp_path_factory.mktemp("sources")
    for name in SOURCES:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "locale", "built"))
    (copy / "locale").mkdir()
    for domain in ("django", "djangojs"):
        options = ["--locale=zh_Hans", "--keep-pot", f"--domain={domain}"]
        subprocess.run(
            [sys.executable, "-m", "django", "makemessages", *options], cwd=copy, check=True, capture_output=True
        )
    return {path.stem: polib.pofile(str(path)) for path in copy.glob("locale/*.pot")}


def key(entry: polib.POEntry) -> tuple[str | None, str]:
    return entry.msgctxt, entry.msgid


def test_every_text_of_ours_is_translated(found: dict[str, polib.POFile]) -> None:
    for domain, template in found.items():
        path = CATALOGUES / f"{domain}.po"
        catalogue = polib.pofile(str(path)) if path.exists() else []
        translated = {key(entry) for entry in catalogue if entry.translated()}
        assert [entry.msgid for entry in template if key(entry) not in translated] == []


def test_no_translation_is_a_guess_or_repeated() -> None:
    for path in CATALOGUES.glob("*.po"):
        catalogue = polib.pofile(str(path), check_for_duplicates=True)
        assert [entry.msgid for entry in catalogue if entry.fuzzy] == []


def test_a_translation_has_the_same_placeholders() -> None:
    for path in CATALOGUES.glob("*.po"):
        for entry in polib.pofile(str(path)):
            translations = [entry.msgstr] if entry.msgstr else entry.msgstr_plural.values()
            wanted = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
            for translation in translations:
                assert set(PLACEHOLDER.findall(translation)) == wanted, entry.msgid


def test_what_is_shown_is_compiled_from_these_catalogues() -> None:
    """`make setup` compiles; a forgotten compilation would show English."""
    for path in CATALOGUES.glob("*.po"):
        wanted = {key(entry): entry.msgstr for entry in polib.pofile(str(path)).translated_entries()}
        compiled = {key(entry): entry.msgstr for entry in polib.mofile(str(path.with_suffix(".mo")))}
        assert compiled == wanted
