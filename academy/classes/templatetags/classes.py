from typing import Any

from django import template
from django.utils import timezone

from academy.classes.models import CourseRun

register = template.Library()

SHOWN = 3


@register.inclusion_tag("classes/runs.html")
def runs_of(course_id: int, says_none: bool = False) -> dict[str, Any]:
    """``{% runs_of page.course_id %}`` → the next runs of a course. One statement.

    With `says_none` an empty list is a sentence; without, it is left out.
    """
    coming = CourseRun.objects.coming(timezone.now()).of_courses([course_id])
    return {"runs": coming.select_related("activity")[:SHOWN], "says_none": says_none}
