from typing import Any

from django import template
from django.utils import timezone

from academy.activities import practica
from academy.activities.finding import PRACTICUM
from academy.people.models import Volunteer

register = template.Library()


@register.inclusion_tag("activities/practica.html")
def practica_of(course_id: int, learner: Volunteer | None) -> dict[str, Any]:
    """``{% practica_of page.course_id learner %}`` → the next practica of a course, with their places."""
    found = practica.coming(course_id, learner=learner, at=timezone.now())
    return {"practica": found, "about": PRACTICUM}
