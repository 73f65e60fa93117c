"""Exports hold no formulas, also in texts of related objects. Every export is asked."""

import csv
import io

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from academy.core.spreadsheets import PlainCells
from academy.core.workbooks import plain_cell
from academy.people.permissions import DutyRole
from tests.factories import UserFactory
from tests.test_permission_matrix import build_world, community_viewsets, routes

pytestmark = pytest.mark.django_db

FORMULA = "=HYPERLINK(1)"


@pytest.fixture(scope="module")
def operator(django_db_setup, django_db_blocker):
    """A user with every duty in a community whose names, reasons and titles all begin with a formula."""
    with django_db_blocker.unblock(), transaction.atomic():
        home = build_world(mark=FORMULA).home
        yield UserFactory(duties=[(home, role) for role in DutyRole])
        transaction.set_rollback(True)


def exported(user, name, kind):
    client = Client()
    client.force_login(user)
    return b"".join(client.get(reverse(f"{name}:index"), {"export": kind}).streaming_content)


def exports():
    Client().get(reverse("wagtailadmin_login"))  # Wagtail registers its hooks at the first request
    return [viewset.name for viewset in community_viewsets() if viewset.list_export]


def is_number(text):
    return text.removeprefix("-").replace(".", "", 1).isdigit()


@pytest.mark.slow
def test_no_cell_of_any_export_is_a_formula(operator):
    found = {}
    for name in exports():
        cells = [cell for row in csv.reader(io.StringIO(exported(operator, name, "csv").decode())) for cell in row]
        dangerous = [cell for cell in cells if plain_cell(cell) != cell and not is_number(cell)]
        assert dangerous == [], name
        found[name] = any(cell.startswith(f"'{FORMULA}") for cell in cells)
        sheet = load_workbook(io.BytesIO(exported(operator, name, "xlsx"))).active
        formulas = [cell for row in sheet for cell in row if cell.data_type == "f"]
        assert [cell.value for cell in formulas if cell.row > 1 or "SUBTOTAL(109," not in cell.value] == [], name

    tried = {name for name, has_formula in found.items() if has_formula}
    assert {
        "volunteer",
        "consent",
        "unit_membership",
        "service_record",
        "ledger_entry",
        "make_up",
        "objection",
        "certificate",
        "commendation",
        "star_rating",
    } <= tried


def test_every_export_writes_plain_cells():
    """A report of Wagtail's or of ours too, of future apps as well."""
    answering = {}
    for route, pattern in routes():
        answering.setdefault(route, getattr(pattern.callback, "view_class", object))  # the first pattern answers
    exporting = {route: view for route, view in answering.items() if issubclass(view, SpreadsheetExportMixin)}

    assert [route for route, view in exporting.items() if view.list_export and not issubclass(view, PlainCells)] == []
    assert "admin/reports/workflow/" in exporting


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\n", "\r"])
def test_a_sign_that_begins_a_formula_is_quoted(sign):
    assert plain_cell(f"{sign}1") == f"'{sign}1"


@pytest.mark.parametrize("text", ["王秀英", "1-2", "", "'=1", " =1"])
def test_other_texts_stay(text):
    assert plain_cell(text) == text
