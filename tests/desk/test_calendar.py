"""The back office's page for holidays, and who is asked for the next year."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from academy.core.models import CalendarYear
from academy.desk.calendar_views import CALENDAR_TITLE
from academy.people.permissions import DutyRole
from tests.core.test_workdays import NOTICE
from tests.factories import UserFactory
from tests.hours.scene import moment
from tests.pages import text_of

pytestmark = pytest.mark.django_db

DECEMBER = moment("09:00", dt.date(2059, 12, 1))  # nobody knows 2060; the package knows neither 2059


@pytest.fixture
def office(scene):
    """Return a browser of the back office, signed in with the duty."""

    def sign_in(role):
        client = Client()
        client.force_login(UserFactory(duties=[(scene.community, role)]))
        return client

    return sign_in


def test_the_administrator_pastes_the_notice(office):
    with time_machine.travel(DECEMBER):
        desk = office(DutyRole.ADMINISTRATOR)
        page = desk.get("/admin/holidays/")
        assert [one["label"] for one in page.context["breadcrumbs_items"]][-1] == CALENDAR_TITLE
        refused = desk.post("/admin/holidays/", {"year": 2060, "notice": NOTICE.replace("共8天", "共9天")})
        assert refused.status_code == 200 and "天数与日期对不上" in text_of(refused)
        assert not CalendarYear.objects.exists()
        stored = desk.post("/admin/holidays/", {"year": 2060, "notice": NOTICE}, follow=True)
        assert "2060 年的安排已保存" in text_of(stored)
        assert "上班 2060年1月4日 周日 · 2060年1月31日 周六" in text_of(stored)
    assert CalendarYear.objects.get().days.count() == 30


def test_a_missing_year_is_asked_for_on_the_first_page_and_the_deadlines(office):
    with time_machine.travel(DECEMBER):
        CalendarYear.objects.create(year=2059, notice="…").days.create(date=dt.date(2059, 10, 1), works=False)
        for role, link in ((DutyRole.SOCIAL_WORKER, False), (DutyRole.ADMINISTRATOR, True)):
            desk = office(role)
            for address in ("/admin/", "/admin/reports/deadlines/"):
                page = desk.get(address)
                assert "2060 年的放假安排还没有录入" in text_of(page), (role, address)
                assert ("录入国务院办公厅的通知" in text_of(page).replace("请管理员录入国务院办公厅的通知", "")) is link
    with time_machine.travel(DECEMBER - dt.timedelta(days=1)):
        assert "放假安排还没有录入" not in text_of(office(DutyRole.SOCIAL_WORKER).get("/admin/"))


@pytest.mark.parametrize("role", [DutyRole.SOCIAL_WORKER, DutyRole.STREET_VIEWER])
def test_only_an_administrator_enters_it(office, role):
    assert office(role).get("/admin/holidays/").status_code in (302, 403)
