"""The months before the community used the product: a register, imported as any list is."""

import csv
import datetime as dt
import io
import random
from dataclasses import dataclass
from itertools import accumulate, pairwise

from django.utils import timezone

from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.hours.models import Import
from academy.people.models import Issuer, User, Volunteer
from academy.transfers.models import Upload
from academy.transfers.services import importing, imports
from demo import accounts
from demo.crowd import ADULT, SEED, Crowd

ORGANISER = "Y社区居民委员会"
HEADINGS = ("志愿者编号", "姓名", "活动日期", "活动名称", "开始时间", "结束时间", "地点", "服务内容", "组织单位")
FIELDS = ("number", "name", "date", "title", "begins", "ends", "place", "content", "organiser")
WORKERS, RETIRED = (ADULT, 64), (55, 80)
LEFT_EARLY = 0.12  # of those who came, half an hour before the end


@dataclass(frozen=True)
class EarlierActivity:
    """An activity of the register. `size` compares its attendance with that of the others."""

    weeks_ago: int
    weekday: int  # from Monday on
    title: str
    place: str
    content: str
    begins: str
    ends: str
    size: int
    between: tuple[int, int] = (ADULT, 80)  # the youngest and the oldest who came
    buildings: tuple[int, ...] = ()


# The latest first: the year takes as many as it needs.
EARLIER = (
    EarlierActivity(13, 2, "共享单车摆放", "地铁口", "扶正单车，清出盲道", "18:00", "19:00", 8, WORKERS),
    EarlierActivity(14, 5, "楼道堆物清理", "31 栋、32 栋", "劝说、搬运、清扫", "9:00", "11:30", 26, buildings=(31, 32)),
    EarlierActivity(15, 1, "店外经营文明劝导", "湘龙路商铺", "劝导商铺不占道", "16:00", "18:00", 8, RETIRED),
    EarlierActivity(16, 6, "旧书交换", "活动中心一楼", "登记、整理图书", "14:00", "17:00", 18),
    EarlierActivity(17, 3, "消防通道值守", "小区西门", "劝导车辆不占用消防通道", "17:30", "19:30", 6, WORKERS),
    EarlierActivity(18, 6, "爱心义剪", "中心花园", "理发、量血压、引导", "8:30", "11:30", 22, buildings=(45, 47)),
    EarlierActivity(19, 4, "八段锦晨练服务", "中心花园", "摆音响、带队、照看长者", "7:00", "8:30", 14, RETIRED),
    EarlierActivity(
        21, 6, "垃圾分类桶边引导", "45 栋桶点", "早晚引导投放、破袋", "8:00", "10:00", 30, buildings=(45, 46)
    ),
    EarlierActivity(22, 2, "社区资源走访", "1–24 栋", "入户登记技能、场地和愿望", "14:30", "17:00", 28, RETIRED),
    EarlierActivity(23, 6, "河道清洁", "捞刀河岸", "捡拾垃圾、清理漂浮物", "8:30", "11:00", 34, WORKERS),
    EarlierActivity(
        24, 1, "独居长者送餐", "12 栋、15 栋", "送餐、陪聊、查燃气", "10:30", "12:30", 12, RETIRED, (12, 15)
    ),
    EarlierActivity(25, 6, "小小图书管理员", "活动中心二楼", "陪孩子整理图书、读绘本", "9:30", "11:30", 16, WORKERS),
    EarlierActivity(26, 3, "反诈宣传", "菜市场门口", "发资料、讲案例、装软件", "9:00", "11:00", 24, RETIRED),
    EarlierActivity(
        27, 6, "电动车棚整治", "16 栋、18 栋车棚", "清理僵尸车、贴标识", "9:00", "12:00", 20, WORKERS, (16, 18)
    ),
    EarlierActivity(29, 2, "长者血压日", "党群服务中心", "量血压、建档、引导", "8:30", "10:30", 18, RETIRED),
    EarlierActivity(
        30, 6, "楼栋绿地认养", "43–48 栋", "松土、补种、挂牌", "8:30", "11:00", 38, buildings=(43, 44, 45, 46, 47, 48)
    ),
    EarlierActivity(31, 4, "夜间楼道照明排查", "25–36 栋", "登记坏灯、换灯泡", "19:00", "21:00", 14, WORKERS),
    EarlierActivity(32, 6, "清洁家园日", "全小区", "清扫楼道、擦信报箱", "8:30", "11:00", 44),
    EarlierActivity(33, 3, "湘龙小学护学岗", "小学门口", "护送孩子过马路", "7:20", "8:20", 10, RETIRED),
    EarlierActivity(34, 6, "跳蚤市场", "中心花园", "摆摊引导、登记义卖", "14:00", "17:00", 24),
    EarlierActivity(
        35, 1, "居民提案上门收集", "45 栋、47 栋", "入户听意见、填提案表", "18:30", "20:30", 20, buildings=(45, 47)
    ),
    EarlierActivity(36, 6, "公共座椅刷新", "健身广场", "打磨、刷漆、围挡", "9:00", "12:00", 16, WORKERS),
    EarlierActivity(37, 4, "义卖手工坊", "活动中心一楼", "备料、教学、清场", "14:00", "16:30", 16, RETIRED),
    EarlierActivity(38, 6, "高空抛物宣传", "20–30 栋", "入户发倡议书、签承诺", "9:00", "11:30", 26),
    EarlierActivity(39, 2, "雨棚积水清理", "2–10 栋", "清淤、疏通、报修", "9:00", "11:00", 12, WORKERS, (2, 3, 4, 10)),
    EarlierActivity(41, 6, "送温暖入户", "孤老与残疾人家庭", "送米油、打扫、代购", "9:00", "11:30", 30),
    EarlierActivity(44, 6, "坡道防滑整修", "主干道、坡道", "刷地、贴防滑条", "7:30", "9:30", 32, WORKERS),
    EarlierActivity(45, 3, "慰问环卫工", "环卫站", "送姜茶、手套，帮忙清运", "6:30", "8:30", 14),
    EarlierActivity(46, 6, "楼栋长换届协助", "各楼栋", "布置、唱票、登记", "14:00", "16:30", 28),
    EarlierActivity(46, 2, "防煤气中毒入户", "老楼 1–10 栋", "查烟道、装报警器", "18:30", "20:30", 14, WORKERS),
)


def import_register(
    community: Community,
    *,
    activities: int,
    attendances: int,
    regular: Volunteer,
    comes: int,
    by: User,
    at: dt.datetime,
) -> Import:
    """Import so many activities and attendances of earlier months; `regular` came to the latest `comes`."""
    latest = EARLIER[:activities]
    assert len(latest) == activities, (activities, len(EARLIER))
    lines = _lines(community, latest, attendances, regular, comes, at)
    file = io.StringIO()
    csv.writer(file).writerows([HEADINGS, *lines])
    upload = imports.keep_upload(
        community=community,
        issuer=Issuer.objects.get(community=community),
        leader=Volunteer.objects.get(community=community, name=accounts.INSTRUCTOR.name),
        name="Y社区志愿服务签到汇总.csv",
        content=file.getvalue().encode("utf-8-sig"),
        by=by,
        at=at,
    )
    assert isinstance(upload, Upload), upload
    chosen = imports.choose_columns(
        upload=upload, header=1, columns={field: place for place, field in enumerate(FIELDS)}, by=by
    )
    assert isinstance(chosen, Upload), chosen
    run = imports.dry_run(upload=chosen, by=by, at=at)
    assert not isinstance(run, Refusal), run
    assert not run.bad, [(line.person, line.problems) for line in run.bad]
    done = importing.import_rows(upload=chosen, mark=run.mark, only_if_all_are_good=True, by=by, at=at)
    assert isinstance(done, Import), done
    return done


def _lines(
    community: Community,
    latest: tuple[EarlierActivity, ...],
    attendances: int,
    regular: Volunteer,
    comes: int,
    at: dt.datetime,
) -> list[tuple[str, ...]]:
    today = timezone.localdate(at)
    crowd, chance = Crowd(community, today=today), random.Random(SEED)
    lines: list[tuple[str, ...]] = []
    shares = _shares(attendances, [one.size for one in latest])
    for place, (one, share) in enumerate(zip(latest, shares, strict=True)):
        day = today - dt.timedelta(weeks=one.weeks_ago)
        day += dt.timedelta(days=one.weekday - day.weekday())
        youngest, oldest = one.between
        named = [regular] if place < comes else []
        came = crowd.draw(
            f"{one.weeks_ago} {one.title}",
            share - len(named),
            youngest=youngest,
            oldest=oldest,
            buildings=one.buildings,
        )
        for volunteer in (*named, *(neighbour.volunteer for neighbour in came)):
            ends = _half_an_hour_before(one.ends) if chance.random() < LEFT_EARLY else one.ends
            what = (one.title, one.begins, ends, one.place, one.content, ORGANISER)
            lines.append((volunteer.number, volunteer.name, day.isoformat(), *what))
    return lines[::-1]  # a register begins with its oldest line


def _shares(total: int, sizes: list[int]) -> list[int]:
    """Share the total out by size, so that the parts sum up to it exactly."""
    steps = [total * size // sum(sizes) for size in accumulate(sizes, initial=0)]
    return [upto - before for before, upto in pairwise(steps)]


def _half_an_hour_before(text: str) -> str:
    hours, minutes = map(int, text.split(":"))
    total = 60 * hours + minutes - 30
    return f"{total // 60}:{total % 60:02}"
