"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.people.holding import hold, leave_out
from academy.transfers.models import Handover, PlatformHandover, Upload

hold(
    PlatformHandover,
    _("Hours handed to the higher platform"),
    "handover.name",
    "record",
    "minutes",
    "told_minutes",
    "told_at",
    path="record__volunteer",
    order=77,
)
leave_out(Handover, "It is a file about many people; the person's own lines are in the copy (PlatformHandover).")
leave_out(Upload, "Its leader is the one whom an imported list names for its activities; they are in the copy.")
