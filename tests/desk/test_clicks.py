"""The clicks that a task takes from the first page of the back office (docs/clicks.md)."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.urls import reverse

from academy.certificates.batch_models import Batch
from academy.certificates.models import Certificate
from academy.hours.services import notices
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from academy.units import services as units
from academy.works.models import Work
from tests.edit_forms import read_form
from tests.factories import UnitFactory, UserFactory
from tests.hours.scene import ISSUED_AT, Scene
from tests.pages import text_of
from tests.paper.reading import pages
from tests.transfers.lists import row, upload_list

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent


class Walk:
    """A member of staff who clicks what the page shows; each click is counted."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user)
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        self.page: Any = self.client.get("/admin/")
        self.clicks = 0

    def find(self, typed: str) -> None:
        """Type into the field of the first page, which has the cursor, and press Enter."""
        form = BeautifulSoup(self.page.content, "html.parser").find("form", action=reverse("find"))
        sent = {one["name"]: one.get("value", "") for one in form.find_all("input", attrs={"name": True})}
        self._go(form["action"], sent | {"q": typed})

    def follow(self, text: str) -> None:
        link = next(one for one in self._links() if " ".join(one.text.split()).startswith(text))
        self._go(link["href"], {})

    def send(self, **typed: Any) -> None:
        """Fill in the form of the page and press its button, which may be named."""
        sent = {**read_form(self.page), **typed}
        self.clicks += 1
        self.page = self.client.post(self.page.request["PATH_INFO"], sent, follow=True)

    def press(self, **typed: Any) -> None:
        """Press the button of a page that acts, with what was typed there."""
        self.clicks += 1
        self.page = self.client.post(self.page.request["PATH_INFO"], typed, follow=True)
        assert self.page.status_code == 200

    def inputs(self, name: str) -> list[Any]:
        """Return the fields of the form that goes to this address."""
        form = BeautifulSoup(self.page.content, "html.parser").find("form", action=reverse(name))
        return form.find_all("input", attrs={"name": True})

    def _links(self) -> list[Any]:
        return BeautifulSoup(self.page.content, "html.parser").find_all("a", href=True)

    def _go(self, address: str, query: dict[str, str]) -> None:
        self.clicks += 1
        parts = urlsplit(address)
        self.page = self.client.get(parts.path, {**parse_qs(parts.query), **query}, follow=True)
        assert self.page.status_code == 200


@pytest.fixture
def walk(scene: Scene) -> Any:
    with time_machine.travel(ISSUED_AT, tick=False):
        yield Walk(scene.social_worker)


def test_one_person_is_registered_with_three_clicks(walk: Walk) -> None:
    walk.find("register")
    if walk.page.request["PATH_INFO"] != reverse("volunteer:add"):
        walk.follow("Register a volunteer")

    walk.send(name="何秀英", phone="13974800001", birth_date="1958-3-5", evidence="签字的登记表")

    assert Volunteer.objects.get(name="何秀英").phone == "13974800001"
    assert walk.clicks <= 3


def test_a_member_of_staff_is_added_with_five_clicks_and_the_link_stands_there(walk: Walk, scene: Scene) -> None:
    administrator = Walk(UserFactory(duties=[(scene.community, DutyRole.ADMINISTRATOR)]))
    administrator.find("staff")
    administrator.follow("Staff")
    administrator.follow("Add a member of staff")
    administrator.clicks += 1  # the duty
    administrator.send(role="social_worker", who="13977770001", name="孙小梅")

    assert User.objects.get(phone="13977770001").duties.get().role == DutyRole.SOCIAL_WORKER
    assert re.search(r'data-copy="http[^"]+/accounts/', administrator.page.content.decode())
    assert administrator.clicks == 5


def test_the_hours_of_one_person_this_year_are_one_enter_away(walk: Walk, scene: Scene) -> None:
    person = scene.volunteer("何秀英")
    scene.serve(
        person,
        "09:00",
        "11:30",
    )
    notices.end_notices(at=ISSUED_AT)

    walk.find("hxy")

    assert walk.page.request["PATH_INFO"] == reverse("person", args=[person.pk])
    assert "2.5" in text_of(walk.page) and walk.clicks == 1


def test_one_certificate_takes_three_clicks_to_the_paper(walk: Walk, scene: Scene) -> None:
    person = scene.volunteer("何秀英")
    scene.serve(
        person,
        "09:00",
        "11:30",
    )
    notices.end_notices(at=ISSUED_AT)

    walk.find("hxy")
    walk.follow("Issue a certificate")
    walk.send(then="print")

    certificate = Certificate.objects.get()
    assert certificate.minutes == 150
    assert walk.page.redirect_chain[-1][0] == reverse("certificate:print", args=[certificate.pk])
    assert walk.clicks == 3


def test_a_years_certificates_are_five_clicks_from_the_list_to_the_file(walk: Walk, scene: Scene) -> None:
    for place, name in enumerate(("何秀英", "王秀英")):
        scene.serve(scene.volunteer(name), f"{9 + place:02}:00", f"{11 + place:02}:30")
    notices.end_notices(at=ISSUED_AT)
    walk.page = walk.client.get(reverse("certificate:index"))

    walk.follow("Issue to many people")
    sent = {one["name"]: one["value"] for one in walk.inputs("certificates_of_many") if one.get("type") == "hidden"}
    walk.press(**sent, whose="all")
    walk.follow("Go on")
    batch = Batch.objects.get()
    walk.clicks += 1
    address = reverse("certificate_batch:print", args=[batch.pk])
    walk.page = walk.client.post(address, {"order": "name", "form": "pdf"}, follow=True)
    work = Work.objects.get(kind="certificates.pdf")
    walk.clicks += 1
    file = walk.client.post(reverse("work_file", args=[work.pk]))

    assert [name in text for name, text in zip(("何秀英", "王秀英"), pages(file.getvalue()), strict=True)] == [
        True,
        True,
    ]
    assert walk.clicks == 5


def test_people_of_a_history_come_onto_the_roll_with_three_clicks(walk: Walk, scene: Scene) -> None:
    upload = upload_list(scene, row(name="何秀英", phone="13974800001"))
    walk.page = walk.client.get(reverse("upload:check", args=[upload.pk]))

    walk.follow("Take 1 person onto the roll")
    walk.press(evidence="签字的登记表")
    walk.page = walk.client.get(walk.page.redirect_chain[-1][0])
    walk.press(all="1")

    assert Volunteer.objects.get(name="何秀英").phone == "13974800001"
    assert walk.clicks == 3


def test_a_member_leaves_a_unit_with_four_clicks(walk: Walk, scene: Scene) -> None:
    person, unit = scene.volunteer("何秀英"), UnitFactory(community=scene.community, name="中心小学")
    membership = units.put_in_unit(volunteer=person, unit=unit, by=None, at=ISSUED_AT)

    walk.find("何秀英")
    walk.follow("中心小学")
    walk.follow("End the membership")
    walk.press()

    membership.refresh_from_db()
    assert membership.until is not None and walk.clicks == 4


def test_each_figure_of_the_table_is_kept_by_a_test_that_is_there() -> None:
    rows = re.findall(r"^\| .* \| `(tests/[\w/.]+)::(\w+)` \|$", (ROOT / "docs/clicks.md").read_text(), re.M)
    assert len(rows) == 23
    assert [row for row in rows if f"def {row[1]}(" not in (ROOT / row[0]).read_text()] == []
