"""The content of a certificate, read as text and decoded from its picture as by a phone."""

import pytest

from tests.certificates.samples import certificate
from tests.paper.printing import printed
from tests.paper.reading import codes, is_a4, margins_are_white, pages, width_in_mm

pytestmark = pytest.mark.slow


def test_it_has_the_full_set_of_fields():
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


def test_it_bears_its_title_and_what_it_rests_on():
    """P10."""
    (text,) = pages(printed(certificate()))
    assert "志愿服务记录证明" in text
    assert "依据本记录单位志愿服务记录出具" in text
    assert "（盖章）" in text
    assert "第1页/共1页" in text


def test_an_identity_document_not_given_leaves_no_empty_field():
    (text,) = pages(printed(certificate()))
    assert "证件" not in text
    assert "其他需要说明的事项" not in text


def test_it_is_chinese_whatever_the_language():
    assert printed(certificate(), "en") == printed(certificate())


@pytest.mark.parametrize("dpi", [100, 150])
def test_its_code_is_read_from_the_picture_and_is_large_enough(dpi: int):
    (code,) = codes(printed(certificate()), dpi=dpi)
    assert code.text == "HTTPS://ACADEMY.EXAMPLE.ORG/VERIFY/7K3M9QXA2B4C5D6E/"
    assert code.ec_level == "Q"
    assert width_in_mm(code, dpi=dpi) >= 25


def test_the_address_and_the_telephone_stand_there_as_text():
    """P5: a forged paper brings a forged address."""
    (text,) = pages(printed(certificate()))
    assert "academy.example.org/verify/" in text
    assert "7K3M-9QXA-2B4C-5D6E" in text
    assert "也可致电010-66668888核实" in text


def test_the_head_of_the_ledger_stands_at_its_foot_and_leaves_the_code_readable():
    sheet = printed(certificate(anchor="yinxing:41:9f2c0a1b2c3d4e5f"))
    (text,) = pages(sheet)
    assert "台账指纹yinxing:41:9f2c0a1b2c3d4e5f" in text
    assert [code.text for code in codes(sheet, dpi=100)] == ["HTTPS://ACADEMY.EXAMPLE.ORG/VERIFY/7K3M9QXA2B4C5D6E/"]
    assert "台账指纹" not in pages(printed(certificate()))[0]


def test_many_rows_flow_onto_more_pages_with_their_heading_and_number():
    texts = pages(printed(certificate(rows=60)))
    assert len(texts) >= 3
    for page, text in enumerate(texts, 1):
        assert "序号日期活动服务内容小时" in text
        assert f"第{page}页/共{len(texts)}页" in text
        assert "证明编号YXL-2026-000123" in text
    assert texts[-1].count("（盖章）") == 1
    assert sum(text.count("2026-") - text.count("YXL-2026-") for text in texts) == 60


@pytest.mark.parametrize("rows", range(8, 16))
def test_no_page_is_without_rows(rows: int):
    """Signature and seal are never alone on a page, which could be put behind other rows."""
    for text in pages(printed(certificate(rows=rows))):
        assert "2026-" in text.replace("YXL-2026-", "")


@pytest.mark.parametrize("name", ["龚䶮", "朱㛃𬀩", "李玥喆", "𠅤𫖮"])
def test_rare_characters_of_names_are_printed_and_can_be_copied(name: str):
    assert name in pages(printed(certificate(name=name)))[0]


def test_long_names_stay_within_the_frame():
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


def test_it_is_a4():
    assert is_a4(printed(certificate()))
