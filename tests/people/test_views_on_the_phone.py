"""N4 outside the back office: the log has each look of staff at the name of a person under 14, once."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import URLPattern, reverse
from wagtail.models import ModelLogEntry

import academy.checkin.urls
import academy.decisions.urls
import academy.home.urls
import academy.lead.urls
from academy.checkin.models import Claim
from academy.checkin.rows import row_key
from academy.checkin.services import codes
from academy.families import services as families
from academy.groups.models import GroupLink
from academy.groups.services import links
from academy.hours.models import MakeUp, ServiceRecord
from academy.hours.services import confirmation, make_ups, objections
from academy.people.models import Consent, User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import consents, personal_data
from academy.units import services as units
from tests.factories import UnitFactory, UserFactory, photo
from tests.hours.scene import SATURDAY, Scene, moment
from tests.paper.reading import pages

pytestmark = pytest.mark.slow

NOW = moment("12:40")
NAME = "欧阳小明"
PHONE = "13800000001"


class World:
    """An activity with a child of thirteen in every place where a page may name one."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.guardian = UserFactory()
        self.child = self.add(NAME, phone=PHONE)
        self.twin = self.add(NAME, born="2012-01-09")  # fourteen since yesterday
        earlier = scene.activity(("07:00", "08:00"), title="晨练")
        (self.on_notice,) = [one for one in scene.attend(self.child, earlier.shifts.get(), "07:00", "08:00")][:1]
        confirmation.confirm(activity=earlier, by=scene.social_worker, at=moment("08:10"), records=[self.on_notice])
        self.earlier = earlier
        objector = scene.volunteer("李建国", login=True)
        other = scene.activity(("06:00", "06:50"), title="清扫")
        (contested,) = [
            one for one in scene.attend(self.child, other.shifts.get(), "06:00", "06:50") if one.activity_id == other.pk
        ]
        confirmation.confirm(activity=other, by=scene.social_worker, at=moment("07:00"), records=[contested])
        objections.object_to(record=contested, reason="没来", by=objector.user, at=moment("08:00"))
        missed = scene.activity(("08:10", "08:50"), title="站岗")
        asked = make_ups.ask_make_up(
            volunteer=self.child,
            shift=missed.shifts.get(),
            came_at=moment("08:10"),
            left_at=moment("08:50"),
            reason="忘了扫码",
            by=scene.social_worker,
            at=NOW,
            witness=objector,
            evidence=[photo()],
        )
        assert isinstance(asked, MakeUp), asked
        self.evidence = asked.evidence.get()
        self.activity = scene.activity()
        self.shift = self.activity.shifts.get()
        scene.attend(self.child, self.shift, "09:00", "10:00")
        scene.scan(self.child, self.shift, "in", moment("10:30"))
        self.waiting = ServiceRecord.objects.get(activity=self.activity)
        gate = codes.checkpoint_for(self.activity, rotating=True)
        self.claim = Claim.objects.create(
            checkpoint=gate, key="0123456789ABCDEF", name=NAME, phone_tail=PHONE[-4:], asked_at=NOW
        )

        self.unit = UnitFactory(community=scene.community)
        units.put_in_unit(volunteer=self.child, unit=self.unit, by=None, at=NOW)
        coming = scene.activity(("15:00", "16:00"), title="大扫除")
        asking = {"shift": coming.shifts.get(), "role": coming.roles.get(), "places": 9}
        assert isinstance(links.make_link(unit=self.unit, **asking, by=scene.social_worker, at=NOW), GroupLink)

    def add(self, name: str, *, born: str = "2012-05-01", phone: str = "") -> Volunteer:
        volunteer = self.scene.volunteer(name, phone=phone, login=True)
        Volunteer.objects.filter(pk=volunteer.pk).update(birth_date=born)
        consents.record_consent(
            volunteer=volunteer,
            kind=Consent.Kind.GUARDIAN,
            granted=True,
            guardian=self.guardian,
            evidence="签字的同意书",
            by=None,
            at=moment("08:00", SATURDAY.replace(day=1)),
        )
        volunteer.refresh_from_db()
        return volunteer

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Yield the name and the address of every page outside the back office that a user opens with GET."""
        activity, record = self.activity.pk, self.waiting.pk
        who = {"who": self.child.number}
        arguments: dict[str, list[Any]] = {
            "lead:activities": [],
            "lead:activity": [activity],
            "lead:live": [activity],
            "lead:people": [activity],
            "lead:absent": [activity],
            "lead:poster_pdf": [activity],
            "lead:screen": [activity],
            "lead:claims": [activity],
            "lead:newcomer": [activity],
            "lead:record": [activity, record],
            "lead:correct": [activity, record],
            "lead:longer_day": [activity, record],
            "lead:overtime": [activity, self.shift.pk],
            "lead:evaluate": [self.on_notice.activity_id],
            "lead:roster": [activity],
            "lead:roster_pdf": [activity],
            "lead:roster_sheet": [activity],
            "lead:roster_row": [activity, row_key(self.activity, self.child.pk)],
            "lead:units": [activity],
            "lead:unit": [activity, self.unit.pk],
            "lead:scanner_worker": [],
            "lead:scanner": [activity],
            "lead:scanner_manifest": [activity],
            "home:my": [],
            "home:card": [],
            "home:messages": [],
            "home:mail_settings": [],
            "home:record": [record],
            "home:stars": [],
            "home:tiers": [],
            "home:requests": [],
            "home:missing": [],
            "home:ask_make_up": [self.shift.pk],
            "home:object": [self.on_notice.pk],
            "home:evidence": [self.evidence.pk],
            "home:units": [],
            "home:unit": [self.unit.pk],
            "home:unit_venues": [self.unit.pk],
            "home:ask_guardian": [],
            "home:notices": [],
            "home:notice": [self.scene.community.slug, SATURDAY],
            "home:notice_sheet": [self.scene.community.slug, SATURDAY],
            "decisions:list": [],
            "checkin:typed": [],
            "checkin:scanner_import": [activity],
        }
        queries = {
            "home:missing": who,
            "home:ask_guardian": who,
            "home:ask_make_up": who,
            "home:notice_sheet": {"all": ""},
        }
        for name, args in arguments.items():
            query = "&".join(f"{key}={value}" for key, value in queries.get(name, {}).items())
            yield name, reverse(name, args=args) + (f"?{query}" if query else "")
        yield "lead:roster", reverse("lead:roster", args=[activity]) + f"?q={NAME}"


# Asked by POST, or about one person who opens it themselves: the gate, the answer to a claim.
OTHERS = {
    "lead:answer_claim",
    "lead:decline_claims",
    "lead:ask",
    "lead:role",
    "home:records",
    "home:requests",
    "home:settings",
    "lead:undo",
    "lead:everybody_out",
    "lead:confirm",
    "home:messages_read",
    "home:confirm_address",
    "home:stop_mail",
    "home:withdraw",
    "home:make_unit_link",
    "home:withdraw_unit_link",
    "home:cancel_booking",
    "home:who",
    "home:offer_agency",
    "home:end_agency",
    "home:agency",
    "home:guardian",
    "home:guardian_certificate",  # the child's own paper
    "decisions:answer",
    "checkin:gate",
    "checkin:answer",
    "checkin:sync",
    "checkin:scanner_roster",
    "checkin:scanner_undo",
    "checkin:claim",
    "checkin:claim_answer",
    "checkin:gate_with_code",
    "checkin:card",
}
# The pages that name the child. Without this list, a page that shows no people would pass the walk.
NAMING = {
    "lead:activity",
    "lead:people",
    "lead:claims",
    "lead:record",
    "lead:correct",
    "lead:longer_day",
    "lead:evaluate",
    "lead:roster",
    "lead:roster_pdf",
    "lead:roster_sheet",
    "lead:roster_row",
    "lead:unit",
    "home:unit",
    "home:missing",
    "home:ask_make_up",
    "home:ask_guardian",
    "home:notice_sheet",
    "decisions:list",
}


@pytest.fixture(scope="module")
def world_of_module(rows_of_module: Any) -> Any:
    with time_machine.travel(NOW, tick=False):
        return rows_of_module(lambda: World(Scene()))


@pytest.fixture
def world(world_of_module: World, db: None) -> Iterator[World]:
    with time_machine.travel(NOW, tick=False):
        yield deepcopy(world_of_module)


def looks(child: Volunteer) -> list[User]:
    entries = ModelLogEntry.objects.filter(action=personal_data.MINOR_VIEWED, object_id=str(child.pk))
    return [entry.user for entry in entries]


def read(response: Any) -> str:
    if response.get("Content-Type") == "application/pdf":
        return "".join(pages(b"".join(response)))
    if response.streaming:
        list(response)
        return ""
    return response.content.decode()


def named_in(world: World, user: User) -> set[str]:
    """Open every page as `user`, and return those that name the child. Each look is logged once."""
    client, found = Client(), set()
    client.force_login(user)
    for name, address in world.addresses():
        ModelLogEntry.objects.all().delete()
        text = read(client.get(address))
        if NAME in text:
            found.add(name)
            assert looks(world.child) == [user], name
        elif name != "home:evidence":  # a picture: its text cannot be read here
            assert looks(world.child) == [], name
        assert looks(world.twin) == [], name
    return found


def test_every_page_is_in_the_walk(world: World) -> None:
    known = {name for name, _address in world.addresses()} | OTHERS
    for module in (academy.lead.urls, academy.home.urls, academy.decisions.urls, academy.checkin.urls):
        for pattern in module.urlpatterns:
            assert isinstance(pattern, URLPattern)
            assert f"{module.app_name}:{pattern.name}" in known, "add it to the walk, or say why it names nobody"


def test_each_look_of_the_social_worker_is_logged_once(world: World) -> None:
    assert named_in(world, world.scene.social_worker) == NAMING | {"home:object"}


def test_each_look_of_the_leader_is_logged_once(world: World) -> None:
    assert named_in(world, world.scene.leading) == NAMING - {"home:unit", "home:notice_sheet", "decisions:list"}


def test_each_look_of_the_approver_is_logged_once(world: World) -> None:
    approver = UserFactory(duties=[(world.scene.community, DutyRole.APPROVER)])
    assert named_in(world, approver) == {"decisions:list"}


def test_the_picture_of_a_childs_sheet_is_logged(world: World) -> None:
    client = Client()
    client.force_login(world.scene.social_worker)
    list(client.get(reverse("home:evidence", args=[world.evidence.pk])))
    assert looks(world.child) == [world.scene.social_worker]


def test_the_family_reads_its_own_pages_unlogged(world: World) -> None:
    agent = world.scene.volunteer("张桂兰", login=True)
    families.allow_agent(volunteer=world.child, user=agent.user, evidence="口头", by=None, at=NOW)
    pages_of_family = {
        world.child.user: ["home:missing", "home:ask_make_up"],
        world.guardian: ["home:missing"],
        agent.user: ["home:missing", "home:ask_make_up"],
    }
    for user, names in pages_of_family.items():
        client = Client()
        client.force_login(user)
        for name in names:
            args = [world.shift.pk] if name == "home:ask_make_up" else []
            response = client.get(reverse(name, args=args), {"who": world.child.number})
            assert NAME in response.content.decode()
    assert looks(world.child) == []


def test_the_page_after_a_refused_decision_is_logged(world: World) -> None:
    client = Client()
    client.force_login(UserFactory(duties=[(world.scene.community, DutyRole.APPROVER)]))
    objection = ServiceRecord.objects.get(state="contested").objections.get()
    refused = client.post(reverse("decisions:answer", args=["objection", objection.pk]), {"decline": "1"})
    assert NAME in refused.content.decode()
    assert len(looks(world.child)) == 1


def test_the_report_of_records_handled_alone_is_logged(world: World) -> None:
    ServiceRecord.objects.filter(pk=world.on_notice.pk).update(alone=True)
    client = Client()
    client.force_login(world.scene.social_worker)
    assert NAME in client.get(reverse("decided_alone")).content.decode()
    assert looks(world.child) == [world.scene.social_worker]
    assert b"".join(client.get(reverse("decided_alone"), {"export": "csv"}).streaming_content)
    assert len(looks(world.child)) == 2


def test_a_page_of_grown_ups_costs_nothing_more(world: World, django_assert_num_queries: Any) -> None:
    from django.test import RequestFactory

    from academy.families.http import log_people_shown

    request = RequestFactory().get("/lead/1/")
    request.user = world.scene.social_worker
    with django_assert_num_queries(0):
        log_people_shown(request, [world.twin, world.scene.leader])
