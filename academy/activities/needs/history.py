"""The needs of an activity's roles in its history: before and after a change (T3)."""

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _
from wagtail.log_actions import log

from academy.activities.models import Activity
from academy.activities.needs.role_places import ages_in_words
from academy.core import formats
from academy.learning.models import Course, Tier
from academy.people.models import User

CHANGED = "activities.change_needs"  # action in the log
Asked = dict[str, dict[str, Any]]  # by the id of the role


def asked_of(activity: Activity) -> Asked:
    """Return what each stored role asks for, as JSON. Roles that are not in memory take two statements."""
    return {
        str(role.pk): {
            "role": role.name,
            "courses": sorted(course.pk for course in role.courses.all()),
            "tier": role.tier,
            "min_age": role.min_age,
            "max_age": role.max_age,
            "needs_agreement": role.needs_agreement,
        }
        for role in activity.roles.all()
        if role.pk
    }


def log_change(activity: Activity, before: Asked, after: Asked, *, by: User | None) -> None:
    """Keep in the activity's history who changed what its roles ask for, with roles that were added."""
    changed = [pk for pk, asked in after.items() if _gist(asked) != _gist(before.get(pk))]
    if changed:
        data = {
            "before": {pk: before[pk] for pk in changed if pk in before},
            "after": {pk: after[pk] for pk in changed},
        }
        log(activity, CHANGED, user=by, data=data)


def describe(before: Asked, after: Asked) -> list[str]:
    """Return a sentence for each role whose needs differ, in the active language."""
    sentences = []
    for pk, asked in sorted(after.items(), key=lambda one: int(one[0])):
        earlier = f"{_in_words(before[pk])} → " if pk in before else ""
        sentences.append(f"{asked['role']}: {earlier}{_in_words(asked)}")
    return sentences


def _gist(asked: dict[str, Any] | None) -> tuple[Any, ...]:
    names = ("courses", "tier", "min_age", "max_age", "needs_agreement")
    return tuple(asked[name] or None for name in names) if asked else (None,) * len(names)


def _in_words(asked: dict[str, Any]) -> str:
    titles = Course.objects.filter(pk__in=asked["courses"]).order_by("title").values_list("title", flat=True)
    words = [_("completed: “%(course)s”") % {"course": formats.inner_quotes(title)} for title in titles]
    if asked["tier"]:
        words.append(_("tier: %(tier)s or higher") % {"tier": Tier(asked["tier"]).label})
    if ages := ages_in_words(SimpleNamespace(**asked)):
        words.append(ages)
    if asked["needs_agreement"]:
        words.append(_("the signed agreement"))
    return ", ".join(words) or _("no requirement")
