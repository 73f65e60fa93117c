"""A community that gives a class: a course of two class hours, its run in two shifts, and its people."""

import datetime as dt
from typing import Any

from academy.checkin.services import codes
from academy.classes import selectors
from academy.classes.models import CourseRun
from academy.classes.services import assessing, running
from academy.hours.services import confirmation, notices
from academy.learning import services as learning
from academy.learning.models import Course, CourseVersion
from academy.people.models import User, Volunteer
from tests.hours.scene import SATURDAY, Scene, moment

PLANNED_AT = moment("09:00", SATURDAY - dt.timedelta(days=10))
SECOND_DAY = SATURDAY + dt.timedelta(days=7)
LATER = moment("09:00", SECOND_DAY + dt.timedelta(days=10))  # every notice is over


class ClassScene(Scene):
    """`scene.run` teaches `scene.course` on two Saturdays, 14:00 to 14:45 each; `instructor` has a login."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.course = self.publish_course("first-aid", "急救入门", class_hours="2")
        self.instructor = self.volunteer("陈志强", login=True)
        self.learner = self.volunteer("王秀英", login=True)
        self.run = self.plan()

    def publish_course(self, key: str, title: str, *, class_hours: str = "1", **fields: Any) -> Course:
        version: CourseVersion = learning.publish_course(
            community=self.community,
            key=key,
            title=title,
            lessons=[{"key": f"{key}-1", "title": title, "class_hours": class_hours, "body": ""}],
            by=None,
            at=PLANNED_AT,
            **{"tier": "beginner", "required": True, **fields},
        )
        return version.course

    def plan(self, course: Course | None = None, **fields: Any) -> CourseRun:
        """Plan a run on two Saturdays."""
        answer = running.plan_run(
            **{
                "course": course or self.course,
                "title": "急救班 第 1 期",
                "instructor": self.instructor,
                "issuer": self.issuer,
                "classes": [(moment("14:00", day), moment("14:45", day)) for day in (SATURDAY, SECOND_DAY)],
                "places": 5,
                "place": "活动中心",
                "by": self.social_worker,
                "at": PLANNED_AT,
                **fields,
            }
        )
        assert isinstance(answer, CourseRun), answer
        codes.open_checkpoints(activity=answer.activity)
        return self.again(answer)

    def again(self, run: CourseRun | None = None) -> CourseRun:
        """Return the run as it is stored now."""
        return selectors.runs().get(pk=(run or self.run).pk)

    def join(self, *people: Volunteer) -> None:
        for one in people:
            answer = running.join(run=self.run, volunteer=one, by=self.social_worker, at=PLANNED_AT)
            assert isinstance(answer, list), answer

    def come(self, *people: Volunteer, day: dt.date = SATURDAY, came: str = "14:00", left: str = "14:45") -> None:
        """Let these people check in and out at the class of this day."""
        shift = next(one for one in selectors.timetable(self.run) if one.date == day)
        for one in people:
            self.attend(one, shift, came, left, day=day)

    def confirm(self, at: dt.datetime = LATER) -> None:
        """Confirm all hours of the run, and end their notice."""
        for by in (self.login(self.instructor), self.social_worker):
            confirmation.confirm(activity=self.run.activity, by=by, at=at - dt.timedelta(days=9), heads=5)
        notices.end_notices(at=at)

    def login(self, volunteer: Volunteer) -> User:
        assert volunteer.user is not None
        return volunteer.user

    def assess_by(self, kind: str, **fields: Any) -> None:
        answer = assessing.set_assessment(course=self.course, kind=kind, by=self.social_worker, at=PLANNED_AT, **fields)
        assert answer is not None and hasattr(answer, "by"), answer
