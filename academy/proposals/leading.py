"""The needs of a leader that a proposer lacks, judged as the needs of a role are (T3)."""

import datetime as dt

from academy.activities.needs import facts, judging
from academy.core.refusals import Refusal
from academy.people import ages
from academy.people.models import Volunteer
from academy.proposals import refusals
from academy.proposals.models import LeadingTerms


def cannot_lead(volunteer: Volunteer, *, day: dt.date) -> Refusal | None:
    """Return why the person may not lead on `day`, else None. Three statements at most.

    Refuses with `suspended`, `minors_do_not_lead`, `needs_course`, `needs_qualification`.
    """
    person = volunteer.stays
    if person.is_suspended:
        return refusals.SUSPENDED
    if ages.is_minor(person.birth_date, day):
        return refusals.MINORS_DO_NOT_LEAD
    terms = LeadingTerms.objects.filter(community=person.community_id).select_related("course").first()
    if terms is None or terms.course is None:
        return None
    course = terms.course
    needed = facts.needed_course(course)
    learnt = facts.learnt_by([person], courses=needed.fulfilled_by, tiers=False)[person.pk]
    record = judging.Record(held=tuple(learnt.held))
    unmet = judging.unmet_needs(judging.Needs(courses=(needed,)), record, day=day, begins=dt.time())
    if not unmet:
        return None
    words = refusals.lead_needs_renewal if unmet[0].what == "expired" else refusals.lead_needs_course
    return words(course.title)
