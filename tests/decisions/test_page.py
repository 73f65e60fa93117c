"""The approver's page: a card for each request, and the day from which one person may decide alone."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from academy.advancement.models import Promotion, StarRating
from academy.core.refusals import Refusal
from academy.decisions import selectors, services
from academy.decisions.kinds import KINDS, kind_of
from academy.decisions.services import decide
from academy.hours.services import confirmation, make_ups, objections
from academy.own_data import services as own_data
from academy.people.models import User
from academy.people.permissions import DutyRole
from academy.people.services import duties
from tests.desk import test_two_desks as matters
from tests.factories import CommunityFactory, UserFactory, photo
from tests.hours.scene import SATURDAY, Scene, moment
from tests.pages import markup_of
from tests.profiles.asking import identity_request

pytestmark = pytest.mark.slow

SUNDAY = SATURDAY + dt.timedelta(days=1)
MONDAY = matters.MONDAY


@pytest.fixture(autouse=True)
def _on_sunday():
    with time_machine.travel(moment("10:00", SUNDAY), tick=False):
        yield


@pytest.fixture
def approver(scene: Scene) -> User:
    """Return a login that decides all kinds: some are for those who keep the roll, or who run activities."""
    duties = (DutyRole.APPROVER, DutyRole.ADMINISTRATOR, DutyRole.SOCIAL_WORKER)
    return UserFactory(duties=[(scene.community, duty) for duty in duties])


def signed_in(user: User | None) -> Client:
    assert user is not None
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def one_of_each(scene: Scene) -> list:
    """Create an open request of every kind, asked for by the social worker on Monday at nine."""
    by = scene.social_worker
    asked = [
        matter(scene, by)
        for matter in (
            matters.make_up,
            matters.objection,
            matters.long_day,
            matters.overtime,
            matters.plan_change,
            matters.role_exception,
            matters.proposal,
            matters.complaint,
            matters.new_rules,
        )
    ]
    assert not any(isinstance(one, Refusal) for one in asked)
    standing = {"minutes": 6000, "evaluations": 2, "average": 4.5, "complaints": 0, "stars": 0}
    stars = StarRating.objects.create(
        volunteer=scene.volunteer(), stars=1, standing=standing, asked_by=by, asked_at=MONDAY
    )
    record = asked[1].record
    correction = record.correction_proposals.create(minutes_before=180, minutes_after=120, asked_at=MONDAY)
    person = scene.volunteer()
    data = [
        own_data.ask(what=what, volunteer=person, reason="登记错了", by=by, at=MONDAY)
        for what in ("copy", "correction", "deletion")
    ]
    evidence = {"courses": [], "class_hours": "6.0", "minutes": 0, "practica": 0, "led": 0, "taught": 0}
    promotion = Promotion.objects.create(volunteer=person, tier="beginner", evidence=evidence, asked_at=MONDAY)
    return [*asked, identity_request(scene, by), *data, promotion, stars, correction]


def test_every_kind_has_its_card_and_its_words(one_of_each, approver):
    assert {kind_of(asked).slug for asked in one_of_each} == set(KINDS)
    with time_machine.travel(MONDAY, tick=False):
        page = signed_in(approver).get(reverse("decisions:list")).content.decode()
    for asked in one_of_each:
        kind = kind_of(asked)
        card = card_of(page, asked)
        assert kind.summary(asked) in card
        assert reverse("decisions:answer", args=[kind.slug, asked.pk]) in card
        assert all((person.name in card) is kind.names_parties for person in asked.parties)


def test_a_card_says_yes_and_no_in_the_words_of_its_kind(one_of_each, approver):
    with time_machine.travel(MONDAY, tick=False):
        page = markup_of(signed_in(approver).get(reverse("decisions:list")))
    words = {slug: _card_words(page, slug) for slug in KINDS}
    assert words["objection"] == words["complaint"] != words["make-up"] == words["overtime"]
    assert words["rules"] == (_("Publish for good"), _("Give it back"))


@pytest.mark.parametrize(
    ("slug", "button", "sentence"),
    [
        ("objection", "decline", pgettext("an objection", "Dismissed.")),
        ("complaint", "accept", pgettext("an objection", "Upheld.")),
        ("complaint", "decline", pgettext("an objection", "Dismissed.")),
        ("rules", "accept", _("Published for good.")),
        ("rules", "decline", _("Given back.")),
        ("make-up", "accept", _("Accepted.")),
        ("make-up", "decline", _("Declined.")),
    ],
)
def test_the_page_confirms_the_answer_in_the_words_of_its_kind(one_of_each, approver, slug, button, sentence):
    [asked] = [one for one in one_of_each if kind_of(one).slug == slug]
    with time_machine.travel(MONDAY, tick=False):
        address = reverse("decisions:answer", args=[slug, asked.pk])
        page = signed_in(approver).post(address, {button: "1", "answer": "核实过了"}, follow=True)
    assert [str(message) for message in page.context["messages"]] == [sentence]


def _card_words(page: str, slug: str) -> tuple[str, ...]:
    card = page[page.index(f'id="{slug}-') :]
    card = card[: card.index("</article>")]
    return tuple(
        card[card.index(f'name="{name}" value="1">') :].partition(">")[2].partition("<")[0].strip()
        for name in ("accept", "decline")
    )


def test_the_page_promises_what_the_service_keeps(one_of_each, scene, approver):
    """The approver decides at once; the user who asked may decide alone after the day on the card."""
    kept = {kind_of(one).slug: one for one in one_of_each}
    with time_machine.travel(MONDAY, tick=False):
        assert {one.alone_after for one in selectors.waiting_for(approver, MONDAY)} == {None}
        alone = selectors.waiting_for(scene.social_worker, MONDAY)
    assert {one.kind.slug for one in alone} == set(KINDS)
    for one in alone:
        assert one.alone_after is not None
        asked = {"request": kept[one.kind.slug], "by": scene.social_worker, "accepted": False, "answer": "无人答复"}
        early = decide(**asked, at=moment("23:59", one.alone_after))
        assert isinstance(early, Refusal) and early.code == "not_yet_alone"
        late = decide(**asked, at=moment("00:00", one.alone_after + dt.timedelta(days=1)))
        assert not isinstance(late, Refusal) and late.alone


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "shown"), [("zh-hans", "1月10日 周六"), ("en", "Sat 10 Jan")])
def test_a_refusal_shows_the_day_as_all_screens_do(language, shown):
    with translation.override(language):
        assert shown in str(services.not_yet_alone(dt.date(2026, 1, 10)))


def test_who_asked_sees_from_when_they_may_decide_alone(scene):
    volunteer = scene.volunteer(login=True)
    record = scene.serve(volunteer, "09:00", "12:00")
    made = make_ups.ask_make_up(
        volunteer=volunteer,
        shift=record.shift,
        came_at=None,
        left_at=None,
        reason="记错人了",
        by=scene.social_worker,
        at=moment("09:00", SUNDAY),
    )
    desk = signed_in(scene.social_worker)
    address = reverse("decisions:answer", args=["make-up", made.pk])
    assert address not in desk.get(reverse("decisions:list")).content.decode()
    with time_machine.travel(moment("09:00", SUNDAY + dt.timedelta(days=3)), tick=False):
        desk = signed_in(scene.social_worker)
        assert address in desk.get(reverse("decisions:list")).content.decode()
        desk.post(address, {"accept": "1", "answer": "两天无人答复"})
    made.refresh_from_db()
    assert made.accepted and made.alone


def test_other_logins_have_no_page_of_decisions_and_an_unknown_kind_is_not_found(scene, approver):
    assert signed_in(scene.leading).get(reverse("decisions:list")).status_code == 403
    assert signed_in(approver).post("/decisions/promotion/1/").status_code == 404
    assert _("Nothing waits for your decision.") in signed_in(approver).get(reverse("decisions:list")).content.decode()


@pytest.fixture
def late_objections(scene: Scene) -> tuple[User, list]:
    """Create two late objections: to the hours of a social worker, and of another volunteer."""
    served = [scene.volunteer("赵强", login=True), scene.volunteer()]
    duties.grant_duty(user=served[0].user, community=scene.community, role=DutyRole.SOCIAL_WORKER, by=None)
    shift = scene.activity().shifts.get()
    for volunteer in served:
        scene.attend(volunteer, shift)
    confirmation.confirm(activity=shift.activity, by=scene.leading, at=moment("12:30"))
    objector = scene.volunteer("李建国", login=True).user
    asked = [
        objections.object_to(
            record=volunteer.service_records.get(), reason="十点就走了", by=objector, at=moment("13:00")
        )
        for volunteer in served
    ]
    return served[0].user, asked


def test_the_alert_opens_the_objections_that_it_counts(late_objections, scene):
    reader, asked = late_objections
    make_ups.ask_make_up(
        volunteer=scene.volunteer("孙立"),
        shift=asked[0].record.shift,
        came_at=moment("09:00"),
        left_at=moment("12:00"),
        reason="手机没电了",
        by=scene.leading,
        at=moment("13:00"),
        witness=asked[1].record.volunteer,
        evidence=[photo()],
    )
    with time_machine.travel(moment("09:00", dt.date(2026, 1, 19)), tick=False):
        desk = signed_in(reader)
        today = desk.get(reverse("wagtailadmin_home")).content.decode()
        address = reverse("decisions:list") + "?overdue=objection"
        assert address in today and ngettext("objection is overdue", "objections are overdue", 2) in today
        page = desk.get(address)
        everything = desk.get(reverse("decisions:list"))
    assert {one.request for one in page.context["pending"]} == set(asked)
    assert (
        len(everything.context["pending"])
        == 3
        == selectors.count_waiting(UserFactory(duties=[(scene.community, DutyRole.APPROVER)]))
    )
    own, other = (card_of(markup_of(page), one) for one in asked)
    assert str(services.OWN_MATTER) in own and "赵强" in own
    assert "<form" not in own and "十点就走了" not in own and "李建国" not in own
    assert "<form" in other or "data-overdue" in other


def card_of(page: str, asked) -> str:
    card = page[page.index(f'id="{kind_of(asked).slug}-{asked.pk}"') :]
    return card[: card.index("</article>")]


def test_a_missing_reason_is_said_at_its_card_where_the_phone_shows_it(one_of_each, approver):
    *_others, stars, _correction = one_of_each
    with time_machine.travel(MONDAY, tick=False):
        desk = signed_in(approver)
        shown = desk.get(reverse("decisions:list")).content.decode()
        address = reverse("decisions:answer", args=["star-rating", stars.pk])
        # The form's address ends with the sentence's: a browser opens the answer there.
        assert f'action="{address}#refused"' in shown and 'id="refused"' not in shown
        page = desk.post(address, {"decline": "1", "answer": " "}).content.decode()
    card = card_of(page, stars)
    assert page.count(str(services.NEEDS_REASON)) == 1 and str(services.NEEDS_REASON) in card
    assert card.index("<form") < card.index(str(services.NEEDS_REASON)) < card.index('name="answer"')
    assert card.count('id="refused"') == page.count('id="refused"') == 1


def test_the_approver_has_the_way_into_practice(scene: Scene, approver: User) -> None:
    page = reverse("decisions:list")
    assert reverse("enter_practice") not in signed_in(approver).get(page).content.decode()
    practice = CommunityFactory(name="演练 · 松林社区", practice_of=scene.community)

    client = signed_in(approver)
    assert reverse("enter_practice") in client.get(page).content.decode()
    client.post(reverse("enter_practice"))
    inside = client.get(page)
    assert inside.status_code == 200 and reverse("enter_practice") not in inside.content.decode()
    assert {duty.community for duty in inside.wsgi_request.user.duties.all()} == {practice}
