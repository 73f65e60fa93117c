"""Activities that volunteers started, an idea in talk, the served people's words, and photos."""

import datetime as dt
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image as Canvas
from PIL import ImageDraw

from academy.activities import services as activities
from academy.activities.models import Activity, Shift
from academy.core.models import Community
from academy.decisions.services import decide
from academy.feedback import services as feedback
from academy.feedback.models import Feedback
from academy.learning.models import Course
from academy.people.models import User, Volunteer
from academy.people.services import logins
from academy.photos import services as photos
from academy.photos.models import Photo
from academy.proposals import preparing
from academy.proposals import services as proposals
from academy.proposals.models import LeadingTerms, Proposal, ProposalRequest
from demo import accounts

PLANNING = "planning-and-risks"
SERVED = "冬季防火入户宣传"  # of the past
FIRE = {
    "title": "冬季防火宣传",
    "what": "挨家送防火册子，看看楼道有没有堆物，教老人用灭火毯",
    "whom": "45 栋、47 栋的老人和租户",
    "begins": dt.time(9),
    "ends": dt.time(11, 30),
    "place": "45 栋楼下",
    "people": 12,
    "risks": "楼梯滑，走访两人一组",
    "help_needed": "防火册子 80 份，灭火毯一块做示范",
}
ELDERS = {
    "title": "关爱弱势长者",
    "what": "陪独居老人说说话，送春联，顺便看看家里用电安全不安全",
    "whom": "12 栋、15 栋的独居老人",
    "begins": dt.time(9),
    "ends": dt.time(12),
    "place": "12 栋、15 栋",
    "people": 16,
    "risks": "老人身体不舒服时先打电话给社工",
    "help_needed": "春联和红纸",
}
BADUANJIN = {
    "title": "八段锦进楼栋",
    "what": "每天早上在楼下带大家练一遍八段锦",
    "whom": "起得早的邻居",
    "begins": dt.time(7, 30),
    "ends": dt.time(8, 30),
    "place": "3 栋楼下空地",
    "risks": "地面结冰就不练",
    "help_needed": "一个小音箱",
}
WORDS = (
    (3, "讲得清楚，还帮我看了插座"),
    (3, "姑娘小伙子都很耐心"),
    (3, ""),
    (3, "册子字大，看得见"),
    (2, "来的时候我正在做饭，提前打个电话就好了"),
    (3, "请再来一次，我电话 13800000009"),
    (1, "敲门声音太大"),
    (3, "谢谢"),
)


def add_ideas(community: Community, *, by: User, at: dt.datetime) -> None:
    """Add what volunteers started, once."""
    if Proposal.objects.filter(community=community).exists():
        return
    fire = _accept(community, "吴丽华", FIRE, days=9, by=by, at=at)
    activities.publish_activity(activity=fire, by=by, at=at)
    starts_at = timezone.localtime(fire.shifts.get().starts_at) - dt.timedelta(days=2)
    session = preparing.plan_session(
        activity=fire,
        starts_at=starts_at.replace(hour=11),
        ends_at=starts_at.replace(hour=12),
        place="社区活动中心一楼",
        by=by,
        at=at,
    )
    assert isinstance(session, Activity), session
    _accept(community, "李建国", ELDERS, days=16, by=by, at=at)
    LeadingTerms.objects.create(community=community, course=Course.objects.get(community=community, key=PLANNING))
    talked = _hand_in(community, accounts.VOLUNTEER.name, BADUANJIN, days=12, at=at - dt.timedelta(days=1))
    proposals.add_note(
        proposal=talked.proposal, text="想法很好。每天都练，还是先从周六开始？谁来放音乐？", by=by, at=at
    )
    past = Activity.objects.filter(community=community, title=SERVED, published_at__lt=at).earliest("pk")
    over = Shift.objects.filter(activity=past).latest("ends_at").ends_at
    for number, (face, words) in enumerate(WORDS):
        said = feedback.say(activity=past, face=face, words=words, browser=f"demo-{number}", at=over)
        assert isinstance(said, Feedback), said
    files = [SimpleUploadedFile(f"{number}.jpg", _paint(number), "image/jpeg") for number in range(4)]
    photos.add(activity=past, files=files, by=by, at=at)
    shown = list(Photo.objects.filter(activity=past).values_list("pk", flat=True)[:3])
    photos.show(activity=past, photos=shown, cleared=True, by=by, at=at)
    photos.ask_removal(photo=Photo.objects.get(pk=shown[-1]), words="第二排左边是我妈妈，她不想出现", at=at)


def _hand_in(
    community: Community, name: str, idea: dict[str, object], *, days: int, at: dt.datetime
) -> ProposalRequest:
    person = Volunteer.objects.filter(community=community, name=name, merged_into=None).earliest("pk")
    login = logins.login_for(volunteer=person)
    day = timezone.localdate(at) + dt.timedelta(days=days)
    written = proposals.write(proposal=None, volunteer=person, fields={**idea, "day": day}, by=login, at=at)
    assert isinstance(written, Proposal), written
    handed_in = proposals.hand_in(proposal=written, by=login, at=at)
    assert isinstance(handed_in, ProposalRequest), handed_in
    return handed_in


def _accept(
    community: Community, name: str, idea: dict[str, object], *, days: int, by: User, at: dt.datetime
) -> Activity:
    request = _hand_in(community, name, idea, days=days, at=at)
    answer = decide(request=request, by=by, at=at, accepted=True)
    assert isinstance(answer, ProposalRequest), answer
    activity = Proposal.objects.get(pk=request.proposal_id).activity
    assert activity is not None
    return activity


def _paint(number: int) -> bytes:
    """Return a painted stairwell with leaflets on the doors: it needs no licence and shows no person."""
    width, height = 1200, 900
    canvas = Canvas.new("RGB", (width, height), ("#e8dcc4", "#dfe6e4", "#efe3d2", "#e2e0ea")[number])
    draw = ImageDraw.Draw(canvas)
    draw.polygon([(0, height), (width, height), (width - 180, 620), (180, 620)], fill="#b9a78f")
    for step in range(6):
        top = 620 + step * 46
        draw.line([(180 - step * 30, top), (width - 180 + step * 30, top)], fill="#96856d", width=4)
    for door in range(3):
        left = 130 + door * 340
        draw.rectangle([left, 190, left + 240, 620], fill=("#7a4b34", "#5c6f7d", "#6b5a3e")[(door + number) % 3])
        draw.rectangle([left + 70, 280, left + 170, 410], fill="#fff8e6")
        draw.polygon([(left + 120, 295), (left + 92, 360), (left + 148, 360)], fill="#c9402f")
        for line in range(3):
            draw.line([(left + 84, 374 + line * 12), (left + 156, 374 + line * 12)], fill="#8d8d8d", width=3)
        draw.ellipse([left + 205, 400, left + 225, 420], fill="#e9c46a")
    draw.rectangle([width // 2 - 60, 60, width // 2 + 60, 120], fill="#c9402f")
    stored = BytesIO()
    canvas.save(stored, "JPEG", quality=85)
    return stored.getvalue()
