"""Messages of the demonstration: of each kind, read and unread, and people to call about a change."""

import datetime as dt

from django.utils import timezone

from academy.activities import changing, reminding
from academy.activities import services as activities
from academy.activities.message_kinds import CHANGE, REMINDER
from academy.activities.models import Activity, SignUp
from academy.core.models import Community
from academy.hours.services.telling import HOURS
from academy.learning.message_kinds import HONOUR
from academy.learning.qualifications import EXPIRY
from academy.messaging import services as messaging
from academy.messaging.kinds import ANSWER, MessageKind
from academy.messaging.models import Message, Tone
from academy.people.models import User, Volunteer
from demo import accounts

MOVED = "中心花园清洁日"
HALF_AN_HOUR = dt.timedelta(minutes=30)
WITHOUT_SIGN_IN = "赵淑珍"  # has no phone either: somebody knocks at her door

# Kind, text, days ago, good news, whether it was read.
OF_VOLUNTEER: tuple[tuple[MessageKind, str, int, bool, bool], ...] = (
    (REMINDER, "明天：“冬季防火入户宣传”，9:00–12:00，社区活动中心。来不了的话，请把名额让出来。", 20, False, True),
    (CHANGE, "“长辈手机课堂”改期了：地点：活动中心二楼。您的名额还在；来不了就请让出来。", 16, False, True),
    (ANSWER, "您在“冬季防火入户宣传”的时长申请通过了，请看一下时长。", 12, True, True),
    (HOURS, "您在“冬季防火入户宣传”的 3 小时已经生效，谢谢您。", 9, True, True),
    (HONOUR, "您已上完“消防安全入门”，祝贺您。", 6, True, True),
    (EXPIRY, "“急救（CPR）”快到期了，请参加复训班续上；别的都不受影响。", 2, False, False),
)


def add_messages(community: Community, *, by: User, at: dt.datetime) -> None:
    """Send the messages once; move an activity, so that staff have people to call."""
    volunteer = Volunteer.objects.get(community=community, name=accounts.VOLUNTEER.name)
    if Message.objects.filter(volunteer=volunteer, key__startswith="demo:").exists():
        return
    for number, (kind, text, days, is_good, is_read) in enumerate(OF_VOLUNTEER):
        sent_at = at - dt.timedelta(days=days)
        tone = Tone.GOOD if is_good else Tone.PLAIN
        messaging.send(
            kind=kind, volunteer=volunteer, key=f"demo:{number}", text=text, path="/my/", tone=tone, at=sent_at
        )
        if is_read:
            mine = Message.objects.get(volunteer=volunteer, key=f"demo:{number}")
            messaging.mark_read(volunteer=volunteer, at=sent_at + HALF_AN_HOUR, only=[mine.pk])
    _move(community, by=by, at=at)
    reminding.remind(at=at)


def _move(community: Community, *, by: User, at: dt.datetime) -> None:
    """Let the clean-up begin half an hour later, with an elder among the people who are told."""
    found = Activity.objects.filter(community=community, title=MOVED, shifts__starts_at__gt=at)
    activity = found.order_by("-pk").first()
    if activity is None:
        return
    shift = activity.shifts.get()
    elder = Volunteer.objects.get(community=community, name=WITHOUT_SIGN_IN)
    place = activities.sign_up(volunteer=elder, shift=shift, role=activity.roles.get(), by=by, at=at)
    assert isinstance(place, SignUp), place
    shift.starts_at += HALF_AN_HOUR
    shift.ends_at += HALF_AN_HOUR
    activity.shifts = [shift]
    saved = changing.save_activity(activity=activity, by=by, at=timezone.localtime(at))
    assert isinstance(saved, changing.SavedActivity), saved
