"""The weight of the page after a scan, and where it leads."""

import datetime as dt
import gzip
import re
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory


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
