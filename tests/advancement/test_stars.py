"""Star ratings on application, complaints, commendations, and evaluating an activity in one act."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from academy.advancement import services
from academy.advancement.models import Commendation, Complaint, StarRating
from academy.advancement.stars import MINUTES, Standing
from academy.decisions.services import decide
from academy.families.models import Agency
from academy.hours.models import Evaluation, HoursTotal
from academy.hours.services import confirmation, evaluation
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import consents
from tests.answers import code_of
from tests.factories import UserFactory
from tests.hours.scene import SATURDAY, Scene, moment

AT = moment("10:00", SATURDAY + dt.timedelta(days=30))


@pytest.fixture
def approver(scene: Scene) -> User:
    return UserFactory(duties=[(scene.community, DutyRole.APPROVER)])


@pytest.fixture
def volunteer(scene: Scene) -> Volunteer:
    """Create a volunteer with a hundred effective hours and good evaluations."""
    volunteer = scene.volunteer(login=True)
    record = scene.serve(volunteer, "09:00", "12:00")
    evaluation.evaluate(activity=record.activity, by=scene.leading, at=AT)
    HoursTotal.objects.filter(volunteer=volunteer).update(service_minutes=6_000)
    return volunteer


@pytest.mark.parametrize(
    ("minutes", "stars"),
    [(5_999, 0), (6_000, 1), (17_999, 1), (18_000, 2), (36_000, 3), (60_000, 4), (89_999, 4), (90_000, 5)],
)
def test_stars_by_time(minutes: int, stars: int) -> None:
    assert Standing(minutes, 1, 5.0, 0, 0).by_time == stars


@pytest.mark.parametrize(
    ("average", "complaints", "may_ask_for"), [(4.0, 0, 1), (3.9, 0, 0), (None, 0, 0), (5.0, 1, 0)]
)
def test_time_alone_is_not_enough(average: float | None, complaints: int, may_ask_for: int) -> None:
    assert Standing(MINUTES[1], 3, average, complaints, 0).may_ask_for == may_ask_for


def test_how_far_it_is_to_the_next() -> None:
    assert Standing(0, 0, None, 0, 0).minutes_to_next == 6_000
    assert Standing(6_000, 0, None, 0, 0).minutes_to_next == 12_000
    assert Standing(90_000, 0, None, 0, 5).minutes_to_next is None


def test_a_star_is_applied_for_and_somebody_else_awards_it(scene, volunteer, approver):
    rating = services.apply_for_star(volunteer=volunteer, by=volunteer.user, at=AT)
    assert (rating.stars, rating.standing["minutes"], rating.standing["average"]) == (1, 6_000, 5.0)
    assert code_of(services.apply_for_star(volunteer=volunteer, by=volunteer.user, at=AT)) == "already_asked"
    assert services.stars_of(volunteer) == 0
    assert code_of(decide(request=rating, by=volunteer.user, at=AT, accepted=True)) == "not_allowed"
    decide(request=rating, by=approver, at=AT, accepted=True)
    assert services.stars_of(volunteer) == 1
    assert "1" in volunteer.messages.get(key=f"stars:{rating.pk}").text
    assert code_of(services.apply_for_star(volunteer=volunteer, by=volunteer.user, at=AT)) == "not_enough_hours"


def test_what_no_longer_holds_is_not_awarded(scene, volunteer, approver):
    rating = services.apply_for_star(volunteer=volunteer, by=volunteer.user, at=AT)
    HoursTotal.objects.filter(volunteer=volunteer).update(service_minutes=5_999)
    assert code_of(decide(request=rating, by=approver, at=AT, accepted=True)) == "not_enough_hours"
    decide(request=rating, by=approver, at=AT, accepted=False, answer="时长被更正")
    assert services.stars_of(volunteer) == 0


def test_who_may_not_apply_and_why(scene, volunteer, approver):
    def answer(by: User | None = volunteer.user) -> str:
        with transaction.atomic():
            code = code_of(services.apply_for_star(volunteer=volunteer, by=by, at=AT))  # type: ignore[arg-type]
            transaction.set_rollback(True)
        return code

    assert answer(UserFactory()) == "not_allowed"
    assert answer(scene.social_worker) == ""  # for an elder, at the desk
    Evaluation.objects.update(score=3, word="迟到")
    assert answer() == "average_too_low"
    Evaluation.objects.all().delete()
    assert answer() == "not_evaluated"


def test_an_upheld_complaint_stands_in_the_way_for_twelve_months(scene, volunteer, approver):
    record = {"volunteer": volunteer, "complainant": "居民刘女士", "by": scene.social_worker, "at": AT}
    complaint = services.record_complaint(**record, reason="态度不好")
    assert code_of(services.apply_for_star(volunteer=volunteer, by=volunteer.user, at=AT)) == ""
    StarRating.objects.all().delete()
    decide(request=complaint, by=approver, at=AT, accepted=True, answer="属实")
    assert code_of(services.apply_for_star(volunteer=volunteer, by=volunteer.user, at=AT)) == "complaint_upheld"
    later = AT + dt.timedelta(days=365)
    assert code_of(services.apply_for_star(volunteer=volunteer, by=volunteer.user, at=later)) == ""
    dismissed = services.record_complaint(**record, reason="来晚了")
    decide(request=dismissed, by=approver, at=later, accepted=False, answer="不属实")
    assert services.standing_of(volunteer, at=later).complaints == 0


@pytest.mark.parametrize(
    ("upheld", "last", "free"),
    [
        # 29 February 2028 lies in between: twelve months are 366 days
        (dt.date(2027, 3, 10), dt.date(2028, 3, 9), dt.date(2028, 3, 10)),
        (dt.date(2028, 2, 29), dt.date(2029, 2, 28), dt.date(2029, 3, 1)),
        (dt.date(2027, 2, 28), dt.date(2028, 2, 27), dt.date(2028, 2, 28)),
        (dt.date(2026, 3, 10), dt.date(2027, 3, 9), dt.date(2027, 3, 10)),
    ],
)
def test_s2_twelve_months_are_calendar_months(scene, volunteer, approver, upheld, last, free):
    at = moment("00:30", upheld)
    complaint = services.record_complaint(
        volunteer=volunteer, complainant="居民刘女士", reason="态度不好", by=scene.social_worker, at=at
    )
    decide(request=complaint, by=approver, at=at, accepted=True, answer="属实")
    assert services.standing_of(volunteer, at=moment("23:00", last)).complaints == 1
    assert services.standing_of(volunteer, at=moment("00:31", free)).complaints == 0


@pytest.mark.parametrize("as_agent", [True, False])
def test_nobody_complains_about_or_commends_the_people_they_act_for(scene, volunteer, as_agent):
    worker = scene.social_worker
    if as_agent:  # an agent who got a duty afterwards stays an agent
        agency = consents.record_consent(
            volunteer=volunteer, kind="agency", granted=True, evidence="…", by=None, at=AT - dt.timedelta(days=1)
        )
        Agency.objects.create(user=worker, volunteer=volunteer, consent=agency)
    else:
        consents.record_consent(
            volunteer=volunteer, kind="guardian", granted=True, guardian=worker, evidence="…", by=None, at=AT
        )
    complaint = services.record_complaint(volunteer=volunteer, complainant="刘女士", reason="迟到", by=worker, at=AT)
    praise = services.commend(volunteer=volunteer, title="好", text="好", given_on=AT.date(), by=worker, at=AT)

    assert code_of(complaint) == code_of(praise) == "own_matter"


def test_what_a_complaint_needs(scene, volunteer):
    def answer(**changed: object) -> str:
        given = {"complainant": "刘女士", "reason": "迟到", "by": scene.social_worker, **changed}
        return code_of(services.record_complaint(volunteer=volunteer, at=AT, **given))  # type: ignore[arg-type]

    assert answer(complainant=" ") == "needs_complainant"
    assert answer(reason="") == "needs_reason"
    assert answer(by=scene.leading) == "not_allowed"
    assert answer() == "" and Complaint.objects.count() == 1


def test_a_commendation_is_kept_and_told(scene, volunteer):
    given = {"volunteer": volunteer, "text": "连续三年敬老", "given_on": SATURDAY, "at": AT}
    assert code_of(services.commend(**given, title="优秀志愿者", by=scene.leading)) == "not_allowed"
    assert code_of(services.commend(**given, title=" ", by=scene.social_worker)) == "needs_reason"
    services.commend(**given, title="优秀志愿者", by=scene.social_worker)
    assert Commendation.objects.get().title == "优秀志愿者"
    phone = Client()
    phone.force_login(volunteer.user)
    assert "连续三年敬老" in phone.get(reverse("home:stars")).content.decode()


def test_the_volunteers_page_applies_with_one_tap(volunteer):
    phone = Client()
    phone.force_login(volunteer.user)
    assert "<form" in phone.get(reverse("home:stars")).content.decode().split("<main")[1]
    assert phone.post(reverse("home:stars")).status_code == 302
    assert StarRating.objects.get().stars == 1
    again = phone.post(reverse("home:stars"))
    assert 'data-refusal="already_asked"' in again.content.decode()


# Evaluation (K10)


def test_all_satisfactory_except(scene):
    activity = scene.activity()
    good, late = scene.volunteer(), scene.volunteer("李建国")
    for person in (good, late):
        scene.attend(person, activity.shifts.get())
    assert code_of(evaluation.evaluate(activity=activity, by=scene.leading, at=AT)) == "hours_open"
    confirmation.confirm(activity=activity, by=scene.leading, at=AT)
    except_late = [evaluation.ExemptedVolunteer(late, 3, "迟到半小时")]
    evaluation.evaluate(activity=activity, by=scene.leading, at=AT, exceptions=except_late)
    assert dict(Evaluation.objects.values_list("volunteer", "score")) == {good.pk: 5, late.pk: 3}
    evaluation.evaluate(activity=activity, by=scene.social_worker, at=AT)  # again: the first scores stay
    assert dict(Evaluation.objects.values_list("volunteer", "score")) == {good.pk: 5, late.pk: 3}
    evaluation.evaluate(
        activity=activity, by=scene.leading, at=AT, exceptions=[evaluation.ExemptedVolunteer(late, 4, "后来补了")]
    )
    assert Evaluation.objects.get(volunteer=late).word == "后来补了"
    assert evaluation.volunteers_of([activity.pk])[activity.pk].to_evaluate == [good, late]


def test_nobody_evaluates_themselves(scene):
    activity = scene.activity()
    scene.attend(scene.leader, activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.social_worker, at=AT)
    assert code_of(evaluation.evaluate(activity=activity, by=scene.leading, at=AT)) == "nobody_to_evaluate"
    evaluation.evaluate(activity=activity, by=scene.social_worker, at=AT)
    assert Evaluation.objects.get().volunteer == scene.leader


@pytest.mark.parametrize(
    ("score", "word", "answer"),
    [(0, "x", "bad_score"), (6, "x", "bad_score"), (4, " ", "needs_a_word"), (5, "", "")],
)
def test_an_exception_has_a_score_and_a_word(scene, score, word, answer):
    activity, person = scene.activity(), scene.volunteer()
    scene.attend(person, activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=AT)
    exceptions = [evaluation.ExemptedVolunteer(person, score, word)]
    assert code_of(evaluation.evaluate(activity=activity, by=scene.leading, at=AT, exceptions=exceptions)) == answer


def test_who_has_hours_to_confirm_is_evaluated_afterwards(scene):
    activity, done, waits = scene.activity(), scene.volunteer(), scene.volunteer("李建国")
    scene.attend(done, activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=AT)
    scene.attend(waits, activity.shifts.get())
    late = [evaluation.ExemptedVolunteer(waits, 3, "迟到")]
    assert code_of(evaluation.evaluate(activity=activity, by=scene.leading, at=AT, exceptions=late)) == "hours_open"
    evaluation.evaluate(activity=activity, by=scene.leading, at=AT)
    assert Evaluation.objects.get().volunteer == done


def test_only_the_chosen_are_evaluated_without_the_others(scene):
    activity, chosen = scene.activity(), scene.volunteer()
    for person in (chosen, scene.volunteer("李建国")):
        scene.attend(person, activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=AT)
    act = {"activity": activity, "by": scene.leading, "at": AT, "others_too": False}
    assert code_of(evaluation.evaluate(**act)) == "nothing_chosen"
    evaluation.evaluate(**act, exceptions=[evaluation.ExemptedVolunteer(chosen, 4, "来得晚")])
    assert Evaluation.objects.get().volunteer == chosen


def test_only_who_was_here_is_evaluated_and_by_who_may(scene):
    activity = scene.activity()
    scene.attend(scene.volunteer(), activity.shifts.get())
    stranger = [evaluation.ExemptedVolunteer(scene.volunteer("刘伟"), 2, "没来")]
    assert code_of(evaluation.evaluate(activity=activity, by=scene.leading, at=AT, exceptions=stranger)) == "not_here"
    assert code_of(evaluation.evaluate(activity=activity, by=UserFactory(), at=AT)) == "not_allowed"


def test_the_database_holds_what_it_must(scene, volunteer):
    for broken in ({"stars": 0}, {"stars": 6}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StarRating.objects.create(volunteer=volunteer, standing={}, asked_at=AT, **broken)
    activity = scene.activity()
    for broken in ({"score": 0}, {"score": 6, "word": "x"}, {"score": 4, "word": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Evaluation.objects.create(
                activity=activity, volunteer=volunteer, evaluated_by=scene.leading, evaluated_at=AT, **broken
            )
