"""A new code for the poster of a standing shift: the old one opens no check-in any more."""

import datetime as dt

from django.db import transaction
from wagtail.log_actions import log

from academy.core.refusals import Refusal
from academy.people.models import User
from academy.people.permissions import Right
from academy.rotas.models import RetiredPoster, Series, new_poster_key
from academy.rotas.refusals import NOT_STAFF
from academy.rotas.services.opening import lock


@transaction.atomic
def renew_poster(*, series: Series, by: User, at: dt.datetime) -> Series | Refusal:
    """Give the poster a new key, and retire the old one. Refuses with `not_allowed`."""
    if not by.has_right(Right.RUN_ACTIVITIES, series.community):
        return NOT_STAFF
    series = lock(series.pk)
    RetiredPoster.objects.create(series=series, key=series.poster_key, retired_by=by, retired_at=at)
    series.poster_key = new_poster_key()
    series.save(update_fields=["poster_key"])
    log(series, "rotas.renew_poster", user=by, timestamp=at)
    return series
