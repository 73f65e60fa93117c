"""N4: the log has each view of data of a person under 14 in the back office."""

import datetime as dt
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.admin.viewsets import viewsets
from wagtail.models import ModelLogEntry

from academy.certificates import services as certificates
from academy.core import viewsets as ours
from academy.core.signals import objects_shown
from academy.hours.models import CorrectionProposal
from academy.people import ages
from academy.people.models import Consent
from academy.people.permissions import DutyRole
from academy.people.services import consents, merging, personal_data
from academy.units import services as units
from tests.factories import (
    ActivityFactory,
    CommunityFactory,
    IssuerFactory,
    RuleSetFactory,
    UnitFactory,
    UserFactory,
    effective_record,
)
from tests.people.viewing import FOURTEEN, NOW, looks, somebody

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def home():
    return RuleSetFactory().community


@pytest.fixture
def worker(home, client):
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])
    client.force_login(worker)
    return worker


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Return a community with two people of thirteen, one of fourteen and one of unknown age.

    Each has facts for all screens. The transaction is rolled back at the end.
    """
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(NOW, tick=False):
        home = RuleSetFactory().community
        children = [somebody(home), somebody(home)]
        grown_up = [somebody(home, FOURTEEN), somebody(home, None)]
        worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])
        facts = {volunteer: facts_about(volunteer, by=worker) for volunteer in (*children, *grown_up)}
        yield SimpleNamespace(children=children, grown_up=grown_up, facts=facts, worker=worker)
        transaction.set_rollback(True)


def facts_about(volunteer, by):
    """Return facts about a volunteer, by the viewset that shows them."""
    activity = ActivityFactory(community=volunteer.community, issuer=IssuerFactory(community=volunteer.community))
    record = effective_record(volunteer, activity.shifts.get())
    dates = {"period_from": record.date, "period_to": record.date}
    certificate = certificates.issue(issuer=activity.issuer, volunteer=volunteer, **dates, by=by, at=NOW)
    unit = UnitFactory(community=volunteer.community)
    return {
        "volunteer": volunteer.pk,
        "unit_membership": units.put_in_unit(volunteer=volunteer, unit=unit, by=by, at=NOW).pk,
        "consent": consents.latest_consent(volunteer, Consent.Kind.REGISTRATION).pk,
        "service_record": record.pk,
        "ledger_entry": record.ledger_entries.get().pk,
        "certificate": certificate.pk,
    }


OF_ONE = [
    *(f"volunteer:{view}" for view in ("edit", "history", "history_results", "usage", "suspend", "reinstate")),
    *(f"unit_membership:{view}" for view in ("edit", "delete", "history", "history_results", "usage")),
    "consent:inspect",
    "service_record:inspect",
    "ledger_entry:inspect",
    *(f"certificate:{view}" for view in ("inspect", "print", "revoke", "reissue")),
]
LISTS = ["volunteer", "unit_membership", "consent", "service_record", "ledger_entry", "certificate"]


@pytest.mark.parametrize("view", OF_ONE)
def test_a_screen_about_one_person_is_logged(client, world, view):
    client.force_login(world.worker)
    child = world.children[0]
    for volunteer in (*world.grown_up, child):
        address = reverse(view, args=[world.facts[volunteer][view.partition(":")[0]]])
        assert client.get(address).status_code == 200

    assert looks() == [(child.pk, world.worker)]
    entry = ModelLogEntry.objects.get(action=personal_data.MINOR_VIEWED)
    assert (entry.timestamp, entry.data, entry.label) == (NOW, {"page": address}, child.number)
    assert entry.formatter.label and entry.message


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("view", ["index", "index_results"])
def test_a_list_with_children_is_logged(client, world, name, view):
    client.force_login(world.worker)

    assert client.get(reverse(f"{name}:{view}")).status_code == 200

    assert sorted(looks()) == [(child.pk, world.worker) for child in world.children]


def inserts(client):
    with CaptureQueriesContext(connection) as statements:
        client.get(reverse("volunteer:index"))
    return [query["sql"] for query in statements.captured_queries if query["sql"].startswith("INSERT")]


def test_a_list_is_logged_in_one_statement(client, worker, home):
    for _number in range(5):
        somebody(home)

    assert len(inserts(client)) == 1
    assert len(looks()) == 5


def test_a_list_without_children_is_not_logged(client, worker, home):
    somebody(home, FOURTEEN)

    assert inserts(client) == []
    assert looks() == []


def test_only_the_shown_page_of_a_list_is_logged(client, worker, home):
    children = [somebody(home) for _number in range(51)]

    client.get(reverse("volunteer:index"), {"p": 2})

    assert looks() == [(children[-1].pk, worker)]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_is_logged(client, worker, home, kind):
    children = [somebody(home) for _number in range(51)]

    response = client.get(reverse("volunteer:index"), {"export": kind})

    assert b"".join(response.streaming_content)
    assert looks() == [(child.pk, worker) for child in children]


@pytest.mark.parametrize("view", ["choose", "choose_results"])
def test_a_chooser_is_logged(client, worker, home, view):
    child = somebody(home)

    assert client.get(reverse(f"volunteer_chooser:{view}")).status_code == 200

    assert looks() == [(child.pk, worker)]


def test_a_choice_is_logged(client, worker, home):
    child, other = somebody(home), somebody(home, FOURTEEN)

    client.get(reverse("volunteer_chooser:chosen", args=[child.pk]))
    client.get(reverse("volunteer_chooser:chosen_multiple"), {"id": [child.pk, other.pk]})

    assert looks() == [(child.pk, worker), (child.pk, worker)]


@pytest.mark.parametrize("method", ["get", "post"])
def test_printing_a_childs_slip_is_logged(client, worker, home, method):
    child, other = somebody(home), somebody(home, FOURTEEN)
    address = reverse("wagtail_bulk_action", args=["people", "volunteer", "print_slips"])

    assert getattr(client, method)(f"{address}?id={child.pk}&id={other.pk}").status_code == 200

    assert looks() == [(child.pk, worker)]


def test_the_preview_of_a_certificate_is_logged(client, worker, home):
    child = somebody(home)
    activity = ActivityFactory(community=home, issuer=IssuerFactory(community=home))
    record = effective_record(child, activity.shifts.get())
    form = {"issuer": activity.issuer.pk, "volunteer": child.pk, "period_from": record.date, "period_to": record.date}

    assert client.post(reverse("certificate:add"), form).context["content"]

    assert looks() == [(child.pk, worker)]


def test_a_form_with_errors_is_logged(client, worker, home):
    child = somebody(home)

    client.get(reverse("consent:add"))
    assert looks() == []
    client.post(reverse("consent:add"), {"volunteer": child.pk, "kind": "public_notice", "granted": "yes"})

    assert looks() == [(child.pk, worker)]


def test_a_refused_view_is_not_logged(client, home):
    child = somebody(home)
    client.force_login(UserFactory(duties=[(home, DutyRole.TRAINER)]))
    client.get(reverse("volunteer:index"))
    client.get(reverse("volunteer:edit", args=[child.pk]))
    client.force_login(UserFactory(duties=[(CommunityFactory(), DutyRole.SOCIAL_WORKER)]))
    client.get(reverse("volunteer:index"))
    client.get(reverse("volunteer:edit", args=[child.pk]))

    assert looks() == []


def test_pages_of_the_child_and_guardian_are_not_logged(client, home):
    child = somebody(home, login=True)
    guardian = consents.latest_consent(child, Consent.Kind.GUARDIAN).guardian
    record = effective_record(child, ActivityFactory(community=home).shifts.get())

    for user in (child.user, guardian):
        client.force_login(user)
        assert child.name in client.get("/my/").content.decode()
        assert client.get(reverse("home:record", args=[record.pk])).status_code == 200

    assert looks() == []


def test_the_page_has_no_panel_of_latest_changes(client, worker, home):
    assert list(client.get(reverse("volunteer:edit", args=[somebody(home).pk])).context["side_panels"]) == []


def test_every_screen_of_every_viewset_sends_its_objects():
    """A new viewset inherits it from `CommunityViewSet`, for any views of its own."""
    for registered in viewsets.viewsets:
        for viewset in (registered, *getattr(registered, "items", ())):
            if isinstance(viewset, ours.CommunityViewSet):
                for pattern in viewset.get_urlpatterns():
                    assert issubclass(pattern.callback.view_class, ours._ShownObjects), f"{viewset.name}:{pattern.name}"


def test_an_object_is_about_the_volunteer_of_its_subject(home, worker):
    child, other = somebody(home), somebody(home, FOURTEEN)
    records = [effective_record(person, ActivityFactory(community=home).shifts.get()) for person in (child, other)]
    proposals = [
        CorrectionProposal.objects.create(record=record, minutes_before=1, minutes_after=2, asked_at=NOW)
        for record in records
    ]
    request = RequestFactory().get("/admin/correction/")
    request.user = worker

    objects_shown.send(sender=CorrectionProposal, request=request, objects=proposals)

    assert looks() == [(child.pk, worker)]


@pytest.mark.parametrize(
    "day", [dt.date(2026, 2, 28), dt.date(2026, 3, 1), dt.date(2028, 2, 28), dt.date(2028, 2, 29), dt.date(2028, 3, 1)]
)
def test_under_an_age_is_the_same_by_birth_date_as_by_age(day):
    last = ages.last_birth_date(ages.SENSITIVE_UNDER, day)
    for days in range(-400, 400):
        born = last + dt.timedelta(days=days)
        assert (born > last) == (ages.age_on(born, day) < ages.SENSITIVE_UNDER), born


def test_a_child_drawn_in_a_form_that_refuses_it_is_logged(client, worker, home):
    """A merged entry may not be chosen, but the form comes back with its name."""
    child, stays = somebody(home), somebody(home, FOURTEEN)
    address = reverse("volunteer:merge", args=[stays.pk])
    merging.merge(volunteer=child, into=somebody(home), by=worker, at=NOW)

    response = client.post(address, {"other": child.pk})

    assert response.context["form"].errors["other"] and child.number in response.content.decode()
    assert (child.pk, worker) in looks()


def test_a_child_of_another_community_is_neither_drawn_nor_logged(client, worker):
    child = somebody(RuleSetFactory().community)

    page = client.post(reverse("complaint:add"), {"volunteer": child.pk}).content.decode()

    assert child.number not in page
    assert looks() == []
