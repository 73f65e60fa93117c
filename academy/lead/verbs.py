"""Verbs of an activity while it runs."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.activities.stages import AHEAD, Stage, stage_of
from academy.core.verbs import Verb
from academy.people.models import User
from academy.people.permissions import Right


def verbs_of(activity: Activity, user: User) -> list[Verb]:
    """Return roster, live code and leader's page of a published activity, for its staff."""
    if activity.imported or not user.may(Right.RUN_ACTIVITIES, activity.community_id):
        return []
    stage = stage_of(activity)
    if stage == Stage.DRAFT:
        return []
    leads = Verb(_("Leader's page"), reverse("lead:activity", args=[activity.pk]), "mobile-alt", order=50)
    if stage == Stage.CANCELLED:
        return [leads]
    roster = reverse("lead:roster", args=[activity.pk])
    verbs = [Verb(_("Roster"), roster, "list-ul", order=30, is_next=stage == Stage.SOON), leads]
    if stage in (*AHEAD, Stage.RUNNING):
        screen = reverse("lead:screen", args=[activity.pk])
        verbs.append(Verb(_("Live code"), screen, "desktop", order=40, is_next=stage == Stage.RUNNING))
    return verbs
