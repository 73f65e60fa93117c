"""The next acts of staff with an activity, and with a person who takes part."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.core.verbs import Verb
from academy.people.models import User, Volunteer
from academy.people.permissions import Right


def verbs_of(activity: Activity, user: User) -> list[Verb]:
    """Return the next possible steps of the activity that this app serves."""
    if activity.imported or not user.may(Right.RUN_ACTIVITIES, activity.community_id):
        return []
    if activity.published_at is None:
        publish = reverse("activity:publish", args=[activity.pk])
        return [Verb(_("Publish"), publish, "upload", order=10, is_next=True)]
    people = Verb(_("Sign-ups"), reverse("activity_sign_ups", args=[activity.pk]), "group", order=14)
    if activity.cancelled_at is not None:
        return [people]
    return [
        Verb(_("Sign somebody up"), reverse("sign_up_for_activity", args=[activity.pk]), "plus", order=12),
        people,
        Verb(
            _("Cancel the activity"), reverse("activity:cancel", args=[activity.pk]), "cross", order=90, is_serious=True
        ),
    ]


def verbs_of_person(volunteer: Volunteer, user: User) -> list[Verb]:
    """Return the acts for a person that this app serves: sign up, withdraw."""
    if volunteer.merged_into_id is not None or not user.may(Right.RUN_ACTIVITIES, volunteer.community_id):
        return []
    page = reverse("volunteer_sign_ups", args=[volunteer.pk])
    return [
        Verb(_("Sign up for them"), f"{page}#sign-up", "plus", order=10),
        Verb(_("Withdraw for them"), f"{page}#sign-ups", "cross", order=12),
    ]
