"""Requests by staff for a person at the desk: links, forms, the way back (K4, K7, K8, K9, S1)."""

import datetime as dt
import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from academy.advancement.models import StarRating
from academy.decisions import services as decisions
from academy.hours.models import MakeUp, Objection, RecordState, ServiceRecord
from academy.hours.services import confirmation
from academy.people.models import User
from academy.people.permissions import DutyRole
from tests.answers import code_of
from tests.factories import UserFactory, photo
from tests.hours.scene import Scene, moment
from tests.pages import Statements, text_of

pytestmark = pytest.mark.slow


def page_of(volunteer):
    return reverse("person", args=[volunteer.pk])


def staff(scene: Scene, *roles: DutyRole) -> User:
    return UserFactory(duties=[(scene.community, role) for role in roles])


def links_of(response) -> dict[str, str]:
    """Return the addresses of a page's links by their words."""
    found = re.findall(r'<a\b[^>]*href="([^"]*)"[^>]*>(.*?)</a>', response.content.decode(), re.DOTALL)
    plain = (re.sub(r"<.*?>", " ", html.unescape(words), flags=re.DOTALL) for _address, words in found)
    return {" ".join(words.split()): address for words, (address, _words) in zip(plain, found, strict=True)}


def on_notice(scene: Scene, volunteer) -> ServiceRecord:
    (record,) = scene.attend(volunteer, scene.activity().shifts.get(), "09:00", "12:00")
    confirmation.confirm(activity=record.activity, by=scene.leading, at=moment("12:30"))
    record.refresh_from_db()
    assert record.state == RecordState.ON_NOTICE
    return record


def logged(volunteer) -> list[tuple[str, User | None]]:
    entries = ModelLogEntry.objects.filter(object_id=str(volunteer.pk), action__regex=r"^(hours|recognition)\.")
    return [(entry.action, entry.user) for entry in entries]


def test_a_make_up_for_an_elder_takes_five_clicks_in_chinese(scene, clock):
    """Open her, ask, choose the shift, choose the picture, send: 5 clicks and the typing."""
    elder, witness = scene.volunteer("张桂兰"), scene.volunteer("李建国", phone="13800001234")
    shift = scene.activity(title="社区食堂帮厨").shifts.get()
    clock.move_to(moment("15:00"))
    desk = Client()
    desk.force_login(scene.social_worker)

    her_page = desk.get(page_of(elder))  # 1: from the search or the list
    shifts = desk.get(links_of(her_page)["补录缺少的时长"])  # 2
    assert f"为 张桂兰（{elder.number}）办理" in text_of(shifts)
    choice = next(href for words, href in links_of(shifts).items() if words.startswith("社区食堂帮厨"))
    form = desk.get(choice)  # 3
    assert "由另一位同事审批" in text_of(form) and 'type="file"' in form.content.decode()
    typed = {"came": "900", "left": "11:30", "reason": "没有手机", "witness": "李建国", "witness_tail": "1234"}
    landed = desk.post(choice, {**typed, "evidence": photo()}, follow=True)  # 4: the picture, 5: send

    assert landed.redirect_chain == [(page_of(elder), 302)]
    assert "张桂兰的申请已提交" in text_of(landed) and "等待审批" in text_of(landed)
    assert f"由 {scene.social_worker} 提出" in text_of(landed)
    make_up = MakeUp.objects.get()
    assert (make_up.volunteer, make_up.asked_by, make_up.witness) == (elder, scene.social_worker, witness)
    assert make_up.shift == shift and make_up.way == MakeUp.Way.MAKE_UP
    assert logged(elder) == [("hours.ask_make_up", scene.social_worker)]

    approver = staff(scene, DutyRole.APPROVER)
    decisions.decide(request=make_up, by=approver, at=moment("16:00"), accepted=True)
    page = text_of(desk.get(page_of(elder)))
    assert "2026年服务时长 2.5" in page and "补录 · 已同意" in page


def test_an_asker_with_the_right_to_decide_leaves_it_to_another(scene, clock):
    elder, witness = scene.volunteer("张桂兰"), scene.volunteer("李建国")
    both = staff(scene, DutyRole.SOCIAL_WORKER, DutyRole.APPROVER)
    shift = scene.activity().shifts.get()
    clock.move_to(moment("15:00"))
    desk = Client()
    desk.force_login(both)
    form = {"came": "900", "left": "11:30", "reason": "没有手机", "witness": witness.number, "evidence": photo()}
    desk.post(f"{reverse('home:ask_make_up', args=[shift.pk])}?who={elder.number}", form)

    answer = decisions.decide(request=MakeUp.objects.get(), by=both, at=moment("16:00"), accepted=True, answer="看过")
    assert code_of(answer) == "not_yet_alone"


def test_staff_look_for_an_activity_of_the_last_year_by_its_title(scene, sign_in, clock):
    elder = scene.volunteer("张桂兰")
    old = scene.activity(day=dt.date(2025, 5, 10), title="春季植树").shifts.get()
    scene.activity(day=dt.date(2026, 1, 3), title="扫雪")
    address = f"{reverse('home:missing')}?who={elder.number}"
    desk = sign_in(scene.social_worker)

    page = text_of(desk.get(address))
    assert "春季植树" in page and "扫雪" in page
    page = desk.get(f"{address}&q=植树")
    assert "春季植树" in text_of(page) and "扫雪" not in text_of(page)
    assert f"{reverse('home:ask_make_up', args=[old.pk])}?who={elder.number}" in page.content.decode()
    assert "No activity of the last year fits." in text_of(desk.get(f"{address}&q=没有"))


def test_a_record_is_corrected_from_the_persons_page(scene, sign_in, clock):
    elder = scene.volunteer("张桂兰")
    record = scene.serve(elder, "09:00", "11:00", day=dt.date(2026, 1, 3))
    desk = sign_in(scene.social_worker)

    address = links_of(desk.get(page_of(elder)))["Correct"]
    page = desk.get(address)
    assert f"For 张桂兰, {elder.number}." in text_of(page) and page_of(elder) in page.content.decode()
    sent = desk.post(address, {"came": "900", "left": "10:00", "reason": "早走了"})
    assert sent["Location"] == page_of(elder)
    assert MakeUp.objects.get().way == MakeUp.Way.CORRECTION
    record.refresh_from_db()
    assert record.state == RecordState.EFFECTIVE  # until somebody else decides


def test_staff_object_in_the_name_of_the_person_at_the_desk(scene, sign_in, clock):
    elder = scene.volunteer("张桂兰")
    record = on_notice(scene, elder)
    desk = sign_in(scene.social_worker)

    address = links_of(desk.get(page_of(elder)))["Object"]
    page = desk.get(address)
    assert f"For 张桂兰, {elder.number}." in text_of(page) and 'value="张桂兰"' in page.content.decode()
    sent = desk.post(address, {"reason": "那天我没去", "objector": "张桂兰"})
    assert sent["Location"] == page_of(elder)
    objection = Objection.objects.get()
    assert (objection.record, objection.objector, objection.asked_by) == (record, "张桂兰", scene.social_worker)
    assert logged(elder) == [("hours.object", scene.social_worker)]
    page = desk.get(page_of(elder))
    assert "“那天我没去”" in text_of(page) and "Object" not in links_of(page)


def test_staff_without_a_volunteer_come_back_to_the_person_and_not_to_an_empty_page(scene, sign_in, clock):
    elder = scene.volunteer("张桂兰")
    address = reverse("home:object", args=[on_notice(scene, elder).pk])
    sent = sign_in(scene.social_worker).post(address, {"reason": "没来", "objector": "邻居刘伟"})

    assert sent["Location"] == page_of(elder)


def test_a_social_worker_who_volunteers_objects_for_others_by_name_and_for_herself(scene, sign_in, clock):
    own = scene.volunteer("孙丽", login=True)
    own.user.duties.create(community=scene.community, role=DutyRole.SOCIAL_WORKER)
    elder = scene.volunteer("张桂兰")
    shift = scene.activity().shifts.get()
    for one in (own, elder):
        scene.attend(one, shift, "09:00", "12:00")
    confirmation.confirm(activity=shift.activity, by=scene.leading, at=moment("12:30"))
    desk = sign_in(own.user)
    theirs, hers = (ServiceRecord.objects.get(volunteer=one) for one in (elder, own))

    desk.post(
        f"{reverse('home:object', args=[theirs.pk])}?who={elder.number}", {"reason": "没来", "objector": "张桂兰"}
    )
    sent = desk.post(f"{reverse('home:object', args=[hers.pk])}?who={own.number}", {"reason": "早走了"})
    assert sent["Location"] == reverse("home:my")
    assert set(Objection.objects.values_list("record", "objector")) == {(theirs.pk, "张桂兰"), (hers.pk, "")}


def test_staff_apply_for_stars(scene, sign_in, clock, monkeypatch):
    monkeypatch.setattr("academy.advancement.stars.MINUTES", (0, 60, 18_000, 36_000, 60_000, 90_000))
    elder = scene.volunteer("张桂兰")
    record = scene.serve(elder, "09:00", "11:00", day=dt.date(2026, 1, 3))
    desk = sign_in(scene.social_worker)
    address = links_of(desk.get(page_of(elder)))["Apply for stars"]

    refused = desk.post(address)
    assert "data-refusal" in refused.content.decode() and f"For 张桂兰, {elder.number}." in text_of(refused)
    record.activity.evaluations.create(
        volunteer=elder, score=5, evaluated_by=scene.leading, evaluated_at=moment("12:00", dt.date(2026, 1, 3))
    )
    sent = desk.post(address)
    assert sent["Location"] == page_of(elder)
    rating = StarRating.objects.get()
    assert (rating.volunteer, rating.asked_by, rating.stars) == (elder, scene.social_worker, 1)
    assert logged(elder) == [("recognition.apply", scene.social_worker)]
    assert "waits for the decision" in text_of(desk.get(page_of(elder)))


ASKED = ("home:missing", "home:ask_make_up", "home:object", "home:stars")


@pytest.mark.parametrize("page", ASKED)
@pytest.mark.parametrize("role", [DutyRole.TRAINER, DutyRole.APPROVER, DutyRole.STREET_VIEWER, DutyRole.ADMINISTRATOR])
def test_other_duties_do_not_ask_for_a_person(scene, sign_in, clock, page, role):
    elder = scene.volunteer("张桂兰")
    record = on_notice(scene, elder)
    args = {"home:ask_make_up": [record.shift_id], "home:object": [record.pk]}.get(page, [])
    answer = sign_in(staff(scene, role)).get(f"{reverse(page, args=args)}?who={elder.number}")

    assert answer.status_code == 404 or answer["Location"] == reverse("home:my")


@pytest.mark.parametrize("page", ASKED)
def test_a_social_worker_of_another_community_does_not_ask(scene, sign_in, clock, page):
    elder, elsewhere = scene.volunteer("张桂兰"), Scene()
    record = on_notice(scene, elder)
    args = {"home:ask_make_up": [record.shift_id], "home:object": [record.pk]}.get(page, [])
    answer = sign_in(elsewhere.social_worker).get(f"{reverse(page, args=args)}?who={elder.number}")

    assert answer.status_code == 404 or answer["Location"] == reverse("home:my")


def test_a_leader_who_asks_lands_where_the_request_stands(scene, sign_in, clock):
    elder, witness = scene.volunteer("张桂兰"), scene.volunteer("李建国")
    shift = scene.activity().shifts.get()
    clock.move_to(moment("15:00"))
    address = f"{reverse('home:ask_make_up', args=[shift.pk])}?who={elder.number}"
    form = {"came": "900", "left": "11:30", "reason": "没有手机", "witness": witness.number, "evidence": photo()}
    landed = sign_in(scene.leading).post(address, form, follow=True)

    assert landed.redirect_chain == [(reverse("home:requests"), 302)]
    assert elder.number in text_of(landed)


def test_a_records_page_offers_its_acts_to_those_who_may(scene, sign_in, clock):
    elder = scene.volunteer("张桂兰")
    record = on_notice(scene, elder)
    page = reverse("service_record:inspect", args=[record.pk])

    links = links_of(sign_in(scene.social_worker).get(page))
    assert links["The person's page"] == page_of(elder)
    assert links["Correct"] == f"{reverse('home:ask_make_up', args=[record.shift_id])}?who={elder.number}"
    assert links["Object"] == f"{reverse('home:object', args=[record.pk])}?who={elder.number}"
    assert links["Ask for missing hours"] == f"{reverse('home:missing')}?who={elder.number}"
    for role in (DutyRole.STREET_VIEWER, DutyRole.ADMINISTRATOR):
        links = links_of(sign_in(staff(scene, role)).get(page))
        assert "The person's page" in links and not {"Correct", "Object", "Ask for missing hours"} & set(links)


def test_a_record_that_no_longer_counts_is_not_corrected(scene, sign_in, clock):
    elder = scene.volunteer("张桂兰")
    record = on_notice(scene, elder)
    ServiceRecord.objects.filter(pk=record.pk).update(state=RecordState.WITHDRAWN)
    links = links_of(sign_in(scene.social_worker).get(reverse("service_record:inspect", args=[record.pk])))

    assert "Ask for missing hours" in links and not {"Correct", "Object"} & set(links)


CHOSEN = {
    "make_up": ("make-up", "home:missing"),
    "objection": ("objection", None),
    "correction_proposal": ("correction", None),
    "star_rating": ("star-rating", "home:stars"),
}


@pytest.mark.parametrize(("listed", "act", "next_page"), [(one, *rest) for one, rest in CHOSEN.items()])
def test_new_in_a_list_of_requests_begins_with_the_person(scene, sign_in, clock, listed, act, next_page):
    elder = scene.volunteer("张桂兰", phone="13800001234")
    scene.volunteer("李建国")
    choose = reverse("choose_person", args=[act])
    assert choose in sign_in(scene.social_worker).get(reverse(f"{listed}:index")).content.decode()
    assert choose not in sign_in(staff(scene, DutyRole.ADMINISTRATOR)).get(reverse(f"{listed}:index")).content.decode()

    desk = sign_in(scene.social_worker)
    assert elder.number not in text_of(desk.get(choose))
    leads_to = f"{reverse(next_page)}?who={elder.number}" if next_page else f"{page_of(elder)}#records"
    for typed in ("桂兰", elder.number.lower(), "1234", " 138 0000 1234 "):
        found = desk.get(choose, {"q": typed})
        assert links_of(found).get("张桂兰") == leads_to, typed
        assert "李建国" not in text_of(found)


def test_a_sign_up_begins_with_the_person(scene, sign_in, clock):
    elder = scene.volunteer("张桂兰", phone="13800001234")
    page = sign_in(scene.social_worker).get(reverse("choose_person", args=["sign-up"]), {"q": "1234"})
    assert links_of(page)["张桂兰"] == reverse("volunteer_sign_ups", args=[elder.pk])


def test_nobody_fits_and_nobody_elsewhere_is_found(scene, sign_in, clock):
    elsewhere = Scene().volunteer("欧阳海")
    desk, choose = sign_in(scene.social_worker), reverse("choose_person", args=["make-up"])

    for typed in (elsewhere.name, elsewhere.number, "-", "王"):
        assert "Nobody on the roll fits." in text_of(desk.get(choose, {"q": typed})), typed
    assert desk.get(reverse("choose_person", args=["other"])).status_code == 404


def test_more_people_than_shown_are_said(scene, sign_in, clock):
    for _number in range(21):
        scene.volunteer("王秀英")
    page = sign_in(scene.social_worker).get(reverse("choose_person", args=["make-up"]), {"q": "王"})

    assert len(page.context["people"]) == 20 and "The first 20 people." in text_of(page)


def requests_of(scene: Scene, count: int) -> None:
    """Make `count` objections, corrections of times and applications, of as many people."""
    shift = scene.activity().shifts.get()
    people = [scene.volunteer(f"王{number}") for number in range(count)]
    for person in people:
        scene.attend(person, shift, "09:00", "12:00")
    confirmation.confirm(activity=shift.activity, by=scene.leading, at=moment("12:30"))
    for record in ServiceRecord.objects.filter(volunteer__in=people):
        asked = {"asked_by": scene.social_worker, "asked_at": moment("13:00"), "reason": "没来"}
        Objection.objects.create(record=record, objector="王芳", due_on=dt.date(2026, 1, 16), **asked)
        MakeUp.objects.create(way=MakeUp.Way.CORRECTION, volunteer=record.volunteer, shift=shift, **asked)
        StarRating.objects.create(volunteer=record.volunteer, stars=1, standing={}, **asked)


@pytest.mark.parametrize("listed", ["objection", "make_up", "star_rating", "service_record"])
def test_each_row_leads_to_the_person_in_as_many_statements_for_many_rows(scene, sign_in, clock, listed):
    desk, address = sign_in(scene.social_worker), reverse(f"{listed}:index")
    desk.get(address)  # keeps what is read once
    counts = []
    for _round in range(2):
        requests_of(scene, 3)
        with Statements() as statements:
            page = desk.get(address).content.decode()
        counts.append(len(statements.sql))
        assert page.count("/admin/people/") >= 3 * (_round + 1)

    assert counts[0] == counts[1]
