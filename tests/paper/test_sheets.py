"""What stands on each sheet, read as text, and decoded from its picture as a phone would."""

import pypdfium2 as pdfium
import pytest

from academy.paper.pdf import render_pdf
from academy.paper.sheets import PosterSheet, Sheet
from tests.paper.reading import codes, pages, picture, width_in_mm
from tests.paper.samples import CREATED, cards, certificate, poster, roster, slips

pytestmark = pytest.mark.slow


def printed(sheet: Sheet, language: str = "zh-hans") -> bytes:
    return render_pdf(sheet, language=language, created=CREATED)


class TestCertificate:
    def test_it_has_the_full_set_of_fields(self):
        """P2."""
        (text,) = pages(
            printed(
                certificate(
                    document_type="居民身份证",
                    document_number="34052419800101001X",
                    remark="以上时长均由现场扫码记录产生。",
                )
            )
        )
        for label, value in {
            "志愿者姓名": "王秀英",
            "证件类型": "居民身份证",
            "证件号码": "34052419800101001X",
            "志愿者编号": "V2026000012K",
            "服务时间（小时）": "38.5",
            "服务内容": "测量血压、登记并讲解用药",
            "统计起止日期": "2026年1月1日至2026年11月30日",
            "出具主体名称": "银杏里社区志愿服务队",
            "负责人": "周建国",
            "经办人": "李敏",
            "联系方式": "010-66668888",
            "证明编号": "YXL-2026-000123",
            "出具日期": "2026年12月1日",
            "其他需要说明的事项": "以上时长均由现场扫码记录产生。",
        }.items():
            assert label in text
            assert value in text

    def test_it_bears_its_title_and_what_it_rests_on(self):
        """P10."""
        (text,) = pages(printed(certificate()))
        assert "志愿服务记录证明" in text
        assert "依据本记录单位志愿服务记录出具" in text
        assert "（盖章）" in text
        assert "第1页/共1页" in text

    def test_an_identity_document_not_given_leaves_no_empty_field(self):
        (text,) = pages(printed(certificate()))
        assert "证件" not in text
        assert "其他需要说明的事项" not in text

    def test_it_is_chinese_whatever_the_language(self):
        assert printed(certificate(), "en") == printed(certificate())

    @pytest.mark.parametrize("dpi", [100, 150])
    def test_its_code_is_read_from_the_picture_and_is_large_enough(self, dpi: int):
        (code,) = codes(printed(certificate()), dpi=dpi)
        assert code.text == "HTTPS://ACADEMY.EXAMPLE.ORG/VERIFY/7K3M9QXA2B4C5D6E/"
        assert code.ec_level == "Q"
        assert width_in_mm(code, dpi=dpi) >= 25

    def test_the_address_and_the_telephone_stand_there_as_text(self):
        """P5: a forged paper brings a forged address."""
        (text,) = pages(printed(certificate()))
        assert "academy.example.org/verify/" in text
        assert "7K3M-9QXA-2B4C-5D6E" in text
        assert "也可致电010-66668888核实" in text

    def test_many_rows_flow_onto_more_pages_with_their_heading_and_number(self):
        texts = pages(printed(certificate(rows=60)))
        assert len(texts) >= 3
        for page, text in enumerate(texts, 1):
            assert "序号日期活动服务内容小时" in text
            assert f"第{page}页/共{len(texts)}页" in text
            assert "证明编号YXL-2026-000123" in text
        assert texts[-1].count("（盖章）") == 1
        assert sum(text.count("2026-") - text.count("YXL-2026-") for text in texts) == 60

    @pytest.mark.parametrize("rows", range(8, 16))
    def test_no_page_is_without_rows(self, rows: int):
        """What is signed and sealed never stands alone on a page, to be put behind other rows."""
        for text in pages(printed(certificate(rows=rows))):
            assert "2026-" in text.replace("YXL-2026-", "")

    @pytest.mark.parametrize("name", ["龚䶮", "朱㛃𬀩", "李玥喆", "𠅤𫖮"])
    def test_rare_characters_of_names_are_printed_and_can_be_copied(self, name: str):
        assert name in pages(printed(certificate(name=name)))[0]

    def test_long_names_stay_within_the_frame(self):
        content = printed(
            certificate(
                rows=12,
                name="阿卜杜热合曼·麦麦提吐尔逊·阿布都克里木江",
                issuer="银杏里街道社会工作服务中心与辖区志愿服务联合会（试点单位）第一分会",
                remark="本证明所列服务时间以现场扫码为准，" * 10,
                number="YXL-2026-000000000123",
            )
        )
        assert "阿卜杜热合曼·麦麦提吐尔逊·阿布都克里木江" in pages(content)[0]
        for page in range(len(pages(content))):
            assert margins_are_white(content, page=page)


class TestPoster:
    @pytest.mark.parametrize("dpi", [60, 100])
    def test_its_code_is_read_even_from_a_coarse_picture(self, dpi: int):
        (code,) = codes(printed(poster()), dpi=dpi)
        assert code.text == "HTTPS://ACADEMY.EXAMPLE.ORG/C/7K3M9QXA2B4/"
        assert code.ec_level == "Q"
        assert width_in_mm(code, dpi=dpi) >= 75

    def test_it_says_what_when_where_and_who(self):
        (text,) = pages(printed(poster()))
        for part in ["春季社区义诊", "1月10日周六9:00–12:00", "1月11日周日9:00–12:00", "银杏里社区卫生服务站一楼大厅"]:
            assert part in text
        for part in ["银杏里社区志愿服务队", "王秀英", "李敏010-66668888", "academy.example.org/c/7K3M9QXA2B4/"]:
            assert part in text

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
    def test_whatever_it_says_fits_one_page_and_its_code_is_read(self, sheet: PosterSheet):
        content = printed(sheet)
        (text,) = pages(content)
        assert "".join(sheet.title.split()) in text
        assert [code.text for code in codes(content, dpi=100)] == [sheet.url]
        assert margins_are_white(content)


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
        assert [code.text for code in _in_reading_order(content)] == [slip.url for slip in sheet.slips]

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


class TestCards:
    def test_each_person_has_their_own_name_number_and_code(self):
        sheet = cards("王秀英", "李建国", "阿卜杜热合曼·麦麦提吐尔逊")
        content = printed(sheet)
        (text,) = pages(content)
        for card in sheet.cards:
            assert card.name in text
            assert card.number in text
        assert text.count("银杏里社区志愿服务队010-66668888") == 3
        assert [code.text for code in _in_reading_order(content)] == [card.url for card in sheet.cards]

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
        """Within the card nothing but the card: the marks stand outside."""
        dpi = 254  # ten dots a millimetre
        image = picture(printed(cards("王秀英")), dpi=dpi).point(lambda shade: 255 * (shade < 128))
        left, top, right, bottom = 194, 135, 194 + 856, 135 + 540
        for x, y in ((left, top), (right, top), (left, bottom), (right, bottom)):
            above = image.crop((x - 4, 60, x + 4, 120)).getbbox()
            beside = image.crop((118, y - 4, 178, y + 4)).getbbox()
            assert above and beside, (x, y)
        assert image.crop((left - 10, top - 10, right + 10, top + 10)).getbbox() is None
        assert image.crop((left - 10, bottom - 10, right + 10, bottom + 10)).getbbox() is None

    def test_a_long_name_and_a_long_contact_stay_on_the_card(self):
        content = printed(cards("阿卜杜热合曼·麦麦提吐尔逊·阿布都克里木江", contact="银" * 40 + " 010-6666 8888"))
        (text,) = pages(content)
        assert "阿卜杜热合曼·麦麦提吐尔逊·阿布都克里木江" in text
        assert "010-66668888" in text
        assert len(codes(content, dpi=150)) == 1
        assert margins_are_white(content)


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
        assert [code.text for code in _in_reading_order(content)] == [line.url for line in lines]

    @pytest.mark.parametrize("dpi", [100, 150])
    def test_its_codes_are_large_enough(self, dpi: int):
        for code in codes(printed(roster("王秀英", "李建国")), dpi=dpi):
            assert width_in_mm(code, dpi=dpi) >= 25

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


def _in_reading_order(content: bytes):
    found = codes(content, dpi=150)
    return sorted(found, key=lambda code: (code.position.top_left.y // 100, code.position.top_left.x))


def margins_are_white(content: bytes, *, page: int = 0) -> bool:
    """Whether nothing is printed within 5 mm of the paper's edges."""
    dpi = 72
    image = picture(content, page=page, dpi=dpi)
    edge = round(5 / 25.4 * dpi)
    width, height = image.size
    strips = [
        (0, 0, width, edge),
        (0, height - edge, width, height),
        (0, 0, edge, height),
        (width - edge, 0, width, height),
    ]
    return all(image.crop(strip).getextrema() == (255, 255) for strip in strips)


@pytest.mark.parametrize(
    "sheet",
    [certificate(), poster(), slips("王秀英"), cards("王秀英"), roster("王秀英")],
    ids=["certificate", "poster", "slips", "cards", "roster"],
)
def test_every_sheet_is_a4(sheet: Sheet):
    with pdfium.PdfDocument(printed(sheet)) as document:
        assert [round(length) for length in document[0].get_size()] == [595, 842]
