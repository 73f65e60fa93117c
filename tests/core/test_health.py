"""`/health/` for a monitor, a container's health check and a proxy."""

import datetime as dt
import errno
import io
import shutil
from collections import namedtuple
from typing import Any

import pytest
import time_machine
from django.core.files.storage import FileSystemStorage
from django.db import DatabaseError, connection
from django.db.models.functions import Now
from django.test import Client, RequestFactory
from django.utils import timezone

from academy.core import health
from academy.core.bodies import BodySizeMiddleware
from academy.core.models import LastTick, WorkerBeat
from tests.pages import Statements

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tasks_wait_for_a_worker(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def everything_runs() -> None:
    LastTick.objects.create(at=timezone.now(), steady=0)
    WorkerBeat.objects.create(worker="w", at=Now())


def asked(client: Client) -> tuple[int, dict[str, Any]]:
    response = client.get("/health/")
    return response.status_code, response.json()


def test_it_is_ok_while_everything_runs(client: Client, everything_runs: None) -> None:
    with Statements() as statements:
        assert asked(client) == (200, {"status": "ok"})
    assert len(statements.sql) <= 2
    assert statements.writing == []


@pytest.mark.parametrize(("minutes", "failed"), [(4, False), (6, True)])
def test_a_worker_without_a_sign_of_life_is_named(
    client: Client, everything_runs: None, minutes: int, failed: bool
) -> None:
    WorkerBeat.objects.update(at=Now() - dt.timedelta(minutes=minutes))
    assert asked(client) == (200, {"status": "degraded", "failed": ["worker"]} if failed else {"status": "ok"})


@pytest.mark.parametrize(("minutes", "failed"), [(4, False), (6, True)])
def test_a_clock_that_did_not_tick_is_named(client: Client, everything_runs: None, minutes: int, failed: bool) -> None:
    with time_machine.travel(LastTick.objects.get().at + dt.timedelta(minutes=minutes), tick=False):
        assert asked(client) == (200, {"status": "degraded", "failed": ["clock"]} if failed else {"status": "ok"})


def test_both_are_named_where_none_ever_ran(client: Client) -> None:
    assert asked(client) == (200, {"status": "degraded", "failed": ["worker", "clock"]})


def test_no_worker_is_missed_where_pages_run_their_tasks(client: Client, everything_runs: None, settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    WorkerBeat.objects.all().delete()
    assert asked(client) == (200, {"status": "ok"})


Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize("setting", ["MEDIA_ROOT", "PRIVATE_ROOT"])
def test_a_disk_without_room_for_an_upload_is_named(
    client: Client, everything_runs: None, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    usage = shutil.disk_usage
    setattr(settings, setting, str(tmp_path / "not yet made"))
    assert asked(client) == (200, {"status": "ok"})

    def nearly_full(path: Any) -> Any:
        return Usage(1, 1, settings.UPLOAD_MOST_BYTES - 1) if path == tmp_path else usage(path)

    monkeypatch.setattr(health.shutil, "disk_usage", nearly_full)
    assert asked(client) == (200, {"status": "degraded", "failed": ["files"]})


def test_a_disk_that_cannot_be_written_is_named(
    client: Client, everything_runs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any, **kwargs: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(health.tempfile, "TemporaryFile", full)
    assert asked(client) == (200, {"status": "degraded", "failed": ["files"]})


def test_it_leaves_no_file_behind(client: Client, everything_runs: None, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    asked(client)
    assert list(tmp_path.iterdir()) == []


def test_it_is_down_if_the_database_cannot_be_read(client: Client) -> None:
    def fail(*args: Any) -> Any:
        raise DatabaseError("password=secret host=10.0.0.7")

    with connection.execute_wrapper(fail):
        assert asked(client) == (503, {"status": "down", "failed": ["database"]})


@pytest.mark.parametrize(("number", "status"), [(errno.ENOSPC, 507), (errno.EDQUOT, 507), (errno.EIO, None)])
def test_an_upload_that_finds_the_disk_full_gets_a_sentence(number: int, status: int | None) -> None:
    request = RequestFactory().post("/my/ask/1/", HTTP_X_REQUESTED_WITH="XMLHttpRequest")
    response = BodySizeMiddleware(lambda _: None).process_exception(request, OSError(number, "words"))  # type: ignore[arg-type,return-value]
    assert (response.status_code if response else None) == status
    if response:
        assert "no_room" in response.content.decode()


def test_the_page_of_a_full_disk_says_what_to_do(
    client: Client, admin_user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any, **kwargs: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    client.force_login(admin_user)
    file = io.BytesIO(b"text")
    file.name = "名单.txt"
    response = client.post("/admin/documents/add/", {"title": "名单", "file": file, "collection": "1"})
    assert response.status_code == 507, response.content.decode()
    assert "地方放文件" in response.content.decode()
