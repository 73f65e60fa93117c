"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.classes.models import Assessor, ClassFeedback, CourseRun, Result, Signature
from academy.people.holding import hold

hold(Result, _("My results in classes"), "run", "score", "passed", "paper", "at", order=55, moment="at")
hold(Signature, _("Signatures to my checklists"), "run", "item", "passed", "at", order=56, moment="at")
hold(
    ClassFeedback, _("My words about classes"), "run", "face", "liked", "wish", "given_at", order=57, moment="given_at"
)
hold(Assessor, _("Classes that I assess"), "run", order=58, is_own=False)
hold(CourseRun, _("Classes that I teach"), "title", "course", path="instructor", order=59, is_own=False)
