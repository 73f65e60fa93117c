"""Uyghur and Tibetan names on paper: joined, stacked and in their order (ADR 164)."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.template.loader import render_to_string
from fontTools.ttLib import TTFont
from PIL import ImageChops

from academy.designs.wording import Kind
from academy.paper import fonts
from academy.paper.blanks import DoesNotFit
from academy.paper.fonts import SCRIPTS, is_shaped, missing_characters
from academy.paper.pdf import print_many
from academy.paper.press import Record, html_to_pdf
from academy.passes.sheets import BadgeFace, BadgesSheet
from tests.certificates.samples import certificate
from tests.certificates.test_designed_papers import sheet
from tests.paper.archives import faults_of
from tests.paper.printing import CREATED, filled, printed
from tests.paper.reading import assert_look_alike, boxes, pages, picture
from tests.paper.test_many import places_of, together

pytestmark = pytest.mark.slow

UYGHUR = "ئابدۇراخمان مەمەت"
TIBETAN = "བསྟན་འཛིན་རྒྱ་མཚོ།"
NAMES = pytest.mark.parametrize("name", [pytest.param(UYGHUR, id="Uyghur"), pytest.param(TIBETAN, id="Tibetan")])
EVERY_LETTER = {
    "Uyghur": "ئائەبەپەتاتەجاجەچاخەداردزاژاساشەغافاقەكاگەڭالامەنىھاھەۋاۇۆۈۋېبېىبىيەيا ئابدۇللاھ خەيرىنسا",
    "Tibetan": "ཀཁགངཅཆཇཉཏཐདནཔཕབམཙཚཛཝཞཟའཡརལཤསཧཨ་ཀིཀུཀེཀོ་བཀྲ་ཤིས་སྒྲོལ་མ་རྡོ་རྗེ་ཕུན་ཚོགས་སྐྱིད་བསྒྲུབས་ཧཱུྃ་པདྨ།",
}


def text_of(pdf: bytes) -> str:
    return "".join(pages(pdf))


def without_blanks(text: str) -> str:
    return "".join(text.split())


def bears(text: str, name: str) -> bool:
    """Return whether each word of the name is in the text of a page.

    Within a Chinese line, readers give the words of a Uyghur name in the order of the paper, from left to right.
    """
    return all(word in text for word in name.split())


@NAMES
def test_all_of_the_name_has_a_font_and_is_laid_out(name: str) -> None:
    assert missing_characters(name) == set()
    assert is_shaped(f"志愿者姓名：{name}")
    assert not is_shaped("买买提·吐尔逊 Zoë “王秀英” 𬀩")


@NAMES
@pytest.mark.parametrize("kind", [Kind.SERVICE, Kind.COMPLETION, Kind.TIER, Kind.COMMENDATION])
def test_the_templates_bear_the_name(kind: Kind, name: str) -> None:
    for border in ("double", "fret", "letter"):
        (text,) = pages(printed(sheet(kind, values={"name": name}, border=border)))
        assert bears(text, name)


@NAMES
def test_the_certificate_has_the_name_between_its_labels(name: str) -> None:
    (text,) = pages(printed(certificate(rows=3, name=name)))
    assert bears(text[text.index("志愿者姓名") : text.index("志愿者编号")], name)


@NAMES
def test_a_mixed_line_keeps_its_order(name: str) -> None:
    """The Chinese text before the name stands to the left of it, the text behind it to the right."""
    pdf = html_to_pdf(f"<html><body><p>姓名：{name}（队长）</p></body></html>", "paper/sheet.css")
    found = boxes(pdf)
    place = {letter: next(box for box in found if box.letter == letter) for letter in "姓：队）"}
    of_name = [box for box in found if box.letter in set(name)]
    assert place["姓"].left < place["："].left < min(box.left for box in of_name) + 0.1
    assert max(box.right for box in of_name) < place["队"].left + 0.1 < place["）"].left
    first, last = (next(box for box in of_name if box.letter == name[end]) for end in (0, -1))
    assert (first.left > last.left) == (name == UYGHUR)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        pytest.param(f"{UYGHUR} 3 场", "م3场", id="a figure"),
        pytest.param(f"{UYGHUR}、قۇربان、王", "مق王", id="a second name"),
        pytest.param(f"（{UYGHUR}）2026年", "م年", id="brackets"),
    ],
)
def test_what_follows_a_name_stands_to_its_right(text: str, order: str) -> None:
    found = boxes(html_to_pdf(f"<html><body><p>{text}</p></body></html>", "paper/sheet.css"))
    lefts = [next(box.left for box in found if box.letter == letter) for letter in order]
    assert lefts == sorted(lefts)


def test_letters_join_and_are_not_set_one_by_one() -> None:
    """Joined letters are narrower than the same ones apart, and a stack is no wider than its first letter."""

    def width(text: str) -> float:
        # A joiner of width nought parts them: it is set here alone, names hold none.
        found = boxes(html_to_pdf(f'<p style="font-size: 40pt">{text}</p>', "paper/sheet.css"))
        return max(box.right for box in found) - min(box.left for box in found)

    assert width("بببب") < 0.8 * width("ب\u200cب\u200cب\u200cب")
    assert width("སྟ") < 1.3 * width("ས")


@NAMES
def test_spacing_does_not_tear_the_letters_of_a_name_apart(name: str) -> None:
    """On paper of a template, names are spaced: the same letters without space have the same picture."""
    spaced = sheet(Kind.TIER, values={"name": name})
    html = render_to_string(spaced.template, {"sheet": spaced})
    assert 'class="name joined"' in html
    plain = html.replace('class="name joined"', 'class="name" style="letter-spacing: 0"')
    one, other = (picture(html_to_pdf(text, "paper/sheet.css", spaced.style), dpi=100) for text in (html, plain))
    assert ImageChops.difference(one, other).getbbox() is None


@pytest.mark.parametrize("text", EVERY_LETTER.values(), ids=EVERY_LETTER.keys())
def test_each_letter_is_copied_from_the_file_as_it_was_written(text: str) -> None:
    """No glyph is shared between letters, as dots are in other fonts."""
    assert missing_characters(text) == set()
    pdf = html_to_pdf(f"<html><body><p>{text}</p></body></html>", "paper/sheet.css")
    assert text_of(pdf) == without_blanks(text)


@NAMES
def test_the_file_for_archives_holds_fonts_and_the_text_of_each_glyph(name: str) -> None:
    one = certificate(rows=3, name=name)
    record = Record("record.json", "{}", CREATED)
    html = render_to_string(one.template, {"sheet": one, "created": CREATED.isoformat()})
    pdf = html_to_pdf(html, "paper/sheet.css", one.style, record=record)
    assert faults_of(pdf) == []
    assert bears(text_of(pdf), name)


@NAMES
def test_a_blank_leaves_such_a_name_to_the_layout(name: str) -> None:
    one = certificate(rows=3, name=name)
    with pytest.raises(DoesNotFit):
        filled(one)
    assert bears(text_of(printed(one)), name)


def test_in_a_batch_each_looks_as_if_printed_alone_and_the_others_go_the_quick_way() -> None:
    names = ("王秀英", UYGHUR, "李建国", TIBETAN)
    designed: list[Any] = [sheet(Kind.TIER, values={"name": name}) for name in names]
    plain: list[Any] = [certificate(rows=3, name=name) for name in names]
    for sheets in (designed, plain):
        assert places_of(print_many(sheets, practice=False, created=CREATED)) == [[0, 2], [1], [3]]
        for one, alone, name in zip(together(*sheets), sheets, names, strict=True):
            assert_look_alike(one, printed(alone))
            assert bears(text_of(one), name)


def test_a_table_with_such_a_name_is_laid_out() -> None:
    one = sheet(Kind.SERVICE)
    lines = (replace(one.lines[0], content=f"陪同{UYGHUR}复诊"), *one.lines[1:3])
    sheets = [replace(one, lines=one.lines[:3]), replace(one, lines=lines)]
    assert places_of(print_many(sheets, practice=False, created=CREATED)) == [[0], [1]]
    assert bears(text_of(together(*sheets)[1]), UYGHUR)


@NAMES
def test_on_a_badge_the_name_is_as_large_as_it_fits(name: str) -> None:
    """A mark above a letter takes no room, and a Uyghur letter less than a Chinese one."""
    face = BadgeFace(
        name=name, number="V1", community="银杏里", url="HTTPS://A.ORG/C/1/", contact="", tier="", duties=""
    )
    pdf = printed(BadgesSheet(community="银杏里", badges=(face,)))
    found = [box for box in boxes(pdf) if box.letter in set(name)]
    assert min(box.size for box in found) >= 12
    assert max(box.right for box in found) - min(box.left for box in found) <= 54  # millimetres of the badge
    assert len({round(box.bottom / 8) for box in found}) <= 2  # one line


@pytest.mark.parametrize("text", ["王🌟", "ᠮᠣᠩᠭᠣᠯ", "ᥖᥭᥰ", "ꆈꌠ", "กขค"])
def test_characters_of_other_scripts_are_still_named(text: str) -> None:
    assert missing_characters(text) == set(text) - {"王"}


@pytest.mark.parametrize("font", SCRIPTS, ids=lambda font: font.family)
def test_the_made_font_is_the_locked_one_under_an_open_licence(font: fonts.ScriptFont) -> None:
    with TTFont(font.made, lazy=True) as made, TTFont(font.web_font, lazy=True) as given:
        assert made.getBestCmap() == given.getBestCmap()
        assert {"GSUB", "GPOS"} <= set(made.keys())
        assert re.search("openfontlicense|OFL", made["name"].getDebugName(14))
    assert re.search(r"-\d+\.\d+\.\d+-\d+\.ttf$", font.made.name)
