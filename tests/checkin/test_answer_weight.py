"""The weight of the page after a scan, and where it leads."""

import datetime as dt
import gzip
import re
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory

from tests.checkin.gate import browser, poster, signed_in
from tests.factories import ActivityFactory, VolunteerFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("direction", ["in", "out"])
def test_the_answer_of_a_scan_is_light_and_leads_on(direction: str, db: None) -> None:
    at = dt.datetime(2026, 1, 10, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    result = {"name": "王秀英", "direction": direction, "at": at, "minutes": 125}
    activity = SimpleNamespace(title="冬季防火入户宣传", place="社区广场")
    context = {"state": "done", "activity": activity, "results": [result]}
    request = RequestFactory().get("/c/7KQ2M9XA3D/done/1/")
    request.user = AnonymousUser()
    html = render_to_string("checkin/page.html", context, request=request)
    assert len(gzip.compress(html.encode())) <= 5_000  # all that a later visit fetches
    assert 'class="tabs"' in html
    assert re.search(r'href="/my/">\s*(看看我的时长|去“我的”)', html)
    assert 'href="/activities/?time=today"' in html


@pytest.mark.parametrize("known", [True, False])
def test_the_gate_is_light_on_each_visit(known: bool, clock: Any) -> None:
    activity = ActivityFactory()
    phone = signed_in(VolunteerFactory(community=activity.community, login=True)) if known else browser()

    html = phone.get(poster(activity)).content.decode()

    files = {settings.BASE_DIR / address.lstrip("/") for address in re.findall(r'"(/static/[^"]+\.(?:css|js))"', html)}
    page, *rest = [len(gzip.compress(data)) for data in (html.encode(), *(file.read_bytes() for file in files))]
    assert len(files) <= 3 and page <= 10_000
    assert page + sum(rest) <= 30_000
