"""A practicum of a course, planned by the services."""

import datetime as dt
from typing import Any

from academy.activities.models import Activity, CountsAs
from academy.learning.models import Course
from tests.factories import ActivityFactory


def plan_practicum(course: Course, starts_at: dt.datetime, **facts: Any) -> Activity:
    """Plan and publish an activity of two hours with two roles; in “跟班”, of two places, learners practise."""
    roles = [
        {"name": "志愿者", "counts_as": CountsAs.VOLUNTEER, "capacity": 9},
        {"name": "跟班", "counts_as": CountsAs.VOLUNTEER, "capacity": 2, "practicum": True, "practicum_of": course},
    ]
    times = {"starts_at": starts_at, "ends_at": starts_at + dt.timedelta(hours=2)}
    return ActivityFactory(**{"community": course.community, "roles": roles, **times, **facts})
