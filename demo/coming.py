"""Activities to come: one is full, one lacks two people, the volunteer has a place in a third."""

import datetime as dt
from dataclasses import dataclass
from io import BytesIO

from django.core.files.images import ImageFile
from django.utils import timezone
from PIL import Image as Canvas
from PIL import ImageDraw
from wagtail.images.models import Image
from wagtail.models import Collection

from academy.activities import placing
from academy.activities import services as activities
from academy.activities.models import Activity, SignUp
from academy.core.models import Community
from academy.people.models import Issuer, User, Volunteer
from demo import accounts


@dataclass(frozen=True)
class ComingActivity:
    """An activity to come, and the volunteers who signed up for its first role."""

    days: tuple[int, ...]  # from today on, one for each shift
    title: str
    kind: str
    subject: str
    place: str
    content: str
    begins: str
    ends: str
    roles: tuple[tuple[str, str, int], ...]  # name, counts as, places
    signed_up: tuple[str, ...] = ()
    pictured: bool = False
    by_thread: bool = False  # they signed up in the chat group
    home_visit: bool = False


COMING = (
    ComingActivity(
        days=(2,),
        title="消防通道值守劝导",
        kind="service",
        subject="safety",
        place="小区东门消防通道",
        content="劝导车辆不占用消防通道",
        begins="17:30",
        ends="19:30",
        roles=(("值守", "volunteer", 6),),
        signed_up=("刘䶮", "孙㛃", "欧阳明", "郑小燕"),
    ),
    ComingActivity(
        days=(4,),
        title="中心花园清洁日",
        kind="service",
        subject="environment",
        place="中心花园",
        content="扫落叶、清理花坛、给小树保暖",
        begins="09:00",
        ends="11:30",
        roles=(("清洁志愿者", "volunteer", 20),),
        signed_up=(accounts.VOLUNTEER.name, "李建国", "张桂兰"),
        pictured=True,
        by_thread=True,
    ),
    ComingActivity(
        days=(5,),
        title="上门为长者理发",
        kind="service",
        subject="elders",
        place="Y社区 12 栋、15 栋",
        content="陪理发师上门，为行动不便的长者理发",
        begins="14:00",
        ends="16:30",
        roles=(("陪同", "volunteer", 3),),
        signed_up=("吴丽华", "张桂兰", "郑小燕"),
        home_visit=True,
    ),
    ComingActivity(
        days=(8, 15),
        title="长辈手机课堂",
        kind="training",
        subject="learning",
        place="社区活动中心二楼",
        content="教长辈使用手机扫码、视频通话",
        begins="14:30",
        ends="16:00",
        roles=(("学员", "learner", 20), ("助教", "assistant", 3)),
        signed_up=("赵淑珍",),
    ),
)


def plan_coming(community: Community, *, by: User, at: dt.datetime) -> bool:
    """Plan the activities to come, unless an earlier start left one. Return whether it did."""
    single = Activity.objects.in_communities([community]).filter(series_date=None)  # standing shifts go on for ever
    if single.upcoming(at).filter(shifts__starts_at__gt=at).exists():
        return False
    for coming in COMING:
        _plan(coming, community=community, by=by, at=at)
    return True


def _plan(coming: ComingActivity, *, community: Community, by: User, at: dt.datetime) -> None:
    issuer = Issuer.objects.get(community=community)
    zone, today = timezone.get_default_timezone(), timezone.localdate(at)
    activity = activities.plan_activity(
        community=community,
        title=coming.title,
        kind=coming.kind,
        subject=coming.subject,
        cover=_picture(community) if coming.pictured else None,
        place=coming.place,
        service_content=coming.content,
        leader=Volunteer.objects.get(community=community, name=accounts.INSTRUCTOR.name),
        organiser=issuer.name,
        issuer=issuer,
        shifts=[
            {
                name: dt.datetime.combine(today + dt.timedelta(days=days), dt.time.fromisoformat(clock), zone)
                for name, clock in (("starts_at", coming.begins), ("ends_at", coming.ends))
            }
            for days in coming.days
        ],
        roles=[{"name": name, "counts_as": counts_as, "capacity": places} for name, counts_as, places in coming.roles],
        home_visit=coming.home_visit,
        by=by,
    )
    activities.publish_activity(activity=activity, by=by, at=at)
    shift, role = activity.shifts.order_by("starts_at")[0], activity.roles.all()[0]
    for line, name in enumerate(coming.signed_up, 1):
        volunteer = Volunteer.objects.filter(community=community, name=name).earliest("pk")
        if coming.by_thread:
            said = f"{line}. {name}" + (" +1" if line == 2 else "")
            companions = said.count("+1")
            place = placing.sign_up(
                volunteer=volunteer, shift=shift, role=role, by=by, at=at, said=said, companions=companions
            )
        else:
            place = activities.sign_up(volunteer=volunteer, shift=shift, role=role, by=by, at=at)
        assert isinstance(place, SignUp), place


def _picture(community: Community) -> Image:
    """Return the picture of the garden, which is painted here: it needs no licence and shows no person."""
    title = "中心花园"
    collection = Collection.objects.get(name=community.name)
    stored = Image.objects.filter(title=title, collection=collection).first()
    if stored is not None:
        return stored
    file = ImageFile(BytesIO(_paint_garden()), name="garden.jpg")
    picture: Image = Image.objects.create(title=title, collection=collection, file=file)
    return picture


def _paint_garden() -> bytes:
    width, height = 1280, 720
    canvas = Canvas.new("RGB", (width, height), "#f6d9a8")
    draw = ImageDraw.Draw(canvas)
    for line in range(400):  # the sky of a winter morning
        draw.line([(0, line), (width, line)], fill=(160 + line // 5, 196 + line // 16, 226 - line // 6))
    draw.ellipse([930, 90, 1060, 220], fill="#fff3cf")
    for left, top, colour in (
        (40, 180, "#c9a98c"),
        (230, 120, "#d8bfa3"),
        (960, 200, "#c9a98c"),
        (1110, 140, "#d8bfa3"),
    ):
        draw.rectangle([left, top, left + 150, 460], fill=colour)
        for row in range(top + 24, 430, 44):
            for column in range(left + 18, left + 130, 42):
                draw.rectangle([column, row, column + 22, row + 24], fill="#8fa7b3")
    draw.ellipse([-300, 380, 900, 900], fill="#8fa86a")
    draw.ellipse([500, 400, 1700, 980], fill="#7d9a5c")
    draw.polygon([(560, 720), (760, 720), (690, 450), (660, 450)], fill="#e3cfae")
    for x, y, size in ((180, 330, 120), (420, 300, 96), (880, 330, 130), (1100, 380, 100)):
        draw.rectangle([x - 9, y, x + 9, y + 190], fill="#6d4c33")
        for dx, dy, colour in ((-40, 10, "#c96f2e"), (40, 10, "#b85c2a"), (0, -50, "#d98b3a")):
            draw.ellipse([x + dx - size // 2, y + dy - size // 2, x + dx + size // 2, y + dy + size // 2], fill=colour)
    for step in range(60):  # leaves on the path and the grass
        x, y = (step * 211) % width, 520 + (step * 97) % 190
        draw.ellipse([x, y, x + 22, y + 12], fill=("#c96f2e", "#d98b3a", "#a8481f")[step % 3])
    draw.line([(520, 430), (600, 640)], fill="#6d4c33", width=12)
    draw.polygon([(572, 630), (628, 612), (668, 700), (560, 708)], fill="#d8b45a")
    stored = BytesIO()
    canvas.save(stored, "JPEG", quality=85)
    return stored.getvalue()
