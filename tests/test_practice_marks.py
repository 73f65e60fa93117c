"""Every page, sheet and file of a practice community is marked, also at a new address (ADR 77)."""

import io
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import resolve
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from academy.core import practice
from academy.core.models import Community
from academy.people.models import User
from tests.factories import CommunityFactory, UserFactory
from tests.paper import reading
from tests.test_permission_matrix import MATRIX, build_world, session_of
from tests.test_permission_matrix import ROLES as EVERYBODY

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.sqlite]

BAND = '<aside class="practice"'
ROLES = ("social_worker", "administrator", "trainer", "street_viewer", "approver", "leader", "volunteer")
# Pages that a phone keeps for a time without a network are the same for all, and about no community.
WITHOUT_COMMUNITY = {"offline/", "checkin/import/"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    """The world of the matrix as a practice community: its staff have their second logins."""
    with django_db_blocker.unblock(), transaction.atomic():
        built = build_world()
        Community.objects.filter(pk=built.home.pk).update(practice_of=CommunityFactory())
        practice._real.clear()
        for role in ROLES[:5]:
            User.objects.filter(pk=built.users[role].pk).update(practises_for=UserFactory())
        built.sessions = {role: session_of(user) for role, user in built.users.items()}
        yield built
        transaction.set_rollback(True)
    practice._real.clear()


def asked(world: SimpleNamespace, address: str, role: str) -> Any:
    session, client = world.sessions[role], Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    if role in ROLES:
        client.cookies[practice.COOKIE] = "1"  # as the first page after the sign-in sets it
    with transaction.atomic():
        response = client.get(address)
        content = b"".join(response) if response.streaming else response.content
        transaction.set_rollback(True)
    return response.status_code, response.headers.get("Content-Type", ""), content


def is_marked(kind: str, content: bytes) -> bool:
    """Return whether a page, a PDF or a workbook bears the mark; other answers need none."""
    if kind.startswith("text/html"):
        text = content.decode()
        return "<body" not in text or BAND in text
    if kind.startswith("application/pdf"):
        return all("演练" in page for page in reading.pages(content))
    if kind.startswith("text/csv"):
        return "【演练】" in content.decode()
    if "spreadsheet" in kind:
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        return any("【演练】" in str(cell.value) for row in sheet.iter_rows(max_row=4) for cell in row)
    return True


def addresses(world: SimpleNamespace) -> Iterator[tuple[str, str]]:
    for route, (row, _who) in MATRIX.items():
        if not row.startswith("POST ") and route not in WITHOUT_COMMUNITY:
            yield route, row.format(**world.ids)


def readers(route: str) -> list[str]:
    """Return the roles of the practice community to whom the matrix promises this page."""
    _row, who = MATRIX[route]
    return [role for role, letter in zip(EVERYBODY, who.split(), strict=True) if letter == "o" and role in ROLES]


def exports(address: str) -> bool:
    view = resolve(address).func
    return issubclass(getattr(view, "view_class", object), SpreadsheetExportMixin)


def test_everything_that_people_of_a_practice_community_open_is_marked(world):
    bare, seen = [], 0
    for route, address in addresses(world):
        for role in readers(route):
            status, kind, content = asked(world, address, role)
            if status == 200:
                seen += 1
                if not is_marked(kind, content):
                    bare.append((role, route, kind))
                break
    assert not bare, bare
    assert seen > 150


def test_every_export_is_marked(world):
    lists = {address.partition("?")[0] for _route, address in addresses(world)}
    exported = set()
    for address in filter(exports, sorted(lists)):
        for kind in ("xlsx", "csv"):
            status, sent, content = asked(world, f"{address}?export={kind}", "social_worker")
            if status != 200 or ("spreadsheet" not in sent and "csv" not in sent):
                break  # another role's list
            exported.add(address)
            assert is_marked(sent, content), address
    assert len(exported) > 10
    assert "/admin/reports/workflow/" in exported, "Wagtail's own reports too"


def test_what_strangers_see_of_it_is_marked(world):
    bare = []
    for (route, address), (row, _who) in ((one, MATRIX[one[0]]) for one in addresses(world)):
        if "{" not in row:
            continue
        for role in ("anonymous", "stranger") if not address.startswith("/admin/") else ():
            status, kind, content = asked(world, address, role)
            if status == 200 and not is_marked(kind, content):
                bare.append((role, route))
    assert not bare, bare


def test_lists_for_all_readers_leave_it_out(world):
    for address in ("/activities/", "/notice/", "/verify/XXXX/"):
        _status, _kind, content = asked(world, address, "anonymous")
        assert world.home.name not in content.decode() and BAND not in content.decode()
