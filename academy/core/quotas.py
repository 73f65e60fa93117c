"""Daily quotas of uploads, each of one owner: a login, or a community.

The disk is shared by all communities. A quota ends with its day: a flood costs a day's megabytes, and an honest person
can go on tomorrow. There is no total for life: a disk that is nearly full takes no upload (`health.files_have_room`).
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.core import health
from academy.core.models import UploadTotal
from academy.core.refusals import Refusal
from academy.core.sql import insert_if_absent

MEGABYTE = 1_000_000
NO_ROOM = Refusal(
    "no_room",
    gettext_lazy(
        "The server has no room for files at the moment. Nothing was stored. Try again later, or bring it to the desk."
    ),
)
_KEPT = dt.timedelta(days=7)


@dataclass(frozen=True)
class Quota:
    """The bytes that `owner`, as `evidence of login 7`, may upload in a day."""

    owner: str
    bytes: int


def take(*quotas: Quota, size: int, at: dt.datetime) -> Refusal | None:
    """Count an upload of `size` bytes against each quota.

    Refuses with `quota_full`, and with `no_room` on a full disk. A refused upload counts for none. Call it in the
    transaction that stores the file, as the last check. Two uploads at once cannot share what is left.
    """
    if not health.files_have_room():
        return NO_ROOM
    day = timezone.localdate(at)
    UploadTotal.objects.filter(day__lt=day - _KEPT).delete()
    taken: list[Quota] = []
    for quota in quotas:
        total = UploadTotal.objects.filter(owner=quota.owner, day=day)
        insert_if_absent(UploadTotal(owner=quota.owner, day=day))
        if not total.filter(bytes__lte=quota.bytes - size).update(bytes=F("bytes") + size):
            for other in taken:
                UploadTotal.objects.filter(owner=other.owner, day=day).update(bytes=F("bytes") - size)
            return _refusal(quota.bytes - total.get().bytes)
        taken.append(quota)
    return None


def _refusal(left: int) -> Refusal:
    if left < MEGABYTE:
        sentence = _("As much as is possible in one day was uploaded today. Go on tomorrow.")
    else:
        sentence = _("Today %(left)d MB more can be uploaded. Choose fewer or smaller files, or go on tomorrow.") % {
            "left": left // MEGABYTE
        }
    return Refusal("quota_full", sentence)
