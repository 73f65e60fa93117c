"""The report of views of children, and the screens beside the back office."""

import datetime as dt
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from academy.checkin.services import codes, scanning
from academy.hours.services.records import sweep_records
from academy.people import ages
from academy.people.permissions import DutyRole
from academy.people.services import personal_data
from academy.rulebook import services as rulebook
from academy.transfers.services import handing_over
from tests.factories import (
    ActivityFactory,
    CommunityFactory,
    IssuerFactory,
    RuleSetFactory,
    UserFactory,
    effective_record,
    workbook,
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


# The report

REPORT = "/admin/reports/views-of-people/"


@pytest.fixture
def administrator(home):
    return UserFactory(first_name="周建军", duties=[(home, DutyRole.ADMINISTRATOR)])


def open_as(user) -> HttpResponse:
    client = Client()
    client.force_login(user)
    return client.get(REPORT)


def test_the_administrator_reads_who_viewed_whom_when_and_where(client, worker, home, administrator):
    child = somebody(home, name="李小明")
    client.get(reverse("volunteer:edit", args=[child.pk]))
    client.get(reverse("volunteer:history", args=[child.pk]))

    response = open_as(administrator)

    page = response.content.decode()
    (line,) = response.context["object_list"]
    assert (line.user, line.day, line.times, line.people) == (worker, localdate(), 2, 1)
    for words in (child.number, child.masked_name, str(worker), "2027年1月10日", "志愿者</td>"):
        assert words in page.replace("\n", "").replace("  ", "")
    assert child.name not in page and "/admin/volunteer/edit/" not in page
    assert looks() == [(child.pk, worker)] * 2
    menu = Client()
    menu.force_login(administrator)
    assert REPORT in menu.get(reverse("wagtailadmin_account")).content.decode()


def test_each_line_is_a_person_and_a_day_and_names_some_children(client, worker, home, administrator):
    children = [somebody(home) for _number in range(8)]
    for child in children:
        client.get(reverse("volunteer:edit", args=[child.pk]))
    with time_machine.travel(NOW - dt.timedelta(hours=10), tick=False):
        client.get(reverse("volunteer:edit", args=[children[0].pk]))

    first, later = open_as(administrator).context["object_list"]
    assert [(line.times, line.people, len(line.seen)) for line in (later, first)] == [(1, 1, 1), (8, 8, 6)]
    assert "等另外 2 人" in open_as(administrator).content.decode()


def test_the_report_is_filtered_by_child_person_and_period(client, worker, home, administrator):
    child, other = somebody(home, name="李小明"), somebody(home)
    for one in (child, other):
        client.get(reverse("volunteer:edit", args=[one.pk]))

    def lines(**filters):
        reader = Client()
        reader.force_login(administrator)
        return [(line.people, line.times) for line in reader.get(REPORT, filters).context["object_list"]]

    assert lines() == [(2, 2)]
    assert lines(seen="小明") == lines(seen=child.number.lower()) == [(1, 1)]
    assert lines(seen="没有") == []
    assert lines(user=worker.pk) == [(2, 2)]
    assert lines(timestamp_from="2027-01-10", timestamp_to="2027-01-10") == [(2, 2)]
    assert lines(timestamp_to="2027-01-09") == []


def test_the_report_takes_as_many_statements_for_thirty_lines_as_for_three(client, worker, home, administrator):
    child = somebody(home)
    counts = []
    for days in (3, 30):
        for day in range(days):
            with time_machine.travel(NOW - dt.timedelta(days=day), tick=False):
                personal_data.log_view_of_minors(volunteers=[child.pk], page="/lead/1/", by=worker, at=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            assert len(open_as(administrator).context["object_list"]) == days
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_only_the_administrator_reads_the_report(worker, home):
    for user in (worker, UserFactory(duties=[(home, DutyRole.STREET_VIEWER)])):
        assert open_as(user)["Location"] == reverse("wagtailadmin_home")


def test_another_communitys_administrator_reads_an_empty_report(client, worker, home):
    client.get(reverse("volunteer:edit", args=[somebody(home).pk]))
    assert len(looks()) == 1

    response = open_as(UserFactory(duties=[(CommunityFactory(), DutyRole.ADMINISTRATOR)]))

    assert list(response.context["object_list"]) == []


def test_an_entry_stays_after_the_fourteenth_birthday(client, worker, home, administrator):
    child = somebody(home)
    client.get(reverse("volunteer:edit", args=[child.pk]))
    with time_machine.travel(NOW + dt.timedelta(days=2), tick=False):
        assert ages.age_on(child.birth_date, localdate()) == 14
        assert len(open_as(administrator).context["object_list"]) == 1


# Other screens


def test_a_filled_form_is_logged_for_its_page_and_its_file(home, worker, client):
    child, grown_up = somebody(home), somebody(home, FOURTEEN)
    for volunteer in (child, grown_up):
        effective_record(volunteer, ActivityFactory(community=home, issuer=IssuerFactory(community=home)).shifts.get())
    form = handing_over.add_workbook(
        community=home, platform="平台", name="1.xlsx", data=workbook(["姓名", "日期"]), by=worker, at=NOW
    )
    january = {"since": dt.date(2026, 1, 1), "until": dt.date(2026, 1, 31)}
    handover = handing_over.fill_workbook(workbook=form, **january, by=worker, at=NOW)

    client.get(reverse("handover:inspect", args=[handover.pk]))
    assert looks() == [(child.pk, worker)]
    list(client.get(reverse("handover:file", args=[handover.pk])))
    assert looks() == [(child.pk, worker)] * 2


def test_a_trial_of_rules_is_logged_for_the_people_it_would_change(home, worker, client):
    child = somebody(home)
    effective_record(child, ActivityFactory(community=home, issuer=IssuerFactory(community=home)).shifts.get())
    draft = rulebook.draft_rule_set(community=home, by=worker, at=NOW)
    address = reverse("desk:try_rules", args=[draft.pk])
    period = {"since": "2026-01-01", "until": "2026-01-31"}

    client.get(address, period)
    assert looks() == []  # nothing would change

    rulebook.edit_draft(
        rule_set=draft,
        title="…",
        effective_from=draft.effective_from,
        values={"minimum_minutes": 600},
        by=worker,
        at=NOW,
    )
    client.get(address, period)
    assert looks() == [(child.pk, worker)]


def test_the_list_of_work_to_do_is_logged(home, worker, client):
    child = somebody(home)
    shift = ActivityFactory(community=home).shifts.get()
    gate = codes.checkpoint_for(shift.activity, rotating=True)
    scanning.record_scan(
        scan_id=uuid4(),
        checkpoint=gate.key,
        code=codes.rotating_codes(gate, at=shift.starts_at)[0].code,
        volunteer=child,
        operator=None,
        direction="in",
        at=shift.starts_at,
    )
    sweep_records(at=NOW)

    assert child.name in client.get(reverse("confirm_many")).content.decode()
    assert looks() == [(child.pk, worker)]
