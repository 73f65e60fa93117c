"""Our fonts draw every name of the standard table; missing characters are found before printing."""

import os
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from academy.paper import build_fonts, checks
from academy.paper.fonts import FONTS, Font, built, missing_characters

pytestmark = pytest.mark.slow

RARE_NAMES = "䶮㛃𠅤𬀩𫖮玥喆堃祎珺"


def test_rare_characters_of_names_can_be_printed():
    assert missing_characters(RARE_NAMES) == set()


def test_a_character_that_no_font_has_is_named():
    assert missing_characters("王𠮷英😀") == {"𠮷", "😀"}


def test_a_private_character_of_some_old_system_is_missing():
    assert missing_characters("王\ue001") == {"\ue001"}


def test_blanks_and_invisible_marks_need_no_glyph():
    assert missing_characters("王 秀\u3000英\n\u200b\u2003\t") == set()


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.family)
def test_the_everyday_cut_holds_what_simplified_chinese_is_written_with(font: Font):
    with TTFont(font.everyday, lazy=True) as cut:
        characters = cut.getBestCmap()
    assert {ord(c) for c in "志愿服务记录证明王秀英（盖章）“”、。·—…℃①0123456789:–-/éǎ"} <= characters.keys()
    assert len(characters) > 7_000
    assert font.everyday.stat().st_size < font.whole.stat().st_size / 4


def test_building_again_changes_nothing_and_clears_what_is_outdated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for path in built():
        (tmp_path / path.name).symlink_to(path)
    for outdated in ("NotoSerifSC-Regular-0.0.1-0.otf", "amiri-0.0.1-0.ttf"):
        (tmp_path / outdated).touch()
    monkeypatch.setattr("academy.paper.fonts.FONTS_DIR", tmp_path)
    monkeypatch.setattr(build_fonts, "FONTS_DIR", tmp_path)
    build_fonts.main()
    assert sorted(os.listdir(tmp_path)) == sorted(path.name for path in built())


def test_the_system_check_is_content_here():
    assert checks.check_fonts() == []
    assert checks.check_subsetter() == []


def test_the_system_check_names_the_command_when_the_fonts_are_not_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("academy.paper.fonts.FONTS_DIR", tmp_path)
    (error,) = checks.check_fonts()
    assert error.id == "paper.E001"
    assert "python -m academy.paper.build_fonts" in str(error.hint)


def test_the_system_check_names_the_package_without_which_printing_is_slow(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("weasyprint.text.ffi.harfbuzz_subset", None)
    (warning,) = checks.check_subsetter()
    assert warning.id == "paper.W001"
    assert "libharfbuzz-subset0" in str(warning.hint)
