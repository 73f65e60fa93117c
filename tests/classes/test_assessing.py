"""Assessments: signatures of several people, results of a whole class, not one's own (K4)."""

import datetime as dt

import pytest

from academy.classes import selectors
from academy.classes.models import AssessedBy, Assessment, Assessor, Result, Signature
from academy.classes.services import assessing, completing, feedback
from academy.classes.services.assessing import Mark
from academy.learning.award_models import Attendance
from academy.people.permissions import DutyRole
from tests.answers import code_of
from tests.classes.scene import LATER, PLANNED_AT, SECOND_DAY
from tests.factories import UserFactory
from tests.hours.scene import moment

AT = moment("15:00", SECOND_DAY)
ITEMS = "判断意识\n胸外按压"


@pytest.fixture
def signed(scene):
    """Return the scene with a checklist of two assessors, and a learner who attended."""
    scene.assess_by(AssessedBy.CHECKLIST, items=ITEMS, signatures=2)
    return with_learner(scene)


def with_learner(scene):
    scene.join(scene.learner)
    scene.come(scene.learner)
    scene.come(scene.learner, day=SECOND_DAY)
    scene.confirm()
    scene.second = scene.volunteer("李建国", login=True)
    Assessor.objects.create(run=scene.run, volunteer=scene.second)
    scene.run = scene.again()
    return scene


def sign(scene, by, at=AT, **marks):
    return assessing.sign(
        run=scene.run,
        volunteer=scene.learner,
        marks=marks or {"判断意识": True, "胸外按压": True},
        by=by,
        at=at,
    )


def test_a_practical_is_passed_when_enough_assessors_signed_each_item(signed):
    assert len(sign(signed, signed.instructor.user)) == 2
    assert selectors.learner_of(signed.run, signed.learner).standing.lacks == ["assessment"]
    sign(signed, signed.second.user, **{"判断意识": True, "胸外按压": False})
    assert not Attendance.objects.exists()
    assert len(sign(signed, signed.second.user, at=AT + dt.timedelta(minutes=5))) == 1  # the other stands already
    assert Attendance.objects.get().volunteer == signed.learner


def test_the_same_assessor_twice_is_one_signature(signed):
    sign(signed, signed.instructor.user)
    assert sign(signed, signed.instructor.user) == []
    assert Signature.objects.count() == 2
    assert not Attendance.objects.exists()


def test_who_signs_what_is_refused(signed):
    stranger, item = signed.volunteer("张桂兰", login=True), {"判断意识": True}
    assert code_of(sign(signed, signed.learner.user)) == "not_allowed"
    assert code_of(sign(signed, stranger.user)) == "not_allowed"
    assert code_of(sign(signed, signed.instructor.user, **{"从前的一项": True})) == "unknown_item"
    run, by = signed.run, signed.instructor.user
    assert code_of(assessing.sign(run=run, volunteer=stranger, marks=item, by=by, at=AT)) == "not_a_learner"
    much_later = AT + dt.timedelta(days=61)
    assert code_of(sign(signed, signed.instructor.user, at=much_later)) == "not_allowed"  # ADR 37
    assert not Signature.objects.exists()


def test_nobody_assesses_themselves(signed):
    Assessor.objects.create(run=signed.run, volunteer=signed.learner)
    assert code_of(sign(signed, signed.learner.user)) == "own_matter"


def test_results_of_a_whole_class_are_keyed_in_at_once(scene):
    scene.assess_by(AssessedBy.SCORE)
    with_learner(scene)
    scene.join(scene.second)
    marks = {scene.learner: assessing.by_points(60), scene.second: assessing.by_points(59)}
    new = assessing.key_in(run=scene.run, results=marks, by=scene.social_worker, at=AT)
    assert [(one.volunteer, one.score, one.passed) for one in new] == [
        (scene.learner, 60, True),
        (scene.second, 59, False),
    ]
    assert [one.volunteer for one in Attendance.objects.all()] == [scene.learner]
    assert selectors.learner_of(scene.run, scene.second).standing.lacks == ["attendance", "failed"]
    assert assessing.key_in(run=scene.run, results=marks, by=scene.social_worker, at=AT) == []
    again = assessing.key_in(run=scene.run, results={scene.second: Mark(True, 88)}, by=scene.social_worker, at=LATER)
    assert [one.score for one in again] == [88]
    assert Result.objects.count() == 3


def test_a_verdict_of_the_instructor_is_enough(scene):
    scene.assess_by(AssessedBy.VERDICT)
    with_learner(scene)
    by = scene.instructor.user
    assessing.key_in(run=scene.run, results={scene.learner: Mark(False)}, by=by, at=AT)
    assert selectors.learner_of(scene.run, scene.learner).standing.lacks == ["failed"]
    assessing.key_in(run=scene.run, results={scene.learner: Mark(True)}, by=by, at=LATER)
    assert Attendance.objects.count() == 1


def key_in_paper(scene, *, signed_by, paper="培训资料 2026，第 3 夹", passed=True):
    return assessing.key_in(
        run=scene.run,
        results={scene.learner: Mark(passed)},
        paper_signed_by=signed_by,
        paper=paper,
        by=scene.social_worker,
        at=AT,
    )


def test_a_checklist_on_paper_names_who_signed_it_and_where_it_is(signed):
    (result,) = key_in_paper(signed, signed_by=[signed.second, signed.instructor])
    assert set(result.paper_signed_by.split()) == {signed.instructor.number, signed.second.number}
    assert result.paper == "培训资料 2026，第 3 夹"
    assert Attendance.objects.get().volunteer == signed.learner


def test_a_checklist_is_not_passed_by_a_bare_word(signed):
    stranger = signed.volunteer("张桂兰")
    both = [signed.second, signed.instructor]
    for signed_by, paper in (((), "夹 3"), ([signed.second], "夹 3"), ([signed.second, stranger], "夹 3"), (both, " ")):
        refused = key_in_paper(signed, signed_by=signed_by, paper=paper)
        assert code_of(refused) == "needs_paper" and "2" in str(refused)
    assert not Result.objects.exists()
    (not_yet,) = key_in_paper(signed, signed_by=(), paper="", passed=False)
    assert (not_yet.passed, not_yet.paper) == (False, "")


def test_a_learner_who_assesses_others_signs_no_paper_of_their_own(signed):
    Assessor.objects.create(run=signed.run, volunteer=signed.learner)
    assert code_of(key_in_paper(signed, signed_by=[signed.learner, signed.second])) == "own_matter"


def test_a_course_without_an_assessment_takes_no_result(scene):
    with_learner(scene)
    by, results = scene.social_worker, {scene.learner: Mark(True)}
    assert code_of(assessing.key_in(run=scene.run, results=results, by=by, at=AT)) == "no_assessment"
    assert code_of(sign(scene, by)) == "no_assessment"


@pytest.mark.parametrize("points", [-1, 101])
def test_points_are_of_a_hundred(points):
    assert code_of(assessing.by_points(points)) == "bad_score"


def test_the_social_worker_says_how_a_course_is_assessed(scene):
    by, course = scene.social_worker, scene.course
    trainer = UserFactory(duties=[(scene.community, DutyRole.TRAINER)])
    assert code_of(assessing.set_assessment(course=course, kind="score", by=trainer, at=PLANNED_AT)) == "not_allowed"
    for items in ("", "\n".join(map(str, range(21))), "长" * 201):
        answer = assessing.set_assessment(course=course, kind="checklist", items=items, by=by, at=PLANNED_AT)
        assert code_of(answer) == "needs_items"
    made = assessing.set_assessment(course=course, kind="checklist", items="甲\n\n 乙 \n甲", by=by, at=PLANNED_AT)
    assert made.lines == ["甲", "乙"]
    assert assessing.set_assessment(course=course, kind="", by=by, at=PLANNED_AT) is None
    assert not Assessment.objects.exists()


def test_a_learner_says_how_it_was_once_the_last_class_is_over(scene):
    with_learner(scene)

    def say(who=scene.learner, face=5, at=LATER, **words):
        return feedback.give_feedback(run=scene.run, volunteer=who, face=face, at=at, **words)

    assert code_of(say(at=moment("14:00", SECOND_DAY))) == "not_over"
    assert code_of(say(face=6)) == "bad_face"
    assert code_of(say(who=scene.leader)) == "not_a_learner"
    say(liked="分组练习 ")
    said = say(face=4, wish="再长一点")
    assert [(one.face, one.liked, one.wish) for one in selectors.feedback_on(scene.run)] == [(4, "", "再长一点")]
    feedback.erase_words(people=[scene.learner])
    said.refresh_from_db()
    assert (said.face, said.wish) == (4, "")
    assert completing.complete_due(scene.run, at=LATER)
