"""Receivers: groups follow duties; each view of a child's data in the back office is logged (N4)."""

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from academy.core.models import Community
from academy.core.signals import community_changed, objects_shown, tick
from academy.people.http import user_of
from academy.people.models import Duty, User, Volunteer
from academy.people.services import attempts, duties, personal_data, practising, sessions
from academy.people.signals import duties_changed


@receiver(objects_shown, dispatch_uid="people.log_view_of_minors")
def log_view_of_minors(sender: type[Model], request: HttpRequest, objects: Iterable[Model], **kwargs: Any) -> None:
    """Log the view for each person that the shown objects point at, once for each request (N4)."""
    logged: set[int] = request.__dict__.setdefault("_logged_views", set())
    people = set(_people_in(sender, list(objects))) - logged
    logged |= people
    if people:
        personal_data.log_view_of_minors(volunteers=people, page=request.path, by=user_of(request), at=timezone.now())


def _people_in(model: type[Model], objects: list[Model]) -> Iterator[int]:
    """Yield the ids of the volunteers that `objects` point at."""
    if issubclass(model, Volunteer):
        yield from (one.pk for one in objects if one.pk)
        return
    fields = _fields_of_people(model)
    for one in objects:
        yield from (pk for field in fields if (pk := getattr(one, field)))
    if objects and not fields and (paths := _paths_to_people(model)):
        rows = model._default_manager.filter(pk__in=[one.pk for one in objects]).values_list(*paths)
        yield from (pk for row in rows for pk in row if pk)


@cache
def _fields_of_people(model: type[Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields if field.related_model is Volunteer)


@cache
def _paths_to_people(model: type[Model]) -> tuple[str, ...]:
    """Return lookups to volunteers through another model, such as a correction's record."""
    return tuple(
        f"{field.name}__{name}"
        for field in model._meta.concrete_fields
        if isinstance(field.related_model, type)
        for name in _fields_of_people(field.related_model)
    )


@receiver([post_save, post_delete], sender=Duty, dispatch_uid="people.follow_duty")
def follow_duty(instance: Duty, raw: bool = False, **kwargs: Any) -> None:
    # Here and not in the services: a duty also goes with its login, and may be given in a shell.
    if not raw:
        duties.follow_duty(instance)


@receiver(community_changed, dispatch_uid="people.rename_groups")
def rename_groups(community: Community, before: dict[str, str], **kwargs: Any) -> None:
    """Keep the members and rights of the duties' groups: their names hold the community's short name."""
    duties.rename_groups(community=community, earlier=before.get("slug", community.slug))


@receiver(duties_changed, dispatch_uid="people.follow_in_practice")
def follow_in_practice(user: User, community: Community, **kwargs: Any) -> None:
    """Give the second login of a member of staff the duties of the first one, in practice."""
    if not community.is_practice:
        practising.follow_duties(user=user, community=community)


@receiver(tick, dispatch_uid="people.forget")
def forget(at: dt.datetime, **kwargs: Any) -> None:
    """Delete, once an hour, what was kept about sessions and attempts that are over."""
    if at.minute == 0:
        sessions.forget_ended(at=at)
        attempts.forget_old(at=at)
