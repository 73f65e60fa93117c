"""The invented people, course and activities of a new practice community."""

import datetime as dt
from dataclasses import dataclass, field

from cms.writing import CourseText, LessonText

# No phones: a message or a call must reach no real person. The last name is there twice, as it happens.
PEOPLE = (
    ("演练志愿者甲", dt.date(1957, 3, 8)),
    ("演练志愿者乙", dt.date(1962, 10, 21)),
    ("演练志愿者丙", dt.date(1978, 11, 2)),
    ("演练志愿者丁", dt.date(1990, 9, 14)),
    ("演练王秀英", dt.date(1955, 6, 21)),
    ("演练王秀英", dt.date(1968, 1, 30)),
)
LEADER = ("演练负责人", dt.date(1980, 5, 6))
COLLEAGUE = ("演练社工", dt.date(1985, 4, 17))


@dataclass(frozen=True)
class PracticeActivity:
    """An activity, and the volunteers of `PEOPLE`, by place, who signed up and came."""

    title: str
    content: str
    days: int  # from today on
    hours: tuple[str, str] = ("09:00", "11:00")
    signed_up: tuple[int, ...] = ()
    came: tuple[tuple[int, str, str], ...] = field(default=())  # place, in, out


RUNNING = PracticeActivity("演练：便民服务日", "为居民量血压、修小家电", days=0, signed_up=(0, 1, 2))
HELD = PracticeActivity(
    "演练：楼道清洁",
    "清理楼道小广告，等着您确认时长",
    days=-1,
    signed_up=(0, 1, 3),
    came=((0, "08:55", "11:02"), (1, "09:04", "11:00"), (3, "09:00", "10:30")),
)
COMING = PracticeActivity(
    "演练：长辈手机课堂", "教长辈扫码、视频通话", days=3, hours=("14:30", "16:00"), signed_up=(4, 5)
)

COURSE = CourseText(
    slug="practice-course",
    title="演练课程：签到与签退",
    tier="beginner",
    intro="这是演练用的课程，可以随意修改、发布。",
    lessons=[
        LessonText(
            slug="lesson-1",
            title="到了签到，走时签退",
            class_hours=0.5,
            body=[("text", "<p>到场时扫码签到，离开时扫码签退。忘了签退，请告诉活动负责人。</p>")],
        )
    ],
)
