"""Activities of the past year, with the attendance of each volunteer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoActivity:
    """A past activity, and the volunteers who came."""

    weeks_ago: int
    title: str
    kind: str
    subject: str
    place: str
    content: str
    begins: str
    ends: str
    roles: tuple[tuple[str, str, int], ...]  # name, counts as, places
    came: tuple[tuple[str, str, str, str], ...]  # name, role ("" = a walk-in), in, out ("" = forgot)
    breaks: tuple[tuple[str, str], ...] = ()
    insurance: str = ""
    confirmed: bool = True
    evaluated: bool = True
    weekday: int = 5  # from Monday on
    volunteer_initiated: bool = False


@dataclass(frozen=True)
class Correction:
    """The times that a volunteer asks to have corrected at a past activity."""

    name: str
    title: str
    came: str
    left: str
    reason: str


PAST_ACTIVITIES = (
    DemoActivity(
        weeks_ago=43,
        title="春节前关爱弱势长者",
        kind="service",
        subject="elders",
        place="Y社区 12 栋、15 栋",
        content="走访独居长者，送春联、查用电安全",
        begins="09:00",
        ends="12:00",
        roles=(("走访志愿者", "volunteer", 16),),
        came=(
            ("王秀英", "走访志愿者", "08:51", "12:04"),
            ("李建国", "走访志愿者", "09:03", "12:00"),
            ("张桂兰", "走访志愿者", "09:03", "11:58"),
            ("吴丽华", "走访志愿者", "08:58", "12:10"),
        ),
        volunteer_initiated=True,
    ),
    DemoActivity(
        weeks_ago=28,
        title="长辈手机课堂",
        kind="training",
        subject="learning",
        place="社区活动中心二楼",
        content="教长辈使用手机扫码、视频通话",
        begins="14:30",
        ends="16:00",
        roles=(("授课", "instructor", 1), ("助教", "assistant", 3), ("学员", "learner", 20)),
        came=(
            ("陈志强", "授课", "14:12", "16:05"),
            ("孙㛃", "助教", "14:20", "16:02"),
            ("郑小燕", "助教", "14:25", "16:00"),
            ("赵淑珍", "学员", "14:28", "16:00"),
            ("李建国", "学员", "14:33", "15:55"),
        ),
    ),
    DemoActivity(
        weeks_ago=20,
        title="楼道“牛皮癣”清理",
        kind="service",
        subject="environment",
        place="45 栋、47 栋楼道",
        content="清理楼道小广告，粉刷墙面",
        begins="09:00",
        ends="12:10",
        roles=(("清理志愿者", "volunteer", 15),),
        came=(
            ("王秀英", "清理志愿者", "09:00", "12:10"),
            ("刘䶮", "清理志愿者", "08:55", "12:15"),
            ("欧阳明", "清理志愿者", "09:06", "11:20"),
        ),
        breaks=(("11:30", "11:55"),),
    ),
    DemoActivity(
        weeks_ago=11,
        title="消防通道值守劝导",
        kind="service",
        subject="safety",
        place="小区东门消防通道",
        content="劝导车辆不占用消防通道",
        begins="17:30",
        ends="19:30",
        roles=(("值守", "volunteer", 6),),
        came=(
            ("刘䶮", "值守", "17:22", "19:31"),
            ("孙㛃", "值守", "17:30", "19:30"),
            ("欧阳明", "值守", "17:41", ""),
        ),
        insurance="PICC-2026-000731",
    ),
    DemoActivity(
        weeks_ago=5,
        title="八段锦晨练教学",
        kind="training",
        subject="health",
        place="中心花园",
        content="带领居民练习八段锦",
        begins="07:30",
        ends="08:30",
        roles=(("授课", "instructor", 1), ("学员", "learner", 30)),
        came=(
            ("陈志强", "授课", "07:15", "08:36"),
            ("赵淑珍", "学员", "07:28", "08:30"),
            ("张桂兰", "学员", "07:31", "08:30"),
        ),
        evaluated=False,
    ),
    DemoActivity(
        weeks_ago=2,
        title="冬季防火入户宣传",
        kind="service",
        subject="safety",
        place="Y社区 1–20 栋",
        content="入户宣传冬季防火，检查用电隐患",
        begins="09:00",
        ends="11:30",
        roles=(("宣传志愿者", "volunteer", 20),),
        came=(
            ("王秀英", "宣传志愿者", "08:49", "11:33"),
            ("李建国", "宣传志愿者", "09:00", "11:30"),
            ("吴丽华", "宣传志愿者", "09:02", "11:31"),
            ("郑小燕", "宣传志愿者", "09:15", "11:30"),
            ("欧阳明", "宣传志愿者", "08:58", "11:12"),
        ),
        evaluated=False,
        volunteer_initiated=True,
    ),
)

# Its hours wait: walk-ins took part in one of two ways, and it ran over its planned end.
LATEST_ACTIVITY = DemoActivity(
    weeks_ago=1,
    title="旧衣改造亲子课堂",
    kind="training",
    subject="children",
    place="社区活动中心一楼",
    content="带居民把旧衣服改成购物袋",
    begins="14:30",
    ends="16:00",
    roles=(("现场志愿者", "volunteer", 4), ("学员", "learner", 20)),
    came=(
        ("郑小燕", "现场志愿者", "14:10", "16:31"),
        ("孙㛃", "现场志愿者", "14:22", "16:30"),
        ("赵淑珍", "学员", "14:28", "16:27"),
        ("吴丽华", "", "14:35", "16:30"),
        ("欧阳明", "", "14:41", "16:29"),
    ),
    confirmed=False,
)

LEFT_AT_NOON = Correction(
    "王秀英", "楼道“牛皮癣”清理", "09:00", "11:30", "那天 11:30 我先去接孙子，手机落在社区，是别人顺手替我签退的"
)
LEFT_EARLY = Correction("刘䶮", "消防通道值守劝导", "17:22", "19:00", "我 19:00 就先走了，快到家才想起签退")
CAME_AT_HALF_PAST_EIGHT = Correction(
    "王秀英", "春节前关爱弱势长者", "08:30", "12:04", "我 8:30 就到了，先帮着分春联，后来才扫码"
)
