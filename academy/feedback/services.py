"""Services of the served people's word: the code, when it is open, and one word from each browser."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Max, Min
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.core.keys import is_key, normalise_key, random_key
from academy.core.refusals import Refusal
from academy.feedback.models import Face, Feedback, FeedbackCode

OPEN_AFTER = dt.timedelta(days=3)
MOST = 500  # words about one activity
LENGTH = 140
KEY_BITS = 50

NOT_OPEN_YET = Refusal("not_open_yet", _("This is open from the beginning of the activity on. Come back then."))
CLOSED = Refusal("closed", _("This was open until three days after the activity. Thank you for thinking of it."))
SAID_BEFORE = Refusal("already_said", _("You have told us already. Thank you."))
NEEDS_FACE = Refusal("needs_face", _("Tap one of the three faces first."))
ENOUGH = Refusal("enough", _("Very many people have told us already. Thank you: tell the leader in person."))


@transaction.atomic
def code_of(activity: Activity) -> FeedbackCode:
    """Return the activity's code. The first call makes it."""
    code, _created = FeedbackCode.objects.get_or_create(activity=activity, defaults={"key": random_key(KEY_BITS)})
    return code


def find_code(key: str) -> FeedbackCode | None:
    """Return the code with this typed or scanned key, of a published activity; None without one."""
    key = normalise_key(key)
    if not is_key(key):
        return None
    codes = FeedbackCode.objects.filter(activity__published_at__isnull=False, activity__cancelled_at=None)
    return codes.select_related("activity__cover", "activity__community", "activity__issuer").filter(key=key).first()


def cannot_say(activity: Activity, *, at: dt.datetime) -> Refusal | None:
    """Return why no word can be said now: `not_open_yet`, or `closed` three days after the last shift."""
    times = activity.shifts.aggregate(first=Min("starts_at"), last=Max("ends_at"))
    if times["first"] is None or at < times["first"]:
        return NOT_OPEN_YET
    return CLOSED if at > times["last"] + OPEN_AFTER else None


@transaction.atomic
def say(*, activity: Activity, face: int | None, words: str, browser: str, at: dt.datetime) -> Feedback | Refusal:
    """Store one word. Refuses with `not_open_yet`, `closed`, `needs_face`, `enough`, `already_said`."""
    if refusal := cannot_say(activity, at=at):
        return refusal
    if face not in Face.values:
        return NEEDS_FACE
    if Feedback.objects.filter(activity=activity).count() >= MOST:
        return ENOUGH
    line = " ".join(words.split())[:LENGTH]
    try:
        with transaction.atomic():
            return Feedback.objects.create(activity=activity, face=face, words=line, browser=browser, given_at=at)
    except IntegrityError:  # this browser has said its word, or says it twice at this moment
        return SAID_BEFORE
