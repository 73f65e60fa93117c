"""Both languages are complete: English stands in the code, Chinese in locale/zh_Hans.

So are Wagtail's screens: locale/wagtail holds the sentences that its own Chinese lacks.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.test import Client
from django.utils.translation import gettext, ngettext, override

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "locale/zh_Hans/LC_MESSAGES"
WAGTAILS = ROOT / "locale/wagtail/zh_Hans/LC_MESSAGES"
WRITTEN = sorted(ROOT.glob("locale/**/LC_MESSAGES/*.po"))
SOURCES = ["academy", "cms", "demo", "static", "templates"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
TAG = re.compile(r"</?[a-z]+[^>]*>")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, polib.POFile]:
    """Messages that `makemessages` finds, by domain; it runs in a copy, since it writes where it reads."""
    copy = tmp_path_factory.mktemp("sources")
    for name in SOURCES:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "locale", "built"))
    (copy / "locale").mkdir()
    # Without settings: with them, Django would compile and import the whole copy.
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    for domain in ("django", "djangojs"):
        options = ["--locale=zh_Hans", "--keep-pot", f"--domain={domain}"]
        subprocess.run(
            [sys.executable, "-m", "django", "makemessages", *options],
            cwd=copy, env=environment, check=True, capture_output=True,
        )  # fmt: skip
    return {path.stem: polib.pofile(str(path)) for path in copy.glob("locale/*.pot")}


def key(entry: polib.POEntry) -> tuple[str | None, str]:
    return entry.msgctxt, entry.msgid


@pytest.mark.slow
def test_every_text_of_ours_is_translated(found: dict[str, polib.POFile]) -> None:
    for domain, template in found.items():
        path = CATALOGUES / f"{domain}.po"
        catalogue = polib.pofile(str(path)) if path.exists() else []
        translated = {key(entry) for entry in catalogue if entry.translated()}
        assert [entry.msgid for entry in template if key(entry) not in translated] == []


def in_wagtail(file: str) -> list[polib.POEntry]:
    """Return the messages of this catalogue from all installed parts of Wagtail."""
    installed = [Path(app.path) for app in apps.get_app_configs() if app.name.partition(".")[0] == "wagtail"]
    paths = [path for root in installed if (path := root / "locale" / file).exists()]
    assert paths, "Wagtail has moved its catalogues"
    read = polib.mofile if file.endswith(".mo") else polib.pofile
    return [entry for path in paths for entry in read(str(path)) if not entry.obsolete]


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_every_text_of_wagtails_screens_is_translated(domain: str) -> None:
    ours = {key(entry) for entry in polib.pofile(str(WAGTAILS / f"{domain}.po")).translated_entries()}
    said = {key(entry) for entry in in_wagtail(f"en/LC_MESSAGES/{domain}.po")}
    shipped = {key(entry) for entry in in_wagtail(f"zh_Hans/LC_MESSAGES/{domain}.mo")}  # nothing is untranslated here
    assert said - shipped - ours == set(), "translate them in locale/wagtail"
    assert ours - said == set(), "Wagtail says them no more"


def test_wagtails_screens_show_what_we_wrote_for_them(client: Client) -> None:
    with override("zh-hans"):
        assert gettext("Search all pages…") == "搜索所有页面…"
        for number in (1, 2):
            assert ngettext("%(num_parent_objects)d page", "%(num_parent_objects)d pages", number) == (
                "%(num_parent_objects)d 项"
            )
        assert json.dumps("插入内容块")[1:-1] in client.get("/admin/jsi18n/").content.decode()


def test_the_image_compiles_each_catalogue_into_its_own(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "locale", tmp_path / "locale", ignore=shutil.ignore_patterns("*.mo"))
    [line] = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if "msgfmt" in line and "find" in line]
    subprocess.run(line.removeprefix("RUN "), shell=True, cwd=tmp_path, check=True)
    assert sorted(path.relative_to(tmp_path) for path in tmp_path.glob("locale/**/*.mo")) == [
        path.relative_to(ROOT).with_suffix(".mo") for path in WRITTEN
    ]


def test_no_translation_is_a_guess_or_repeated() -> None:
    for path in WRITTEN:
        catalogue = polib.pofile(str(path), check_for_duplicates=True)
        assert [entry.msgid for entry in catalogue if entry.fuzzy] == []


def test_a_translation_has_the_same_placeholders_and_tags() -> None:
    for path in WRITTEN:
        for entry in polib.pofile(str(path)):
            translations = [entry.msgstr] if entry.msgstr else entry.msgstr_plural.values()
            wanted = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
            for translation in translations:
                assert set(PLACEHOLDER.findall(translation)) == wanted, entry.msgid
                assert set(TAG.findall(translation)) == set(TAG.findall(entry.msgid)), entry.msgid


def test_what_is_shown_is_compiled_from_these_catalogues() -> None:
    """`make setup` compiles the catalogues; without it the screens would show English."""
    for path in WRITTEN:
        wanted = {key(entry): entry.msgstr for entry in polib.pofile(str(path)).translated_entries()}
        compiled = {key(entry): entry.msgstr for entry in polib.mofile(str(path.with_suffix(".mo")))}
        assert compiled == wanted
