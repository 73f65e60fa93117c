"""Refusals of this app."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from academy.core.refusals import Refusal

NOT_STAFF = Refusal("not_allowed", _("Only a social worker plans a class. Ask one of your community."))
NOT_TEACHING = Refusal("not_allowed", _("Only the instructor, an assessor or a social worker may do this."))
OWN_RESULT = Refusal("own_matter", _("This is about yourself or somebody you act for: another assessor does it (K4)."))
NOT_PUBLISHED = Refusal("course_not_published", _("Publish the course in the academy first, then plan a class."))
FOREIGN = Refusal("other_community", _("All of it belongs to one community. Choose course, people and venue of it."))
TOO_SHORT = Refusal(
    "timetable_too_short",
    _("The timetable is shorter than the class hours of the course (45 minutes each). Add a class."),
)
NEEDS_TIME = Refusal("needs_shift", _("Give at least one class that begins in the future."))
NO_LEARNER = Refusal("not_a_learner", _("This person is no learner of this class. Let them sign up or check in first."))
NO_CLASS_LEFT = Refusal("too_late", _("No class of this run is left. Look for the next run on the course's page."))
NO_LEARNER_ROLE = Refusal("no_place", _("This run has no places for learners. Ask the social worker."))
BAD_SCORE = Refusal("bad_score", _("Points are a whole number from 0 to 100. Correct the marked fields."))
NO_ASSESSMENT = Refusal("no_assessment", _("This course has no assessment: attendance alone completes it."))
UNKNOWN_ITEM = Refusal("unknown_item", _("The checklist has changed meanwhile. Look at it once more, then sign."))
NEEDS_ITEMS = Refusal("needs_items", _("Write the checklist, one item a line, 20 at most."))
NOT_OVER = Refusal("not_over", _("Say how it was when the last class is over."))
BAD_FACE = Refusal("bad_face", _("Choose one of the five faces."))


def needs_paper(*, n: int) -> Refusal:
    """Return the refusal to pass a checklist without its `n` assessors and the place of the paper."""
    sentence = ngettext(
        "Choose who signed the checklists on paper, and write where they are kept. Or sign them on the phone.",
        "Choose the %(n)s people who signed the checklists on paper, and write where they are kept. Or sign them on "
        "the phone.",
        n,
    )
    return Refusal("needs_paper", sentence % {"n": n})
