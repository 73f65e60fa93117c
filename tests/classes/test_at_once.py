"""Two assessors sign, and two clocks tick, at the same moment: on two real connections."""

import pytest

from academy.advancement import promotions
from academy.advancement.models import Promotion
from academy.classes import selectors
from academy.classes.models import AssessedBy, Assessor, CourseRun
from academy.classes.services import assessing, completing
from academy.learning import services as learning
from academy.learning.award_models import Attendance
from academy.learning.models import CourseCompletion
from academy.people.models import Volunteer
from academy.units.models import Contribution
from tests.at_once import at_once
from tests.classes.scene import LATER, PLANNED_AT, SECOND_DAY, ClassScene
from tests.factories import UnitFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.both]


def attended() -> ClassScene:
    scene = ClassScene()
    scene.join(scene.learner)
    scene.come(scene.learner)
    scene.come(scene.learner, day=SECOND_DAY)
    scene.confirm()
    return scene


def test_the_two_last_signatures_complete_the_class_once():
    scene = attended()
    scene.assess_by(AssessedBy.CHECKLIST, items="按压", signatures=2)
    second = scene.volunteer("李建国", login=True)
    Assessor.objects.create(run=scene.run, volunteer=second)

    def sign(assessor):
        by = Volunteer.objects.get(pk=assessor.pk).user
        run = selectors.runs().get(pk=scene.run.pk)
        return lambda: assessing.sign(run=run, volunteer=scene.learner, marks={"按压": True}, by=by, at=LATER)

    at_once(sign(scene.instructor), sign(second))
    completing.complete_due(scene.again(), at=LATER)  # the clock finds what each of the two could not see
    assert Attendance.objects.count() == CourseCompletion.objects.count() == 1


def test_two_ticks_complete_and_thank_once():
    scene = attended()
    CourseRun.objects.filter(pk=scene.run.pk).update(unit=UnitFactory(community=scene.community))
    at_once(*[lambda: completing.look_at_runs(at=LATER)] * 2)
    assert Attendance.objects.count() == Contribution.objects.count() == 1


def test_two_clocks_propose_one_promotion(without_pages):
    scene = ClassScene()
    scene.publish_course("spirit", "志愿精神", class_hours="6")
    for key in ("first-aid", "spirit"):
        course = learning.Course.objects.get(key=key)
        learning.complete_lesson(volunteer=scene.learner, course=course, lesson_key=f"{key}-1", at=PLANNED_AT, by=None)
    at_once(*[lambda: promotions.propose(volunteer=scene.learner, at=LATER)] * 2)
    assert Promotion.objects.get().tier == "beginner"
