"""Certificates of every kind, a letter of thanks, and two templates of the community's own."""

import datetime as dt
from io import BytesIO
from math import cos, pi, sin

from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from academy.advancement import services as advancement
from academy.advancement.models import Commendation, StarRating
from academy.certificates import awarding, letters
from academy.certificates import services as certificates
from academy.certificates.awards import awards_of
from academy.certificates.letter_models import Letter
from academy.certificates.models import Certificate
from academy.core.models import Community
from academy.decisions.services import decide
from academy.designs import services as designs
from academy.designs.models import Design, PaperKind
from academy.paper.fonts import FONTS
from academy.passes import books
from academy.passes.models import PassbookPrinting
from academy.people.models import Issuer, User, Volunteer
from academy.units.models import Unit
from demo import accounts
from demo.batch import import_service
from demo.groups import EMPLOYER

STARRED, DAYS_OF_EARLIER_YEARS = "张桂兰", 14  # of eight hours each: one star needs a hundred
COMMENDED = "吴丽华"
HONOUR = "年度优秀志愿者"
REASON = "一年来风雨无阻坚持消防通道值守，耐心劝导邻居三十余次，没有一次与人争执。"
PUPIL = "郑小燕"

OWN_TEMPLATES = (
    (
        PaperKind.COMPLETION,
        "Y社区学院结业证",
        "结业证书",
        "{姓名} 同志：\n您在Y社区志愿者学院修完《{课程}》，共 {学时} 学时（{学习时长}），考核合格，准予结业。\n"
        "学习内容：{主要内容}。\n由 {主办单位} 组织，{完成日期} 结业。\n愿您学以致用，与邻里同行。",
        Design.Border.FRET,
        True,
    ),
    (
        PaperKind.COMMENDATION,
        "Y社区表彰证书",
        "表彰证书",
        "授予：{姓名}\n荣誉称号：{荣誉称号}\n{事由}\nY社区的邻居们谢谢您！\n{表彰日期}",
        Design.Border.DOUBLE,
        False,
    ),
)


def add_papers(community: Community, *, by: User, at: dt.datetime) -> None:
    """Publish the community's own templates, and issue papers of every kind, once."""
    if Design.objects.filter(community=community).exists():
        return
    with transaction.atomic():
        _add(community, by=by, at=at)


def _add(community: Community, *, by: User, at: dt.datetime) -> None:
    issuer = Issuer.objects.filter(community=community).earliest("pk")
    seal = draw_seal(community.name)
    for kind, name, heading, body, border, is_landscape in OWN_TEMPLATES:
        draft = designs.write_draft(
            community=community,
            kind=kind,
            name=name,
            heading=heading,
            body=body,
            border=border,
            is_landscape=is_landscape,
            issuer=issuer,
            seal=seal,
            by=by,
            at=at,
        )
        assert isinstance(draft, Design), draft
        published = designs.publish(design=draft, by=by, at=at)
        assert isinstance(published, Design), published
    _earn_stars(_person(community, STARRED), issuer, by=by, at=at)
    praised = advancement.commend(
        volunteer=_person(community, COMMENDED),
        title=HONOUR,
        text=REASON,
        given_on=timezone.localdate(at),
        by=by,
        at=at,
    )
    assert isinstance(praised, Commendation), praised
    for name in (accounts.VOLUNTEER.name, "李建国", STARRED, COMMENDED):
        _issue_awards(_person(community, name), by=by, at=at)
    _issue_hours(_person(community, accounts.VOLUNTEER.name), issuer, by=by, at=at)
    _issue_hours(_person(community, PUPIL), issuer, school="长沙县湘龙中学", school_class="高一（3）班", by=by, at=at)
    begun = books.print_next(volunteer=_person(community, STARRED), seen=None, by=by, at=at)
    assert isinstance(begun, PassbookPrinting), begun
    letter = letters.issue_letter(
        issuer=issuer,
        unit=Unit.objects.get(community=community, name=EMPLOYER),
        period_from=timezone.localdate(at) - dt.timedelta(days=365),
        period_to=timezone.localdate(at),
        by=by,
        at=at,
    )
    assert isinstance(letter, Letter), letter


def _earn_stars(volunteer: Volunteer, issuer: Issuer, *, by: User, at: dt.datetime) -> None:
    """Import the service of earlier years from the desk's own list, apply for the star, and award it."""
    year = timezone.localdate(at).year - 2
    rest = "社区图书角整理,8:30,16:30,活动中心,图书编目与借阅"
    lines = [
        f"{volunteer.number},{year}-{4 + day // 4:02}-{6 + 7 * (day % 4):02},{rest}"
        for day in range(DAYS_OF_EARLIER_YEARS)
    ]
    import_service(issuer, lines, name=f"{year}年图书角值班表.csv", by=by, at=at)
    rating = advancement.apply_for_star(volunteer=volunteer, by=by, at=at)
    assert isinstance(rating, StarRating), rating
    approver = User.objects.get(phone=accounts.ADMINISTRATOR.phone)
    decided = decide(request=rating, by=approver, at=at, accepted=True)
    assert isinstance(decided, StarRating), decided


def _issue_awards(volunteer: Volunteer, *, by: User, at: dt.datetime) -> None:
    for award in awards_of(volunteer, at=at):
        if award.refusal is None:
            certificate = awarding.issue_award(volunteer=volunteer, source=award.source, by=by, at=at)
            assert isinstance(certificate, Certificate), certificate


def _issue_hours(
    volunteer: Volunteer, issuer: Issuer, *, school: str = "", school_class: str = "", by: User, at: dt.datetime
) -> None:
    certificate = certificates.issue(
        issuer=issuer,
        volunteer=volunteer,
        period_from=timezone.localdate(at) - dt.timedelta(days=365),
        period_to=timezone.localdate(at),
        school=school,
        school_class=school_class,
        by=by,
        at=at,
    )
    assert isinstance(certificate, Certificate), certificate


def _person(community: Community, name: str) -> Volunteer:
    return Volunteer.objects.filter(community=community, name=name, merged_into=None).earliest("pk")


def draw_seal(name: str) -> bytes:
    """Return a round red seal of the demonstration as PNG. It says so itself."""
    side, middle, red = 520, 260, (190, 30, 30, 255)
    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    drawing = ImageDraw.Draw(picture)
    drawing.ellipse((8, 8, side - 8, side - 8), outline=red, width=12)
    points = [
        (middle + radius * sin(pi * step / 5), middle - radius * cos(pi * step / 5))
        for step, radius in enumerate((84, 33) * 5)
    ]
    drawing.polygon(points, fill=red)
    text = f"{name}志愿服务站"
    font = ImageFont.truetype(str(FONTS[1].whole), 62)
    for place, letter in enumerate(text):
        turn = (place - (len(text) - 1) / 2) * 250 / len(text)
        tile = Image.new("RGBA", (side, side), (0, 0, 0, 0))
        ImageDraw.Draw(tile).text((middle, 30), letter, font=font, fill=red, anchor="mt")
        picture.alpha_composite(tile.rotate(-turn, center=(middle, middle)))
    small = ImageFont.truetype(str(FONTS[1].whole), 46)
    ImageDraw.Draw(picture).text((middle, 425), "演示专用", font=small, fill=red, anchor="mm")
    content = BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()
