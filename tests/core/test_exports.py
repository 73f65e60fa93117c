"""Exports as people who live in Excel expect them. Every list and every report is asked."""

import csv
import io
import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from academy.people.permissions import DutyRole
from tests.factories import UserFactory
from tests.test_permission_matrix import build_world, community_viewsets, routes

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

WITHOUT = {"issuer", "rule_set", "platform_workbook", "handover", "upload"}  # short lists that nobody adds up


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
