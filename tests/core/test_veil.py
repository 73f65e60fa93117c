"""The street viewer sees figures: no screen and no file has a name or a reason for them."""

from io import BytesIO

import pytest
from django.db.models import CharField
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from academy.core import veil
from academy.hours.models import LedgerEntry, ServiceRecord
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole, Right
from tests.factories import (
    ActivityFactory,
    IssuerFactory,
    RuleSetFactory,
    UserFactory,
    VolunteerFactory,
    effective_record,
)
from tests.test_permission_matrix import build_world, community_viewsets

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NAME, STAFF, REASON = "欧阳金丝雀", "司徒金丝雀", "金丝雀的缘由"
CANARY = "金丝雀"


@pytest.fixture(scope="module")
def world(rows_of_module):
    def make():
        built = build_world()
        Volunteer.objects.update(name=NAME, suspended_reason=REASON)
        User.objects.update(first_name=STAFF, last_name="")
        ServiceRecord.objects.update(alone=True)
        reverse("wagtailadmin_home")  # Wagtail registers the viewsets with the addresses
        for viewset in community_viewsets():
            model = viewset.model
            fields = {field.name: REASON for field in model._meta.fields if is_veiled_text(model, field)}
            if fields and not getattr(model, "append_only", False):
                rows = model.objects.filter(decided_at=None) if hasattr(model, "decided_at") else model.objects.all()
                rows.update(**fields)
        entry = LedgerEntry.objects.order_by("seq").last()
        entry.pk, entry.seq, entry.reason = None, entry.seq + 1, REASON
        entry.previous_hash, entry.hash = entry.hash, "0" * 64
        entry.save(force_insert=True)
        built.home = Volunteer.objects.first().community
        return built

    return rows_of_module(make)


def is_veiled_text(model, field) -> bool:
    return isinstance(field, CharField) and field.name in getattr(model, "veiled_as", {}) and model is not Volunteer


def session(world, role: DutyRole, *more) -> Client:
    client = Client()
    client.force_login(UserFactory(first_name="读者", duties=[(world.home, role), *more]))
    return client


def screens(client: Client):
    """Yield each page and file that the reader may open, with its text."""
    for viewset in community_viewsets():
        for name in ("index", "index_results"):
            response = client.get(reverse(viewset.get_url_name(name)))
            if response.status_code == 200:
                yield viewset.get_url_name(name), response.content.decode()
        if response.status_code != 200:
            continue
        if viewset.list_export:
            yield from files(client, viewset.get_url_name("index"))
        if viewset.inspect_view_enabled:
            for item in viewset.model._default_manager.all():
                response = client.get(reverse(viewset.get_url_name("inspect"), args=[item.pk]))
                if response.status_code == 200:
                    yield viewset.get_url_name("inspect"), response.content.decode()
    for name in ("wagtailadmin_home", "decided_alone", "decided_alone_results", "deadlines"):
        yield name, client.get(reverse(name)).content.decode()


def files(client: Client, index: str):
    csv = client.get(reverse(index), {"export": "csv"})
    yield f"{index} csv", b"".join(csv.streaming_content).decode()
    xlsx = client.get(reverse(index), {"export": "xlsx"})
    sheet = load_workbook(BytesIO(b"".join(xlsx.streaming_content))).active
    yield f"{index} xlsx", str(list(sheet.values))


def test_no_screen_and_no_file_names_a_person_or_a_reason_to_the_street_viewer(world):
    found = dict.fromkeys(where for where, text in screens(session(world, DutyRole.STREET_VIEWER)) if CANARY in text)

    assert list(found) == []


def test_the_social_worker_reads_names_and_reasons(world):
    client = session(world, DutyRole.SOCIAL_WORKER)
    texts: dict[str, str] = {}
    for where, text in screens(client):
        texts[where] = texts.get(where, "") + text

    for where in ("service_record:index", "ledger_entry:index csv", "make_up:inspect", "decided_alone"):
        assert NAME in texts[where], where
    for where in ("ledger_entry:index xlsx", "objection:inspect", "make_up:index csv", "complaint:inspect"):
        assert REASON in texts[where], where


def test_the_street_viewer_reads_figures_and_masked_names(world):
    client = session(world, DutyRole.STREET_VIEWER)
    record = ServiceRecord.objects.get(pk=world.ids["record"])

    page = client.get(reverse("service_record:index")).content.decode()

    assert f"欧**雀 {record.volunteer.number}" in page
    assert veil.HIDDEN in client.get(reverse("make_up:inspect", args=[world.ids["make_up"]])).content.decode()


@pytest.mark.parametrize("index", ["service_record:index", "make_up:index", "star_rating:index"])
def test_a_search_for_a_name_tells_the_street_viewer_nothing(world, index):
    reader, worker = session(world, DutyRole.STREET_VIEWER), session(world, DutyRole.SOCIAL_WORKER)
    number = Volunteer.objects.get(number=world.ids["who"]).number

    def found(client, text):
        return len(client.get(reverse(index), {"q": text}).context["object_list"])

    assert (found(reader, CANARY), found(worker, CANARY) > 0) == (0, True)
    assert found(reader, number) == found(worker, number) > 0


def test_a_reader_of_two_communities_reads_the_names_of_one(world):
    abroad = RuleSetFactory().community
    own = VolunteerFactory(community=abroad, name="李建国")
    activity = ActivityFactory(community=abroad, leader=own, issuer=IssuerFactory(community=abroad))
    effective_record(own, activity.shifts.get())
    client = session(world, DutyRole.STREET_VIEWER, (abroad, DutyRole.SOCIAL_WORKER))

    page = client.get(reverse("service_record:index")).content.decode()

    assert "李建国" in page and CANARY not in page


def test_the_right_is_that_of_the_matrix():
    assert veil.NAMES == Right.MANAGE_PEOPLE
