"""The evaluation of a whole activity in one act: all satisfactory, with exceptions (K10)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from academy.activities.belongings import may_confirm
from academy.activities.models import Activity
from academy.core.refusals import Refusal
from academy.decisions.second_person import own_people
from academy.hours.models import Evaluation, ServiceRecord
from academy.hours.services import deadlines
from academy.people.models import User, Volunteer

SATISFACTORY = 5

NOT_ALLOWED = Refusal("not_allowed", _("Only the activity's leader or a social worker can evaluate. Ask one of them."))
NOBODY = Refusal("nobody_to_evaluate", _("There is no volunteer here for you to evaluate."))
BAD_SCORE = Refusal("bad_score", _("A score is 1 to 5."))
NEEDS_A_WORD = Refusal("needs_a_word", _("Give a reason for a score below 5."))
CHANGED_MEANWHILE = Refusal(
    "changed_meanwhile",
    _("Somebody else has evaluated one of these people since you opened this page. Compare both, then send it again."),
)
NOT_HERE = Refusal("not_here", _("One of these people has no record at this activity."))


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
    seen: Mapping[int, str] | None = None,
) -> list[Evaluation] | Refusal:
    """Evaluate all volunteers with a record there as satisfactory (5), except the `exceptions`.

    A second call changes only the evaluations that differ. The user's own evaluation, and those of people for whom the
    user acts, are left to another user (K4). `seen` are the evaluations that the user saw, as `mark`, by the
    volunteer's id: an exception that repeats one of them is no change, and leaves what another user stored meanwhile.

    Refuses with `not_allowed`, `bad_score`, `needs_a_word`, `not_here`, `nobody_to_evaluate`, and with
    `changed_meanwhile` if another user changed an evaluation that this call would change to something else.
    """
    if not may_confirm(by, activity):
        return NOT_ALLOWED
    exceptional = {one.volunteer.stays.pk: one for one in exceptions}
    for one in exceptional.values():
        if not 1 <= one.score <= SATISFACTORY:
            return BAD_SCORE
        if one.score < SATISFACTORY and not one.word.strip():
            return NEEDS_A_WORD
    Activity.objects.select_for_update(no_key=True).get(pk=activity.pk)
    people = {person.pk: person for person in list_volunteers(activity)}
    if exceptional.keys() - people.keys():
        return NOT_HERE
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
        if exception is None and pk in known:
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


def mark(evaluation: Evaluation | ExemptedVolunteer | None) -> str:
    """Return an evaluation as one text, for comparison; empty without one."""
    return "" if evaluation is None else f"{evaluation.score} {evaluation.word.strip()}"


def list_volunteers(activity: Activity) -> list[Volunteer]:
    """Return the volunteers with a record at the activity, by number; merged rows as the row that stays."""
    records = ServiceRecord.objects.live().filter(activity=activity).select_related("volunteer__merged_into")
    people = {record.volunteer.stays.pk: record.volunteer.stays for record in records}
    return sorted(people.values(), key=lambda person: person.number)
