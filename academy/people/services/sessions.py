"""Services that end sessions (ADR 38)."""

import datetime as dt

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F, QuerySet
from wagtail.log_actions import log

from academy.people import sign_in_log
from academy.people.models import User
from academy.people.signals import signed_out_everywhere


@transaction.atomic
def end_all_sessions(*, user: User, reason: str, by: User | None, at: dt.datetime) -> None:
    """Sign this login out on every device, also where the list of sessions misses one.

    The passes of its scanners end with the sessions.
    `reason` is a word for the log, such as `phone_lost`. The caller may keep its own session with Django's
    `update_session_auth_hash`.
    """
    User.objects.filter(pk=user.pk).update(sign_outs=F("sign_outs") + 1)
    user.refresh_from_db(fields=["sign_outs"])
    _delete(UserSession.objects.filter(user=user))
    signed_out_everywhere.send(sender=User, user=user, at=at)
    log(user.own_volunteer or user, "people.end_sessions", user=by, timestamp=at, data={"reason": reason})
    sign_in_log.write("sessions ended", user=user, by=by, reason=reason)


@transaction.atomic
def end_session(*, user: User, session_id: int, by: User, at: dt.datetime) -> None:
    """End one session of this login. Ignore one that has ended already, or belongs to another login."""
    sessions = UserSession.objects.filter(user=user, pk=session_id)
    if _delete(sessions):
        log(user.own_volunteer or user, "people.end_sessions", user=by, timestamp=at, data={"reason": "one"})
        sign_in_log.write("sessions ended", user=user, by=by, reason="one")


def forget_ended(*, at: dt.datetime) -> None:
    """Delete expired sessions, and the addresses and browsers that were kept with ended ones."""
    Session.objects.filter(expire_date__lt=at).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def _delete(sessions: "QuerySet[UserSession]") -> int:
    Session.objects.filter(session_key__in=list(sessions.values_list("session_key", flat=True))).delete()
    deleted, _models = sessions.delete()
    return deleted
