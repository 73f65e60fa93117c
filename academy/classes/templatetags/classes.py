from typing import Any

from django import template
from django.utils import timezone

from academy.classes import selectors
from academy.classes.models import CourseRun
from academy.learning.models import Course
from academy.people.models import Volunteer

register = template.Library()

SHOWN = 3


@register.inclusion_tag("classes/runs.html")
def runs_of(course_id: int, says_none: bool = False) -> dict[str, Any]:
    """``{% runs_of page.course_id %}`` → the next runs of a course. One statement.

    With `says_none` an empty list is a sentence; without, it is left out.
    """
    coming = CourseRun.objects.coming(timezone.now()).of_courses([course_id])
    return {"runs": coming.select_related("activity")[:SHOWN], "says_none": says_none}


@register.inclusion_tag("classes/in_class.html")
def in_class(course: Course, learner: Volunteer, next_lesson: Any = None) -> dict[str, Any]:
    """``{% in_class course learner next_lesson %}`` → the parts missing of a course in the room.

    Without a `next_lesson` to read, the way to a class is the next thing to do.
    """
    run = selectors.run_of(learner, course)
    one = selectors.learner_of(run, learner) if run is not None else None
    return {"course": course, "run": run, "one": one, "is_next": next_lesson is None}
