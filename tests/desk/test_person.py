"""A person's page in the back office: hours, records, sign-ups, requests, papers, and who sees them."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils.translation import override

from academy.activities.message_kinds import CHANGE
from academy.activities.models import SignUp
from academy.certificates import services as certificates
from academy.families import services as families
from academy.hours.models import Category, MakeUp, RecordState, ServiceRecord
from academy.hours.services import confirmation, make_ups
from academy.messaging import services as messaging
from academy.messaging.kinds import WORK
from academy.people import cards
from academy.people.models import Consent, User
from academy.people.permissions import DutyRole
from academy.people.services import consents, merging, slips, volunteers
from academy.units import services as units
from tests.factories import UnitFactory, UserFactory, VolunteerFactory, photo, sign_up
from tests.hours.scene import ISSUED_AT, SATURDAY, Scene, moment
from tests.pages import Statements, markup_of, text_of
from tests.people.viewing import looks

pytestmark = pytest.mark.slow

SUNDAY = SATURDAY + dt.timedelta(days=1)


def page_of(volunteer):
    return reverse("person", args=[volunteer.pk])


def staff(scene: Scene, *roles: DutyRole) -> User:
    return UserFactory(duties=[(scene.community, role) for role in roles])


def ask_make_up(scene: Scene, volunteer, shift, *, by, left="11:00"):
    asked = make_ups.ask_make_up(
        volunteer=volunteer,
        shift=shift,
        came_at=moment("09:00"),
        left_at=moment(left),
        reason="没有手机",
        witness=scene.volunteer("李建国"),
        evidence=[photo()],
        by=by,
        at=moment("14:00"),
    )
    assert isinstance(asked, MakeUp)
    return asked


def test_the_hours_of_this_year_stand_first_with_what_waits_and_learning_apart(scene, sign_in, clock):
    volunteer = scene.volunteer()
    scene.serve(volunteer, "09:00", "12:00", day=dt.date(2025, 12, 6))
    scene.serve(volunteer, "09:00", "11:00", day=dt.date(2026, 1, 3))
    scene.serve(volunteer, "14:00", "15:00", day=dt.date(2026, 1, 3), kind="training", counts_as="learner")
    scene.attend(volunteer, scene.activity().shifts.get(), "09:00", "09:30")
    desk = sign_in(scene.social_worker)

    page = text_of(desk.get(page_of(volunteer)))
    assert "Service hours in 2026 2.5 2.0 effective, 0.5 waiting" in page
    assert "Learning in 2026, counted apart 1.0 hours" in page
    assert "Service hours in all years 5.5 5.0 effective, 0.5 waiting" in page
    assert "The leader has not confirmed it yet." in page

    page = text_of(desk.get(page_of(volunteer), {"year": "2025"}))
    assert "Service hours in 2025 3.0 3.0 effective, 0.0 waiting" in page
    for unknown in ("1999", "x", "9" * 30):
        assert "Service hours in 2026" in text_of(desk.get(page_of(volunteer), {"year": unknown}))


def test_a_person_without_records_has_this_year_with_nothing(scene, sign_in):
    page = text_of(sign_in(scene.social_worker).get(page_of(scene.volunteer())))

    assert "Service hours in 2026 0.0" in page
    assert "No records in this year." in page
    assert "No certificate was issued yet." in page and "No check-in card yet" in page
    assert "No unit, and nobody who acts for this person." in page
    assert "None" not in page and "True" not in page


def test_the_list_registering_and_each_act_lead_to_the_page(scene, sign_in):
    volunteer, desk = scene.volunteer(), sign_in(scene.social_worker)
    assert f'href="{page_of(volunteer)}"' in desk.get(reverse("volunteer:index")).content.decode()
    edit = desk.post(reverse("volunteer:edit", args=[volunteer.pk]), {"name": "王秀英", "phone": "", "birth_date": ""})
    assert edit["Location"] == page_of(volunteer)
    suspend = desk.post(reverse("volunteer:suspend", args=[volunteer.pk]), {"reason": "冒用他人签到卡"})
    assert suspend["Location"] == page_of(volunteer)
    page = text_of(desk.get(page_of(volunteer)))
    assert "冒用他人签到卡" in page and "End the suspension" in page
    form = {"community": scene.community.pk, "name": "张桂兰", "phone": "", "birth_date": "", "evidence": "登记表"}
    landed = desk.post(reverse("volunteer:add"), form, follow=True)
    assert landed.redirect_chain[-1][0].startswith("/admin/people/") and "张桂兰" in text_of(landed)


def test_a_merged_entry_leads_to_the_one_who_stays_and_their_facts_are_one(scene, sign_in, clock):
    stays, goes = scene.volunteer(), scene.volunteer()
    scene.serve(goes, "09:00", "11:00", day=dt.date(2026, 1, 3))
    sign_up(goes, scene.activity(day=SUNDAY, title="八段锦").shifts.get())
    merging.merge(volunteer=goes, into=stays, by=scene.social_worker, at=moment("09:00"), sure=True)
    desk = sign_in(scene.social_worker)

    assert desk.get(page_of(goes))["Location"] == page_of(stays)
    page = text_of(desk.get(page_of(stays)))
    assert "2.0 effective" in page and "八段锦" in page
    edit = desk.get(reverse("volunteer:edit", args=[goes.pk])).content.decode()
    assert reverse("volunteer:edit", args=[stays.pk]) in edit and page_of(goes) in edit


def test_ten_records_are_shown_and_the_rest_is_one_link_away(scene, sign_in, clock):
    volunteer = scene.volunteer()
    many_records(scene, volunteer, 11)
    page = sign_in(scene.social_worker).get(page_of(volunteer))

    assert page.content.decode().count(reverse("service_record:index")[:-1] + "/inspect/") == 10
    assert "All 11 records of the year" in text_of(page)
    every = f"{reverse('service_record:index')}?q={volunteer.number}&amp;date__gte=2026-01-01&amp;date__lte=2026-12-31"
    assert every in page.content.decode()
    assert sign_in(scene.social_worker).get(every.replace("&amp;", "&")).context["page_obj"].paginator.count == 11


def test_sign_ups_come_first_and_past_ones_without_hours_can_be_asked_for(scene, sign_in, clock):
    volunteer = scene.volunteer()
    coming, missed = scene.activity(day=SUNDAY, title="八段锦"), scene.activity(day=dt.date(2026, 1, 3), title="扫雪")
    served = scene.serve(volunteer, "14:00", "15:00", day=dt.date(2026, 1, 3), title="读报")
    given_up = scene.activity(day=dt.date(2026, 1, 4), title="义诊").shifts.get()
    for activity in (coming, missed):
        sign_up(volunteer, activity.shifts.get())
    SignUp.objects.filter(pk=sign_up(volunteer, given_up).pk).update(cancelled_at=moment("08:00"))
    ask = f"{reverse('home:ask_make_up', args=[missed.shifts.get().pk])}?who={volunteer.number}"

    desk = sign_in(scene.social_worker).get(page_of(volunteer))
    page, words = desk.content.decode(), text_of(desk)
    assert words.index("八段锦") < words.index("义诊 ·") < words.index("扫雪")
    assert "扫雪 · Sat 3 Jan 9:00–12:00 · no hours" in words and "9:00–12:00 · withdrawn" in words
    assert ask in page and f"{reverse('home:ask_make_up', args=[given_up.pk])}" not in page
    assert "Ask for these hours" in words and words.count("Ask for these hours") == 1
    assert served.described.title in words
    assert ask not in sign_in(staff(scene, DutyRole.ADMINISTRATOR)).get(page_of(volunteer)).content.decode()


def test_requests_show_who_asked_their_state_and_what_the_reader_can_do(scene, sign_in, clock):
    volunteer, shift = scene.volunteer(), scene.activity().shifts.get()
    clock.move_to(moment("15:00"))
    asked = ask_make_up(scene, volunteer, shift, by=scene.social_worker)
    withdraw = reverse("home:withdraw", args=["make-up", asked.pk])

    desk = sign_in(scene.social_worker)
    page = desk.get(page_of(volunteer))
    assert "waits for the decision 冬季防火入户宣传" in text_of(page) and "“没有手机”" in text_of(page)
    assert f"Asked for by {scene.social_worker} on 10 Jan 2026." in text_of(page)
    assert withdraw in page.content.decode()
    approver = staff(scene, DutyRole.SOCIAL_WORKER, DutyRole.APPROVER)
    page = sign_in(approver).get(page_of(volunteer)).content.decode()
    assert withdraw not in page and reverse("decisions:list") in page
    page = sign_in(staff(scene, DutyRole.ADMINISTRATOR)).get(page_of(volunteer)).content.decode()
    assert withdraw not in page and reverse("decisions:list") not in page

    taken_back = desk.post(withdraw, {"next": page_of(volunteer)})
    assert taken_back["Location"] == page_of(volunteer)
    assert "taken back" in text_of(desk.get(page_of(volunteer)))


def test_papers_consents_family_and_duties_are_shown(scene, sign_in, clock):
    volunteer = scene.volunteer(login=True)
    scene.serve(volunteer, "09:00", "11:00", day=dt.date(2026, 1, 3))
    slips.print_slips(volunteers=[volunteer], by=scene.social_worker, at=moment("08:00"))
    cards.card_for(volunteer=volunteer, by=scene.social_worker, at=moment("08:00"))
    clock.move_to(ISSUED_AT)
    issued = certificates.issue(
        issuer=scene.issuer,
        volunteer=volunteer,
        period_from=dt.date(2026, 1, 1),
        period_to=dt.date(2026, 1, 31),
        by=scene.social_worker,
        at=ISSUED_AT,
    )
    for granted in (True, False):
        consents.record_consent(
            volunteer=volunteer,
            kind=Consent.Kind.PUBLIC_NOTICE,
            granted=granted,
            evidence=f"口头 {granted}",
            by=None,
            at=moment("09:00") + dt.timedelta(hours=not granted),
        )
    child = VolunteerFactory(community=scene.community, name="小明", birth_date=dt.date(2016, 1, 1))
    daughter = UserFactory(first_name="小红", last_name="王")
    families.allow_agent(volunteer=volunteer, user=daughter, evidence="当面", by=None, at=moment("08:00"))
    families.allow_agent(volunteer=child, user=volunteer.user, evidence="当面", by=None, at=moment("08:00"))
    units.put_in_unit(
        unit=UnitFactory(community=scene.community, name="第一小学"), volunteer=volunteer, by=None, at=moment("08:00")
    )
    volunteer.user.duties.create(community=scene.community, role=DutyRole.TRAINER)

    response = sign_in(scene.social_worker).get(page_of(volunteer))
    page = text_of(response)
    assert issued.number in page
    assert "Sign-in slip printed on 10 Jan 2026, not used yet" in page
    assert "Check-in card issued on 10 Jan 2026" in page
    assert "my hours in the public notice · withdrawn" in page and "口头 True" not in page
    assert "王小红 acts for this person" in page and f"acts for 小明 {child.number}" in page
    assert "第一小学" in page and "duty · trainer" in page
    assert [pk for pk, _by in looks()] == [child.pk]  # the child's name was shown beside


def test_messages_of_a_person_stand_with_a_text_to_copy_however_they_went(scene, sign_in, clock):
    clock.move_to(moment("10:00"))
    volunteer = scene.volunteer(login=True)
    drafts = [
        messaging.Draft(kind, volunteer, key, text, path)
        for kind, key, text, path in (
            (CHANGE, "a", "“值守”改到10点。", "/activities/7/"),
            (WORK, "b", "请确认时长。", "/lead/"),  # for the person alone
        )
    ]
    messaging.send_all(drafts, at=moment("09:00"))
    messaging.mark_read(volunteer=volunteer, at=moment("09:30"))

    page = markup_of(sign_in(scene.social_worker).get(page_of(volunteer)))

    assert "“值守”改到10点。" in page and "请确认时长" not in page
    assert f"Hello {volunteer.name}," in page and "/activities/7/" in page
    clock.move_to(moment("10:00") + dt.timedelta(days=15))
    assert "改到10点" not in markup_of(sign_in(scene.social_worker).get(page_of(volunteer)))


def test_people_and_duties_of_another_community_are_not_shown(scene, sign_in):
    volunteer, elsewhere = scene.volunteer(login=True), VolunteerFactory(name="外乡人")
    families.allow_agent(volunteer=elsewhere, user=volunteer.user, evidence="当面", by=None, at=moment("08:00"))
    volunteer.user.duties.create(community=elsewhere.community, role=DutyRole.STREET_VIEWER)

    page = text_of(sign_in(scene.social_worker).get(page_of(volunteer)))
    assert "外乡人" not in page and elsewhere.number not in page and elsewhere.community.name not in page


def test_a_childs_page_is_one_look_in_the_log(scene, sign_in, clock):
    child = VolunteerFactory(community=scene.community, name="小明", birth_date=dt.date(2016, 1, 1))
    desk = sign_in(scene.social_worker)
    desk.get(page_of(child))

    assert looks() == [(child.pk, scene.social_worker)]


def test_readers_of_figures_see_hours_and_records_without_the_name(scene, sign_in, clock):
    volunteer = scene.volunteer(phone="13800138000")
    scene.serve(volunteer, "09:00", "11:00", day=dt.date(2026, 1, 3))
    volunteers.suspend(volunteer=volunteer, reason="冒用", by=None, at=moment("08:00"))

    response = sign_in(staff(scene, DutyRole.STREET_VIEWER)).get(page_of(volunteer))
    page, markup = text_of(response), markup_of(response)
    assert f"王*英 {volunteer.number}" in page and "2.0 effective" in page
    assert not any(hidden in page for hidden in ("王秀英", "13800138000", "冒用", "Consents", "Requests"))
    assert "?who=" not in markup and "/volunteer/" not in markup


VERBS = {
    DutyRole.SOCIAL_WORKER: "Sign up for them|Withdraw for them|Ask for missing hours|Correct, or object"
    "|Apply for stars|Issue a certificate|Other certificates: course, tier, stars, commendation"
    "|Passbook|Print a sign-in slip|Print the check-in card|Print the badge|Replace a lost card"
    "|Fill in the details|Link a sign-in|Sign out everywhere|Join to another person|Copy or delete their data|Suspend"
    "|Record a departure|Record a death",
    DutyRole.ADMINISTRATOR: "Print a sign-in slip|Print the check-in card|Print the badge|Replace a lost card"
    "|Fill in the details|Link a sign-in|Sign out everywhere|Join to another person|Copy or delete their data|Suspend"
    "|Record a departure|Record a death",
    DutyRole.STREET_VIEWER: "",
}


@pytest.mark.parametrize(("role", "labels"), VERBS.items())
def test_each_role_is_offered_what_it_may_do(scene, sign_in, role, labels):
    volunteer = scene.volunteer()
    response = sign_in(staff(scene, role)).get(page_of(volunteer))

    with override("en"):
        assert [str(verb.label) for verb in response.context["verbs"]] == [one for one in labels.split("|") if one]


def test_the_usual_five_acts_are_buttons_and_the_others_stand_below_named_headings(scene, sign_in):
    page = sign_in(scene.social_worker).get(page_of(scene.volunteer()))
    acts = BeautifulSoup(page.content, "html.parser").find("nav", attrs={"aria-label": "Next acts"})
    buttons = [one.get_text(" ", strip=True) for one in acts.select("ul a")]
    lines = {one.get_text(strip=True): one.find_next_sibling("dd").find_all("a") for one in acts.select("dt")}

    assert buttons == [
        *("Sign up for them", "Ask for missing hours", "Correct, or object"),
        *("Issue a certificate", "Print a sign-in slip"),
    ]
    assert list(lines) == ["Sign-ups and stars", "Papers and cards", "Details and sign-in", "Suspension and departure"]
    shown = [*acts.select("ul a"), *(link for links in lines.values() for link in links)]
    with override("en"):
        offered = {(str(one.label), one.url) for one in page.context["verbs"]}
    assert {(one.get_text(" ", strip=True), one["href"]) for one in shown} == offered and len(shown) == len(offered)


@pytest.mark.parametrize("role", [DutyRole.TRAINER, DutyRole.SOCIAL_WORKER])
def test_others_do_not_find_the_page(scene, sign_in, role):
    elsewhere = Scene()
    user = UserFactory(duties=[(elsewhere.community, role)])

    assert sign_in(user).get(page_of(scene.volunteer())).status_code == 404


def many_records(scene: Scene, volunteer, count: int) -> None:
    """Give the person records, sign-ups and requests: as many as `count`, all of one shift."""
    shift = scene.activity().shifts.get()
    (record,) = scene.attend(volunteer, shift, "09:00", "10:00")
    confirmation.confirm(activity=shift.activity, by=scene.leading, at=moment("12:30"))
    record.refresh_from_db()
    place = volunteer.sign_ups.get()
    clock = moment("16:00")
    for number in range(1, count):
        for one, facts in (
            (record, {"date": dt.date(2026, 1, 10) + dt.timedelta(days=number)}),
            (place, {"cancelled_at": clock, "seat": number + 1}),
        ):
            one.pk = None
            one._state.adding = True
            for name, value in facts.items():
                setattr(one, name, value)
            type(one).objects.bulk_create([one])
    MakeUp.objects.bulk_create(
        MakeUp(
            way=MakeUp.Way.CORRECTION,
            volunteer=volunteer,
            shift=shift,
            came_at=moment("09:00"),
            left_at=moment("11:00"),
            reason="晚走了",
            asked_by=scene.social_worker,
            asked_at=clock,
            decided_by=scene.leading,
            decided_at=clock,
            accepted=False,
            answer="核实过",
        )
        for _one in range(count)
    )


def test_a_long_history_takes_no_more_statements(scene, sign_in, clock):
    few, many = scene.volunteer("王秀英"), scene.volunteer("李建国")
    many_records(scene, few, 3)
    many_records(scene, many, 300)
    assert ServiceRecord.objects.of(many).filter(state=RecordState.ON_NOTICE, category=Category.SERVICE).count() == 300
    desk, counts = sign_in(scene.social_worker), []
    desk.get(page_of(few))
    for volunteer in (few, many):
        with Statements() as statements:
            assert desk.get(page_of(volunteer)).status_code == 200
        counts.append(len(statements.sql))

    assert counts[0] == counts[1] and counts[0] < 60
    everything = text_of(desk.get(page_of(many), {"all": "1"}))
    assert everything.count("晚走了") == 300 and text_of(desk.get(page_of(many))).count("晚走了") == 10
