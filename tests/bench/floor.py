"""The floors: bare views that verify a code and insert one row, or answer with some bytes."""

import os
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from academy.checkin import tokens
from academy.settings.base import database

SECRET = b"the floor's own"
CHECKPOINT = "FL00R"
STEP = 29_000_000  # its code is always valid: the floor's clock stands still

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": database(os.environ["DATABASE_URL"])},
        DEBUG=False,
        LOGGING={"version": 1, "disable_existing_loggers": True},
        MIDDLEWARE=[],
        ROOT_URLCONF=__name__,
        SECRET_KEY="the floor signs nothing",
        USE_TZ=True,
    )

TABLE = """CREATE TABLE IF NOT EXISTS bench_floor
           (id char(32) PRIMARY KEY, volunteer_id bigint NOT NULL, happened_at bigint NOT NULL)"""
INSERT = "INSERT INTO bench_floor (id, volunteer_id, happened_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"


def scan(request: HttpRequest, code: str) -> HttpResponse:
    if tokens.judge(SECRET, CHECKPOINT, code, STEP * tokens.STEP_SECONDS) is not tokens.Verdict.VALID:
        return HttpResponse(status=403)
    volunteer, _direction, scan_id = request.POST["who"].split(":")
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [scan_id.replace("-", ""), int(volunteer), STEP])
    return HttpResponse(status=302, headers={"Location": f"/scan/{scan_id}/", "Content-Length": "0"})


def bare(request: HttpRequest, size: int) -> HttpResponse:
    """Answer with so many bytes: the floor of a page that is kept."""
    return HttpResponse(b"x" * size, headers={"Content-Length": str(size)})


def create_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLE)


urlpatterns: list[Any] = [path("c/<str:code>/", scan), path("bare/<int:size>/", bare)]
application = get_wsgi_application()
