"""The evaluation of a whole activity in one act: all satisfactory, with exceptions (K10).

Satisfactory is a choice of the user who evaluates, never a default: a star rating rests on it (S2).
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from academy.activities.belongings import may_confirm
from academy.activities.models import Activity
from academy.core.refusals import Refusal
from academy.decisions.second_person import own_people
from academy.hours.models import OPEN_STATES, Evaluation, OpenDeadline, ServiceRecord
from academy.hours.services import deadlines
from academy.people.models import User, Volunteer
from academy.people.permissions import Right

SATISFACTORY = 5
MAY_TAKE_BACK = dt.timedelta(days=7)

NOT_ALLOWED = Refusal("not_allowed", _("Only the activity's leader or a social worker can evaluate. Ask one of them."))
NOBODY = Refusal("nobody_to_evaluate", _("There is no volunteer here for you to evaluate."))
BAD_SCORE = Refusal("bad_score", _("A score is 1 to 5."))
NEEDS_A_WORD = Refusal("needs_a_word", _("Give a reason for a score below 5."))
CHANGED_MEANWHILE = Refusal(
    "changed_meanwhile",
    _("Somebody else has evaluated one of these people since you opened this page. Compare both, then send it again."),
)
NOT_HERE = Refusal("not_here", _("One of these people has no record at this activity."))
NOTHING_CHOSEN = Refusal(
    "nothing_chosen", _("Nobody is evaluated yet: choose stars, or say that all are satisfactory.")
)
CHANGED_SINCE = Refusal(
    "changed_since",
    _("These evaluations have changed since, or are older than a week. Correct them on the activity's own page."),
)
HOURS_OPEN = Refusal("hours_open", _("The hours are not confirmed yet: confirm them first, then evaluate."))


@dataclass(frozen=True)
class ExemptedVolunteer:
    """A volunteer exempted from the common score, with a score and a word of their own."""

    volunteer: Volunteer
    score: int
    word: str


@transaction.atomic
def evaluate(
    *,
    activity: Activity,
    by: User,
    at: dt.datetime,
    exceptions: Iterable[ExemptedVolunteer] = (),
    others_too: bool = True,
    seen: Mapping[int, str] | None = None,
) -> list[Evaluation] | Refusal:
    """Evaluate the volunteers whose hours are confirmed as satisfactory (5), except the `exceptions`.

    Without `others_too` only the exceptions are evaluated. A second call changes only the evaluations that differ. The
    user's own evaluation, and those of people for whom the user acts, are left to another user (K4). `seen` are the
    evaluations that the user saw, as `mark`, by the volunteer's id: an exception that repeats one of them is no change,
    and leaves what another user stored meanwhile.

    Refuses with `not_allowed`, `nothing_chosen`, `bad_score`, `needs_a_word`, `not_here`, `hours_open`,
    `nobody_to_evaluate`, and with `changed_meanwhile` if another user changed an evaluation that this call would change
    to something else.
    """
    if not may_confirm(by, activity):
        return NOT_ALLOWED
    exceptional = {one.volunteer.stays.pk: one for one in exceptions}
    if not exceptional and not others_too:
        return NOTHING_CHOSEN
    for one in exceptional.values():
        if not 1 <= one.score <= SATISFACTORY:
            return BAD_SCORE
        if one.score < SATISFACTORY and not one.word.strip():
            return NEEDS_A_WORD
    Activity.objects.select_for_update(no_key=True).get(pk=activity.pk)
    everybody = volunteers_of([activity.pk])[activity.pk]
    people = {person.pk: person for person in everybody.to_evaluate}
    if exceptional.keys() - people.keys():
        return HOURS_OPEN if exceptional.keys() - people.keys() <= everybody.waiting else NOT_HERE
    if everybody.waiting and not people:
        return HOURS_OPEN
    own = own_people(by, people.values())
    people = {pk: person for pk, person in people.items() if pk not in own}
    if not people:
        return NOBODY
    known = {one.volunteer_id: one for one in Evaluation.objects.filter(activity=activity)}
    if seen is not None:
        exceptional = {pk: one for pk, one in exceptional.items() if mark(one) != seen.get(pk)}
        if any(mark(known.get(pk)) not in (seen.get(pk, ""), mark(one)) for pk, one in exceptional.items()):
            return CHANGED_MEANWHILE
    new: list[Evaluation] = []
    changed: list[Evaluation] = []
    for pk, person in people.items():
        exception = exceptional.get(pk)
        if exception is None and (pk in known or not others_too):
            continue  # keep the earlier evaluation
        score, word = (exception.score, exception.word.strip()) if exception else (SATISFACTORY, "")
        evaluation = known.get(pk) or Evaluation(activity=activity, volunteer=person)
        if evaluation.pk is not None and (evaluation.score, evaluation.word) == (score, word):
            continue
        evaluation.score, evaluation.word, evaluation.evaluated_by, evaluation.evaluated_at = score, word, by, at
        (new if evaluation.pk is None else changed).append(evaluation)
    Evaluation.objects.bulk_create(new)
    Evaluation.objects.bulk_update(changed, ["score", "word", "evaluated_by", "evaluated_at"])
    if deadlines.is_done(activity):
        deadlines.end_reminders([activity.pk], at=at)
    return list(Evaluation.objects.filter(activity=activity).select_related("volunteer").order_by("volunteer__number"))


@dataclass(frozen=True)
class SatisfactoryAct:
    """Evaluations as satisfactory that a user stored in one act, and can take back."""

    made_at: dt.datetime
    activities: list[Activity]
    people: int


def acts_of(by: User, *, at: dt.datetime) -> list[SatisfactoryAct]:
    """Return the acts that `take_back` undoes, the latest first. Takes two statements."""
    stored = _may_take_back(by, at).order_by("-evaluated_at", "activity").values_list("evaluated_at", "activity")
    found: dict[dt.datetime, list[int]] = {}
    for made_at, activity in stored:
        found.setdefault(made_at, []).append(activity)
    activities = Activity.objects.in_bulk({pk for pks in found.values() for pk in pks})
    return [SatisfactoryAct(one, [activities[pk] for pk in dict.fromkeys(pks)], len(pks)) for one, pks in found.items()]


@transaction.atomic
def take_back(*, made_at: dt.datetime, by: User, at: dt.datetime) -> int | Refusal:
    """Delete the evaluations as satisfactory that `by` stored at `made_at`; their activities wait again.

    Return the number of activities. Refuses with `changed_since` if none is left, or after a week.
    """
    stored = _may_take_back(by, at).filter(evaluated_at=made_at)
    activities = sorted(set(stored.values_list("activity", flat=True)))
    list(Activity.objects.select_for_update(no_key=True).filter(pk__in=activities).order_by("pk"))
    if not stored.delete()[0]:
        return CHANGED_SINCE
    OpenDeadline.start(activities)
    return len(activities)


def _may_take_back(by: User, at: dt.datetime) -> QuerySet[Evaluation]:
    """Return the evaluations of `by` of the last week that say no more than satisfactory."""
    confirms = Activity.objects.in_communities(by.communities_for(Right.CONFIRM_HOURS))
    return Evaluation.objects.filter(
        activity__in=confirms, evaluated_by=by, evaluated_at__gt=at - MAY_TAKE_BACK, score=SATISFACTORY, word=""
    )


def mark(evaluation: Evaluation | ExemptedVolunteer | None) -> str:
    """Return an evaluation as one text, for comparison; empty without one."""
    return "" if evaluation is None else f"{evaluation.score} {evaluation.word.strip()}"


@dataclass
class Volunteers:
    """The volunteers with a record at an activity, each as the row that stays."""

    to_evaluate: list[Volunteer] = field(default_factory=list)  # by number: all their hours there are confirmed
    waiting: set[int] = field(default_factory=set)  # ids: hours of theirs are still open


def volunteers_of(activities: Collection[int]) -> dict[int, Volunteers]:
    """Return the volunteers of each activity, by the activity's id. Takes as many statements as for one."""
    found = {pk: Volunteers() for pk in activities}
    people: dict[int, dict[int, Volunteer]] = {pk: {} for pk in activities}
    # Fetched by their ids: joined to so few records, PostgreSQL would read the whole roll.
    records = ServiceRecord.objects.live().filter(activity__in=activities).prefetch_related("volunteer__merged_into")
    for record in records.defer("basis", "steps"):
        stays = record.volunteer.stays
        people[record.activity_id][stays.pk] = stays
        if record.state in OPEN_STATES:
            found[record.activity_id].waiting.add(stays.pk)
    for pk, of_activity in people.items():
        clear = [person for person in of_activity.values() if person.pk not in found[pk].waiting]
        found[pk].to_evaluate = sorted(clear, key=lambda person: person.number)
    return found


def left_to_evaluate(activities: Collection[int], *, by: User) -> dict[int, list[Volunteer]]:
    """Return the people whom `by` can evaluate now, by activity, without the user's own (K4)."""
    people = {
        pk: {person.pk: person for person in found.to_evaluate} for pk, found in volunteers_of(activities).items()
    }
    for given in Evaluation.objects.filter(activity__in=activities).prefetch_related("volunteer"):
        people[given.activity_id].pop(given.volunteer.merged_into_id or given.volunteer_id, None)
    left = [person for of_activity in people.values() for person in of_activity.values()]
    own = own_people(by, left) if left else set()
    return {pk: [one for one in of_activity.values() if one.pk not in own] for pk, of_activity in people.items()}
