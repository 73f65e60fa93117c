"""The poster of a standing shift: one code, which leads to the gate of the date that takes place."""

import datetime as dt

from django.urls import reverse

from academy.activities.models import Shift
from academy.checkin.context import shift_window
from academy.checkin.services import codes
from academy.checkin.sheets import PosterSheet
from academy.core.keys import is_key, normalise_key
from academy.core.links import public_address
from academy.core.look import current_language
from academy.core.refusals import Refusal
from academy.paper.pdf import print_sheet, printable_name
from academy.rotas.models import RetiredPoster, Series

NEAR = dt.timedelta(days=1)


def print_poster(series: Series, *, at: dt.datetime) -> bytes | Refusal:
    """Return the poster as a PDF, A4, in the reader's language. Refuses with `missing_glyphs`."""
    address = public_address(reverse("rotas:come", args=[series.poster_key]))
    sheet = PosterSheet(
        title=series.title,
        times=(series.pattern_in_words,),
        place=series.place,
        organiser=series.organiser,
        leader=printable_name(series.leader.stays.name),
        url=address.upper(),
        typed_address=address.partition("://")[2].lower(),
        contact=f"{series.issuer.name} {series.issuer.telephone}",
        drawing=series.subject or "neighbours",
    )
    return print_sheet(sheet, language=current_language(), created=at, practice=series.community.is_practice)


def find_by_poster(key: str) -> Series | None:
    """Return the standing shift whose poster has this key, or None."""
    key = normalise_key(key)
    related = ("community", "leader__merged_into", "issuer")
    return Series.objects.select_related(*related).filter(poster_key=key).first() if is_key(key) else None


def find_by_retired_poster(key: str) -> Series | None:
    """Return the standing shift whose poster had this key before it was renewed, or None."""
    key = normalise_key(key)
    related = ("series__community", "series__leader__merged_into", "series__issuer")
    retired = RetiredPoster.objects.select_related(*related).filter(key=key).first() if is_key(key) else None
    return retired.series if retired else None


def gate_now(series: Series, *, at: dt.datetime) -> str | None:
    """Return the address at which people check in now, or None while no date takes place (C2)."""
    shifts = Shift.objects.filter(
        activity__series_date__series=series,
        activity__cancelled_at=None,
        starts_at__lt=at + NEAR,
        ends_at__gt=at - NEAR,
    )
    open_now = []
    for shift in shifts.select_related("activity"):
        window = shift_window(shift, series.community_id)
        if window.opens_at <= at <= window.closes_at:
            open_now.append(shift)
    if not open_now:
        return None
    nearest = min(open_now, key=lambda shift: (abs(shift.starts_at - at), shift.pk))
    return reverse("checkin:gate", args=[codes.checkpoint_for(nearest.activity, rotating=False).key])


def next_start(series: Series, *, at: dt.datetime) -> Shift | None:
    """Return the next date that takes place, or None."""
    coming = Shift.objects.filter(activity__series_date__series=series, activity__cancelled_at=None, starts_at__gt=at)
    shift: Shift | None = coming.order_by("starts_at").first()
    return shift
