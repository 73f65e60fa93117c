"""Verbs of a standing shift, and the one that makes a standing shift of an activity, for staff."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.core.verbs import Verb
from academy.people.models import User
from academy.people.permissions import Right
from academy.rotas.models import Series


def verbs_of(series: Series, user: User) -> list[Verb]:
    """Return the acts with a standing shift."""
    if not user.may(Right.RUN_ACTIVITIES, series.community_id):
        return []

    def address(name: str) -> str:
        return reverse(f"series:{name}", args=[series.pk])

    return [
        Verb(_("Rota"), address("rota"), "list-ul", order=10, is_next=True),
        Verb(_("Let somebody stand in every week"), address("stand_in"), "plus", order=20),
        Verb(_("Print the rota to hang up"), address("paper"), "print", order=30),
        Verb(_("Print the rota with whole names"), f"{address('paper')}?names=whole", "print", order=31),
        Verb(_("Print the poster for all dates"), address("poster"), "doc-full", order=35),
        Verb(_("Give the poster a new code"), address("renew_poster"), "rotate", order=36),
        Verb(_("Change it, as one or from a day on"), address("edit"), "edit", order=40),
    ]


def verbs_of_activity(activity: Activity, user: User) -> list[Verb]:
    """Return the act that repeats an activity every week."""
    if activity.imported or not user.may(Right.RUN_ACTIVITIES, activity.community_id):
        return []
    address = f"{reverse('series:add')}?from={activity.pk}"
    return [Verb(_("Make it a standing shift"), address, "history", order=61)]
