"""The printed poster and roster: their texts, and their codes decoded from a picture."""

from base64 import b64encode
from dataclasses import replace
from io import BytesIO
from itertools import groupby
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from academy.checkin.sheets import PosterSheet, RosterLine, RosterSheet
from academy.paper.press import PHOTO
from tests.checkin.samples import poster, roster
from tests.paper.printing import printed
from tests.paper.reading import (
    boxes,
    codes,
    codes_in_reading_order,
    is_a4,
    margins_are_white,
    pages,
    picture,
    scanned,
    width_in_mm,
)

pytestmark = pytest.mark.slow


class TestPoster:
    @pytest.mark.parametrize("dpi", [60, 100])
    def test_its_code_is_read_even_from_a_coarse_picture(self, dpi: int):
        (code,) = codes(printed(poster()), dpi=dpi)
        assert code.text == "HTTPS://ACADEMY.EXAMPLE.ORG/C/7K3M9QXA2B4/"
        assert code.ec_level == "Q"
        assert width_in_mm(code, dpi=dpi) >= 118

    def test_it_says_what_when_where_and_who(self):
        (text,) = pages(printed(poster()))
        for part in ["春季社区义诊", "1月10日周六9:00–12:00", "1月11日周日9:00–12:00", "银杏里社区卫生服务站一楼大厅"]:
            assert part in text
        for part in ["银杏里社区志愿服务队", "王秀英", "李敏010-66668888", "academy.example.org/c/7K3M9QXA2B4/"]:
            assert part in text

    @pytest.mark.parametrize("fields", [{}, {"title": "义" * 60, "times": ("1月10日 周六 9:00–12:00",) * 9}])
    def test_its_steps_are_read_from_three_metres(self, fields: dict[str, Any]):
        content = printed(poster(**fields))
        letters = boxes(content)
        for step in ("1用微信", "2到了就点", "3离开前"):
            start = "".join(box.letter for box in letters).index(step)
            assert all(box.size >= 28 for box in letters[start : start + len(step)])

    def test_no_half_of_it_is_white(self):
        image = picture(printed(poster()), dpi=72).point(lambda shade: 255 * (shade < 128))
        width, height = image.size
        rows = [image.crop((40, row, width - 40, row + 1)).getbbox() is not None for row in range(height)]
        longest = max(len(list(same)) for inked, same in groupby(rows) if not inked)
        assert longest < height / 6

    def test_its_steps_are_in_the_language_asked_for(self):
        (text,) = pages(printed(poster(), "en"))
        for step in ["ScanthecodewithWeChatorthecamera", "Whenyoucome,tapCheckin", "scanagainandtapCheckout"]:
            assert step in text

    @pytest.mark.parametrize(
        "sheet",
        [
            poster(title="义" * 60),
            poster(title="义" * 60, place="银" * 100, organiser="银" * 100, times=("1月10日 周六 9:00–12:00",) * 9),
            poster(title="Neighbourhood spring clinic with a blood pressure day", times=()),
        ],
        ids=["long title", "all long", "Latin title"],
    )
    def test_texts_of_any_length_fit_one_page_and_the_code_is_read(self, sheet: PosterSheet):
        content = printed(sheet)
        (text,) = pages(content)
        assert "".join(sheet.title.split()) in text
        assert [code.text for code in codes(content, dpi=100)] == [sheet.url]
        assert margins_are_white(content)

    def test_a_photo_of_the_community_is_printed_in_place_of_the_drawing(self):
        data = BytesIO()
        Image.new("RGB", (160, 90), "#00a0ff").save(data, "JPEG")
        photo = PHOTO + b64encode(data.getvalue()).decode()
        (colour,) = (page.getpixel((410, 100)) for page in [_in_colour(printed(poster(photo=photo)))])
        assert colour[2] > 200 > colour[0]

    @pytest.mark.parametrize(
        ("fields", "short"),
        [
            pytest.param({"title": "义" * 14}, True, id="a title of two lines"),
            pytest.param({"title": "义" * 15}, False, id="a longer one"),
            pytest.param({"times": ("9:00",) * 2}, True, id="two times"),
            pytest.param({"times": ("9:00",) * 3}, False, id="three times"),
            pytest.param({"place": "银" * 25}, True, id="a place of two lines"),
            pytest.param({"place": "银" * 26}, False, id="a longer place"),
        ],
    )
    def test_long_texts_take_the_room_of_the_picture(self, fields: dict[str, Any], short: bool):
        sheet = poster(**fields)
        content = printed(sheet)
        assert sheet.is_short is short
        assert len(pages(content)) == 1
        assert [code.text for code in codes(content, dpi=100)] == [sheet.url]


def _in_colour(content: bytes) -> Image.Image:
    with pypdfium2.PdfDocument(content) as document:
        return document[0].render(scale=1).to_pil()


class TestRoster:
    def test_it_says_what_when_where_and_who(self):
        text = "".join(pages(printed(roster("王秀英"))))
        for part in ["春季社区义诊", "1月10日周六9:00–12:00", "银杏里社区卫生服务站一楼大厅", "银杏里社区志愿服务队"]:
            assert part in text

    def test_each_row_has_its_name_number_and_code(self):
        names = ["王秀英", "李建国", "阿卜杜热合曼·麦麦提吐尔逊", "Elizabeth Montgomery-Smith"]
        sheet = roster(*names)
        content = printed(sheet)
        lines = sheet.parts[0].lines
        text = pages(content)[0]
        for line in lines:
            assert "".join(line.name.split()) in text and line.number in text
        assert [code.text for code in codes_in_reading_order(content)] == [line.url for line in lines]

    @pytest.mark.parametrize("host", ["ACADEMY.EXAMPLE.ORG", "VOLUNTEERS.LONGNAME.COMMUNITY.EXAMPLE.CN"])
    def test_its_codes_are_read_from_a_coarse_grey_scan(self, host: str):
        """A module of 0.45 mm is the smallest that an office scanner at 150 dpi read every time (ADR 54)."""
        lines = tuple(
            RosterLine(
                name="王秀英", number=f"V2026{row:06}K", url=f"HTTPS://{host}/LEAD/12345/ROSTER/7K3M9QXA2B{row:03}/"
            )
            for row in range(10)
        )
        (part,) = roster("王秀英").parts
        content = printed(roster(parts=(replace(part, lines=lines),)))
        dpi = 150
        page = scanned(picture(content, dpi=dpi))
        found = zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.QRCode)
        assert {code.text for code in found} == {line.url for line in lines}
        for code in codes(content, dpi=dpi):
            assert width_in_mm(code, dpi=dpi) / (29 if len(lines[0].url) <= 61 else 33) >= 0.53

    def test_ten_people_stand_on_a_sheet(self):
        first, second, *_others = pages(printed(roster(*["王秀英"] * 20)))
        assert (first.count("V2026"), second.count("V2026")) == (10, 10)
        assert "未报名" not in second  # a heading stands with its rows

    def test_namesakes_are_told_apart_and_rows_stay_as_high(self):
        (part,) = roster(*["王秀英"] * 10).parts
        lines = tuple(replace(line, phone_tail="8000") for line in part.lines)
        first, *_others = pages(printed(roster(parts=(replace(part, lines=lines),))))
        assert (first.count("V2026"), first.count("尾号8000")) == (10, 10)

    def test_nine_people_of_the_longest_names_stand_on_a_sheet(self):
        first, *_others = pages(printed(roster(*["阿卜杜热合曼·麦麦提吐尔逊·阿布都克里木江"] * 12)))
        assert first.count("V2026") >= 9

    def test_a_row_is_never_torn_and_every_sheet_says_what_it_is_of(self):
        content = printed(roster(*["王秀英"] * 30))
        texts = pages(content)
        seen = [code.text for page in range(len(texts)) for code in codes(content, page=page, dpi=150)]
        assert len(seen) == len({*seen}) == 30
        for number, text in enumerate(texts, 1):
            assert "春季社区义诊" in text and "1月10日周六9:00–12:00" in text
            assert f"{number}/{len(texts)}" in text

    def test_each_shift_has_sheets_of_its_own(self):
        texts = pages(printed(roster("王秀英", shifts=2)))
        first = [("1月10日" in text, "1月11日" in text) for text in texts]
        assert first == sorted(first, reverse=True)
        assert {*first} == {(True, False), (False, True)}

    def test_without_anybody_signed_up_it_is_ten_empty_rows(self):
        (text,) = pages(printed(roster(), "en"))
        assert "Name(notsignedup)" in text

    def test_its_headings_are_in_the_language_asked_for(self):
        text = pages(printed(roster("王秀英"), "en"))[0]
        for heading in ["Check-intime", "Check-outtime", "Signature"]:
            assert heading in text


@pytest.mark.parametrize("sheet", [poster(), roster("王秀英")], ids=["poster", "roster"])
def test_every_sheet_is_a4(sheet: PosterSheet | RosterSheet):
    assert is_a4(printed(sheet))
