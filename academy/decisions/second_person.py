"""The second person (K4): who is too near to a matter to decide it or to confirm its hours.

Every act on hours asks here: confirming, deciding, evaluating, putting a visit right, naming a role. The answers take
the same number of statements for one person as for many.
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from academy.core.sql import any_of
from academy.families.models import Agency
from academy.people.models import Consent, User, Volunteer


def own_people(user: User, volunteers: Iterable[Volunteer]) -> set[int]:
    """Return the ids (of the rows that stay) of those `volunteers` whose hours are a matter of `user`.

    These are the user, the people for whom the user acts, and those whose guardian the user is or was. `volunteers`
    come with `merged_into`. Takes two statements at most.
    """
    people = list(volunteers)
    mine = {person.stays.pk for person in people if user.pk in (person.user_id, person.stays.user_id)}
    left = [person for person in people if person.stays.pk not in mine]
    if not left:
        return mine
    others = Volunteer.objects.all_with(left)
    columns = ("volunteer", "volunteer__merged_into")
    acted_for = Agency.objects.filter(user=user, volunteer__in=others).values_list(*columns)
    guarded = _guarded_by(user).filter(volunteer__in=others).values_list(*columns)
    return mine | {merged_into or pk for pk, merged_into in (*acted_for, *guarded)}


def family_logins(user: User) -> set[int]:
    """Return the logins (ids) of people whom `user` acts for or guards, and of those who act for them.

    A request of a member of the family is no request of another person. Takes three statements at most.
    """
    wards = any_of(Agency.objects.filter(user=user).values("volunteer"), _guarded_by(user).values("volunteer"))
    logins = set(Volunteer.objects.filter(pk__in=wards).values_list("user", "merged_into__user"))
    near = {pk for pair in logins for pk in pair}
    own = user.own_volunteer
    if own is not None:
        rows = Volunteer.objects.one_with(own.pk)
        near |= set(Agency.objects.filter(volunteer__in=rows).values_list("user", flat=True))
        consents = Consent.objects.filter(volunteer__in=rows, kind=Consent.Kind.GUARDIAN)
        near |= set(consents.values_list("guardian", flat=True))
    return {pk for pk in near if pk is not None} - {user.pk}


def _guarded_by(user: User) -> QuerySet[Consent]:
    """Return the consents that `user` gave as a guardian, also before a merge closed the former login."""
    return Consent.objects.filter(guardian__in=user.with_former_logins(), kind=Consent.Kind.GUARDIAN)
