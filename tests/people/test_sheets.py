"""The text of slips and cards, and their codes, decoded from a picture as a phone does."""

from dataclasses import replace

import pytest

from academy.people.sheets import CardsSheet, SlipsSheet
from tests.paper.printing import printed
from tests.paper.reading import (
    boxes,
    codes,
    codes_in_reading_order,
    is_a4,
    margins_are_white,
    pages,
    picture,
    width_in_mm,
)
from tests.people.samples import cards, slips

pytestmark = pytest.mark.slow


class TestSlips:
    def test_each_person_has_their_own_name_number_and_code(self):
        sheet = slips("王秀英", "李建国", "阿卜杜热合曼·麦麦提吐尔逊")
        content = printed(sheet)
        (text,) = pages(content)
        for slip in sheet.slips:
            assert slip.name in text
            assert slip.number in text
            assert slip.code in text
        assert text.count("academy.example.org/s/") == 3
        assert [code.text for code in codes_in_reading_order(content)] == [slip.url for slip in sheet.slips]

    def test_eight_stand_on_a_sheet(self):
        content = printed(slips(*["王秀英"] * 20))
        assert [text.count("王秀英") for text in pages(content)] == [8, 8, 4]
        assert len(codes(content, page=0, dpi=150)) == 8

    def test_the_code_is_large_enough(self):
        (code,) = codes(printed(slips("王秀英")), dpi=150)
        assert width_in_mm(code, dpi=150) >= 25

    def test_they_say_that_the_code_is_valid_once(self):
        (text,) = pages(printed(slips("王秀英"), "en"))
        assert "Validonce." in text

    @pytest.mark.parametrize(
        "contact", ["银杏里社区居民委员会志愿服务工作总站服务台" + " 0731-66668888", "银" * 100 + " 0731-66668888"]
    )
    def test_nothing_stands_on_a_cutting_line_or_where_printers_do_not_print(self, contact: str):
        sheet = slips(*["王秀英", "阿卜杜热合曼·麦麦提吐尔逊·阿布都克里木江"] * 4)
        content = printed(replace(sheet, contact=contact))
        (text,) = pages(content)
        assert text.count("0731-66668888") == 8
        assert margins_are_white(content)
        rows = [6.5 + 71 * row for row in range(5)]
        for box in boxes(content):
            assert any(left <= box.left and box.right <= left + 91 for left in (11, 108)), box
            assert any(above + 3 <= box.top and box.bottom <= above + 71 - 2.5 for above in rows), box
        assert len(codes(content, dpi=150)) == 8

    def test_lines_to_cut_are_between_the_slips_alone(self):
        dpi = 254  # ten dots per millimetre
        image = picture(printed(slips(*["王秀英"] * 8)), dpi=dpi).point(lambda shade: 255 * (shade < 128))
        for row in (775, 1485, 2195):
            assert image.crop((60, row - 4, 110, row + 4)).getbbox(), row
        assert image.crop((0, 2880, 1000, 2970)).getbbox() is None


class TestCards:
    def test_each_person_has_their_own_name_number_and_code(self):
        sheet = cards("王秀英", "李建国", "阿卜杜热合曼·麦麦提吐尔逊")
        content = printed(sheet)
        (text,) = pages(content)
        for card in sheet.cards:
            assert card.name in text
            assert card.number in text
        assert text.count("银杏里社区志愿服务队010-66668888") == 3
        assert [code.text for code in codes_in_reading_order(content)] == [card.url for card in sheet.cards]

    def test_ten_stand_on_a_sheet(self):
        content = printed(cards(*["王秀英"] * 21))
        assert [text.count("王秀英") for text in pages(content)] == [10, 10, 1]
        assert len(codes(content, page=0, dpi=150)) == 10

    @pytest.mark.parametrize("dpi", [150, 200])
    def test_the_code_is_large_enough_and_coarse(self, dpi: int):
        (code,) = codes(printed(cards("王秀英")), dpi=dpi)
        assert width_in_mm(code, dpi=dpi) >= 25
        assert code.ec_level == "Q"

    def test_a_card_is_as_large_as_a_bank_card_and_marked_to_be_cut(self):
        """The marks to cut are outside the card."""
        dpi = 254  # ten dots per millimetre
        image = picture(printed(cards("王秀英")), dpi=dpi).point(lambda shade: 255 * (shade < 128))
        left, top, right, bottom = 194, 135, 194 + 856, 135 + 540
        for x, y in ((left, top), (right, top), (left, bottom), (right, bottom)):
            above = image.crop((x - 4, 60, x + 4, 120)).getbbox()
            beside = image.crop((118, y - 4, 178, y + 4)).getbbox()
            assert above and beside, (x, y)
        assert image.crop((left - 10, top - 10, right + 10, top + 10)).getbbox() is None
        assert image.crop((left - 10, bottom - 10, right + 10, bottom + 10)).getbbox() is None

    def test_each_card_bears_the_emblem(self):
        dpi = 254  # ten dots per millimetre
        image = picture(printed(cards("王秀英", "李建国")), dpi=dpi).point(lambda shade: 255 * (shade < 128))
        for left in (194, 194 + 856):
            found = image.crop((left + 50, 135 + 42, left + 125, 135 + 117)).getbbox()
            assert found and min(found[2] - found[0], found[3] - found[1]) >= 60, found

    def test_texts_keep_off_the_edges_of_the_cards(self):
        contact = "银杏里社区居民委员会志愿服务工作总站服务台" + " 0731-66668888"
        content = printed(cards(*["王秀英", "阿卜杜热合曼·麦麦提吐尔逊·阿布都克里木江"] * 5, contact=contact))
        for box in boxes(content):
            columns = [(19.4 + 85.6 * column, 105 + 85.6 * column) for column in range(2)]
            assert any(left + 3 <= box.left and box.right <= right - 3 for left, right in columns), box
            assert any(13.5 + 54 * row + 3 <= box.top and box.bottom <= 67.5 + 54 * row - 2.5 for row in range(5)), box
        assert len(codes(content, dpi=150)) == 10

    def test_a_long_name_and_a_long_contact_stay_on_the_card(self):
        content = printed(cards("阿卜杜热合曼·麦麦提吐尔逊·阿布都克里木江", contact="银" * 40 + " 010-6666 8888"))
        (text,) = pages(content)
        assert "阿卜杜热合曼·麦麦提吐尔逊·阿布都克里木江" in text
        assert "010-66668888" in text
        assert len(codes(content, dpi=150)) == 1
        assert margins_are_white(content)


@pytest.mark.parametrize("sheet", [slips("王秀英"), cards("王秀英")], ids=["slips", "cards"])
def test_every_sheet_is_a4(sheet: SlipsSheet | CardsSheet):
    assert is_a4(printed(sheet))
