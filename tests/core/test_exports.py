"""Exports as people who live in Excel expect them. Every list and every report is asked."""

import csv
import datetime as dt
import io
import re
from urllib.parse import quote

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from academy.core.workbooks import signs
from academy.people.permissions import DutyRole
from tests.factories import UserFactory
from tests.test_permission_matrix import build_world, community_viewsets, routes

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# short lists that nobody adds up
WITHOUT = {"issuer", "rule_set", "platform_workbook", "handover", "upload", "roll_file", "community_settings"} | {
    "certificate_batch",
    "filing_workbook",
    "leading_terms",
}


@pytest.fixture(scope="module")
def operator(django_db_setup, django_db_blocker):
    """A user with every duty in a community that has one of everything."""
    with django_db_blocker.unblock(), transaction.atomic():
        home = build_world().home
        yield UserFactory(is_superuser=True, duties=[(home, role) for role in DutyRole])
        transaction.set_rollback(True)


def answer(user, address, kind):
    client = Client()
    client.force_login(user)
    return client.get(address, {"export": kind})


def addresses():
    """Return the address of each list and each report that offers a file."""
    Client().get(reverse("wagtailadmin_login"))  # Wagtail registers its hooks at the first request
    found = [reverse(f"{viewset.name}:index") for viewset in community_viewsets() if viewset.list_export]
    answering = {}
    for route, pattern in routes():
        answering.setdefault(route, getattr(pattern.callback, "view_class", object))
    for route, view in answering.items():
        if issubclass(view, SpreadsheetExportMixin) and view.list_export and "/results/" not in route:
            found.append("/" + route)
    return found


def head_of(response):
    return next(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


def test_no_heading_is_a_path_a_foreign_word_or_there_twice(operator):
    asked = addresses()
    faults = []
    for address in asked:
        heads = head_of(answer(operator, address, "csv"))
        assert heads, address
        faults += [(address, head) for head in heads if re.search(r"[._A-Za-z]|片段", head) or not head.strip()]
        faults += [(address, head) for head in set(heads) if heads.count(head) > 1]

    assert not faults, faults
    assert "/admin/reports/workflow/" in asked and "/admin/reports/decided-alone/" in asked
    assert {viewset.name for viewset in community_viewsets() if not viewset.list_export} == WITHOUT


def test_every_workbook_opens_with_a_head_that_stays_filters_and_columns_that_fit(operator):
    for viewset in community_viewsets():
        if not viewset.list_export:
            continue
        address = reverse(f"{viewset.name}:index")
        response = answer(operator, address, "xlsx")
        sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
        head = int(sheet.freeze_panes.removeprefix("A")) - 1
        assert sheet.auto_filter.ref.startswith(f"A{head}:"), address
        assert head in (1, 3), address
        for column in sheet.iter_cols(min_row=head):
            label, cells = column[0], column[1:]
            assert label.font.b and label.value, address
            width = sheet.column_dimensions[label.column_letter].width
            shown = [shown_width(cell) for cell in cells if cell.value is not None]
            assert width >= min(max([signs(label.value), *shown]), 44), (address, label.value)
            assert not {True, False, "None", "True", "False"} & {c.value for c in cells if not is_count(c)}, address
        sums = [cell.value for cell in sheet[1] if cell.value] if head == 3 else []
        assert all(value == "合计" or "SUBTOTAL(109," in value for value in sums), address


def is_count(cell):
    return isinstance(cell.value, int) and not isinstance(cell.value, bool)


def shown_width(cell):
    if isinstance(cell.value, dt.datetime | dt.date | dt.time):
        return len(cell.number_format)
    return signs(str(cell.value))


@time_machine.travel(dt.datetime(2026, 11, 28, 16, 30, tzinfo=dt.UTC))
def test_a_file_is_called_by_its_list_and_the_local_day(operator):
    response = answer(operator, reverse("unit:index"), "xlsx")
    assert b"".join(response.streaming_content).startswith(b"PK")

    name = quote("辖区单位 2026-11-29.xlsx")
    assert response.headers["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"


def test_a_list_without_columns_for_a_file_stays_a_page(operator):
    assert answer(operator, reverse("issuer:index"), "xlsx").headers["Content-Type"].startswith("text/html")
