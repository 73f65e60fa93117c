"""Papers made of templates: codes, cheap printers, hostile texts, old certificates."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import zxingcpp
from PIL import ImageChops

from academy.certificates import awarding, printing
from academy.certificates.models import Certificate
from academy.designs import services as designs
from academy.designs.models import Design
from academy.designs.pictures import clear_png
from academy.designs.sheets import DesignedSheet, Line, picture_address
from academy.designs.standard import STANDARD
from academy.designs.wording import Kind, fill_in
from academy.paper.pdf import print_sheet
from academy.people.models import Volunteer
from demo.papers import draw_seal
from tests.answers import code_of
from tests.certificates.issuing import issue, issued
from tests.designs.test_services import picture as a_seal
from tests.hours.scene import ISSUED_AT, Scene
from tests.paper.printing import CREATED, printed
from tests.paper.reading import boxes, codes, margins_are_white, pages, picture, scanned, width_in_mm

pytestmark = pytest.mark.slow

URL = "HTTPS://ACADEMY.EXAMPLE.ORG/VERIFY/7K3M9QXA2B4C5D6E/"
VALUES = {
    **dict.fromkeys(("name", "recipient"), "王秀英"),
    **{"course": "心肺复苏与AED", "main_content": "胸外按压", "class_hours": "4", "organiser": "街道红十字会"},
    **{"done_on": "2026年1月10日", "tier": "初级", "stars": "三星级", "honour": "敬老之星", "reason": "照顾邻居"},
    **{"hours": "38.5", "times": "15", "period_from": "2026年1月1日", "period_to": "2026年1月31日"},
    **{"contribution": "12 位成员参加 30 人次。", "volunteer_number": "V2026000012K"},
}


def sheet(kind: str, *, rows: int = 10, values: dict[str, str] | None = None, **fields: Any) -> DesignedSheet:
    standard = STANDARD[kind]
    filled: dict[str, Any] = {
        "heading": standard.heading,
        "paragraphs": fill_in(kind, standard.body, {**VALUES, **(values or {})}),
        "border": standard.border,
        "is_landscape": standard.is_landscape,
        "issuer": "银杏里社区志愿服务队",
        "person_responsible": "周建国",
        "handler": "李敏",
        "telephone": "010-6666 8888",
        "number": "ZM01-2026-000123",
        "issued_on": "2026年2月2日",
        "verify_url": URL,
        "verify_address": "academy.example.org/verify/",
        "verify_code": "7K3M-9QXA-2B4C-5D6E",
        "lines": tuple(
            Line(date="2026年1月15日", activity="周六文明清洁日", content="垃圾分类引导", hours="3.0")
            for _row in range(rows)
        )
        if kind == Kind.SERVICE
        else (),
        "total": "38.5",
    }
    return DesignedSheet(**(filled | fields))


@pytest.mark.parametrize("kind", list(Kind))
def test_each_paper_is_one_page_with_all_that_verifies_it(kind: Kind) -> None:
    pdf = printed(sheet(kind))
    (text,) = pages(pdf)
    for words in ("王秀英", "ZM01-2026-000123", "7K3M-9QXA-2B4C-5D6E", "银杏里社区志愿服务队", "academy.example.org"):
        assert words in text
    (code,) = codes(pdf, dpi=150)
    assert code.text == URL
    assert width_in_mm(code, dpi=150) >= 25
    assert margins_are_white(pdf)


@pytest.mark.parametrize("border", ["double", "fret", "letter"])
@pytest.mark.parametrize("is_landscape", [True, False])
def test_each_look_is_read_in_black_and_white_after_a_copy(border: str, is_landscape: bool) -> None:
    pdf = printed(sheet(Kind.TIER, border=border, is_landscape=is_landscape, seal=picture_address(a_seal())))
    page = picture(pdf, dpi=150)
    for seen in (page, page.point([255 * (level > 127) for level in range(256)]), scanned(scanned(page))):
        assert [code.text for code in zxingcpp.read_barcodes(seen)] == [URL]


def test_a_seal_is_printed_over_the_unit_and_without_one_there_is_room() -> None:
    without, with_seal = printed(sheet(Kind.TIER)), printed(sheet(Kind.TIER, seal=picture_address(a_seal())))
    assert "（盖章）" in pages(without)[0] and "（盖章）" not in pages(with_seal)[0]
    assert "银杏里社区志愿服务队" in pages(with_seal)[0]


LONGEST_UNIT = "湖南省长沙市长沙县湘龙街道湘龙社区居民委员会志愿服务工作站"
RAREST = {"issuer": "䶮𬭎镇㛃家社区志愿服务队", "person_responsible": "欧阳䶮", "handler": "阿卜杜热合曼·麦麦提"}
STAMPED: dict[str, Any] = {"seal": picture_address(clear_png(draw_seal("湘龙")) or b"")}


@pytest.mark.parametrize("given", [{}, {"issuer": LONGEST_UNIT}, RAREST], ids=["usual", "longest", "rarest"])
@pytest.mark.parametrize("kind", [Kind.SERVICE, Kind.COMPLETION, Kind.THANKS])
def test_nothing_under_the_seal_is_lost_in_grey_or_in_black_and_white(kind: Kind, given: dict[str, str]) -> None:
    """The seal lies on text by custom; unit, date and the code stay as they are without it (P2)."""
    whole, plain = printed(sheet(kind, **STAMPED, **given)), printed(sheet(kind, **given))
    for words in (given.get("issuer", "银杏里社区志愿服务队"), "2026年2月2日", "负责人", "经办人"):
        assert words in pages(whole)[0]
    stamped, bare = picture(whole, dpi=150), picture(plain, dpi=150)
    seal = ImageChops.difference(stamped, bare).point([255 * (level > 40) for level in range(256)])
    assert seal.getbbox() is not None and seal.histogram()[255] > 5000  # it is seen
    assert [code.text for code in zxingcpp.read_barcodes(stamped)] == [URL]
    without_greys = [255 * (level > 110) for level in range(256)]
    for box in boxes(plain):
        if box.letter in "（盖章）":
            continue  # stands in place of a seal
        place = [round(side / 25.4 * 150) for side in (box.left, box.top, box.right, box.bottom)]
        letters = [page.crop(tuple(place)).point(without_greys) for page in (stamped, bare)]
        width, height = letters[0].size
        assert ImageChops.difference(*letters).histogram()[255] <= 0.08 * width * height, box


@pytest.mark.parametrize("lessons", [1, 5, 9, 12, 18])
@pytest.mark.parametrize("is_landscape", [True, False])
def test_texts_of_all_lengths_stay_on_one_page(lessons: int, is_landscape: bool) -> None:
    values = {"main_content": "、".join(["判断意识与呼救的正确做法"] * lessons), "name": "买买提·吐尔逊·阿卜杜热合曼江"}
    assert len(pages(printed(sheet(Kind.COMPLETION, values=values, is_landscape=is_landscape)))) == 1


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind != Kind.SERVICE])
def test_the_products_texts_stay_on_one_page_with_the_letterhead_too(kind: Kind) -> None:
    for is_landscape in (True, False):
        assert len(pages(printed(sheet(kind, border="letter", is_landscape=is_landscape)))) == 1


def test_a_long_list_of_services_goes_on_with_its_frame() -> None:
    pdf = printed(sheet(Kind.SERVICE, rows=60))
    assert len(pages(pdf)) > 1
    assert "合计38.5" in "".join(pages(pdf))


def test_the_same_sheet_gives_the_same_bytes() -> None:
    one = sheet(Kind.COMPLETION, seal=picture_address(a_seal()))
    assert printed(one) == printed(replace(one))


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "<img src=file:///etc/passwd>",
        "{级别}",
        "&lt;b&gt;",
        "王\u202e秀\u200b英",
        "王" * 200,
    ],
)
def test_a_hostile_name_is_printed_as_text(name: str) -> None:
    answer = print_sheet(sheet(Kind.TIER, values={"name": name}), created=CREATED, practice=False)
    assert isinstance(answer, bytes)
    seen = "".join(pages(answer))
    assert "".join(letter for letter in name if letter not in "\u202e\u200b").replace(" ", "") in seen


def test_an_emoji_is_refused_and_named() -> None:
    answer = print_sheet(sheet(Kind.TIER, values={"name": "王🌟"}), created=CREATED, practice=False)
    assert code_of(answer) == "missing_glyphs" and "🌟" in str(answer)


@pytest.mark.parametrize("address", ["https://example.org/seal.png", "file:///etc/passwd", "data:text/html,x"])
def test_no_picture_comes_from_elsewhere(address: str) -> None:
    with pytest.raises(RuntimeError, match="offline"):
        printed(sheet(Kind.TIER, seal=address))


@pytest.mark.parametrize("name", ["刘䶮", "孙㛃", "李𬀩", "陈𫖮", "買買提·吐爾遜", "Zoë Müller"])
def test_rare_names_are_printed(name: str) -> None:
    assert name.replace(" ", "") in pages(printed(sheet(Kind.TIER, values={"name": name})))[0]


# Certificates of service


def own_template(scene: Scene, **content: Any) -> Design:
    standard = STANDARD[Kind.SERVICE]
    given = {"heading": "志愿服务证明书", "body": standard.body, **content}
    draft = designs.write_draft(
        community=scene.community, kind="service", name="社区样式", by=scene.social_worker, at=ISSUED_AT, **given
    )
    assert isinstance(draft, Design), draft
    published = designs.publish(design=draft, by=scene.social_worker, at=ISSUED_AT)
    assert isinstance(published, Design), published
    return published


def test_a_communitys_template_prints_the_hours_and_their_content(scene: Scene, volunteer: Volunteer) -> None:
    own_template(scene)
    certificate = issued(issue(scene, volunteer, remark="用于积分入户"))
    pdf = printing.render(certificate, at=ISSUED_AT)
    assert isinstance(pdf, bytes)
    text = "".join(pages(pdf))
    for words in (
        *(
            "志愿服务证明书",
            "王秀英",
            volunteer.number,
            "共5.0小时",
            "入户宣传防火知识",
            "2026年1月1日",
            "用于积分入户",
        ),
        *("依据本记录单位志愿服务记录出具", certificate.number, "台账指纹"),
    ):
        assert words in text
    assert "学校" not in text and "号码：" not in text


def test_a_certificate_that_was_issued_before_keeps_its_look(
    scene: Scene, volunteer: Volunteer, certificate: Certificate
) -> None:
    before = printing.render(certificate, at=ISSUED_AT)
    own_template(scene)
    assert printing.render(Certificate.objects.get(pk=certificate.pk), at=ISSUED_AT) == before
    assert issue(scene, volunteer) == certificate


def test_a_school_gets_its_form(scene: Scene, volunteer: Volunteer) -> None:
    plain = issued(issue(scene, volunteer))
    certificate = issued(issue(scene, volunteer, school="湘龙中学", school_class="高一（3）班"))
    assert certificate != plain and "湘龙中学" not in str(certificate.snapshot)
    pdf = printing.render(certificate, at=ISSUED_AT)
    assert isinstance(pdf, bytes)
    (text,) = pages(pdf)
    assert "学校湘龙中学" in text and "班级高一（3）班" in text
    unmarked = printing.render(plain, at=ISSUED_AT)
    assert isinstance(unmarked, bytes) and "学校" not in pages(unmarked)[0]


def test_a_replacement_for_a_school_stays_one(scene: Scene, volunteer: Volunteer) -> None:
    certificate = issued(issue(scene, volunteer, school="湘龙中学", school_class="高一（3）班"))
    scene.serve(volunteer, "14:00", "16:00", day=dt.date(2026, 1, 24))
    newer = issued(awarding.reissue(certificate=certificate, by=scene.social_worker, at=ISSUED_AT))
    pdf = printing.render(newer, at=ISSUED_AT)
    assert isinstance(pdf, bytes) and "湘龙中学" in pages(pdf)[0] and newer.minutes == 420
