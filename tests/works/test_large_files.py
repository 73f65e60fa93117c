"""Files that are made while they are written: whole or not at all, and never whole in memory."""

import errno
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from academy.core.files import PrivateFiles
from academy.works import services
from academy.works.models import Work
from academy.works.refusals import DISK_FULL, FILE_GONE, STOPPED_IN_PARTS, WORK_FAILED
from tests.works.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def begin(counting, home, worker):
    def begin() -> Work:
        work = services.begin(kind=counting, community=home, order={"to": 3}, total=3, by=worker, at=NOW)
        work.refresh_from_db()
        return work

    return begin


def files() -> list[Path]:
    return list(Path(settings.PRIVATE_ROOT, services.FOLDER).glob("*"))


def use_pieces(counting, *pieces):
    def by_pieces(job):
        for piece in pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    counting.by_pieces = staticmethod(by_pieces)


def test_it_is_sealed_on_the_disk_and_sent_as_it_was(client, begin, counting):
    use_pieces(counting, "一二三".encode(), b"\r\n", b"x" * 2_000_000)

    work = begin()

    assert work.file.endswith(services.IN_PIECES)
    assert "一二三".encode() not in Path(settings.PRIVATE_ROOT, work.file).read_bytes()
    answer = client.post(reverse("work_file", args=[work.pk]))
    assert answer.streaming and answer.getvalue() == "一二三".encode() + b"\r\n" + b"x" * 2_000_000
    assert "no-store" in answer["Cache-Control"]


def test_a_full_disk_leaves_no_half_file_and_is_said(client, begin, counting, monkeypatch):
    before = files()
    use_pieces(counting, b"x" * 2_000_000, OSError(errno.ENOSPC, "No space left on device"))

    work = begin()

    assert (work.state, work.trouble, work.file, counting.settled) == ("failed", str(DISK_FULL), "", [])
    assert files() == before
    assert "服务器的磁盘满了" in client.get(reverse("work", args=[work.pk])).content.decode()


def test_a_full_disk_is_said_for_small_files_too(begin, counting, monkeypatch):
    def full(self, name, content):
        raise OSError(errno.EDQUOT, "Quota exceeded")

    monkeypatch.setattr(PrivateFiles, "_save", full)

    assert begin().trouble == str(DISK_FULL)


def test_another_failure_of_the_disk_is_none_of_space(begin, counting):
    use_pieces(counting, OSError(errno.EIO, "Input/output error"))

    assert begin().trouble == str(WORK_FAILED)


def test_cancelled_while_it_is_written_it_leaves_no_file(begin, counting, worker, later):
    work = begin()
    before = files()

    def by_pieces(job):
        yield b"x" * 2_000_000
        services.cancel(work=work, by=worker, at=NOW)
        job.tell(2)

    counting.by_pieces = staticmethod(by_pieces)
    services.perform.func(work_id=work.pk)

    work.refresh_from_db()
    assert (work.state, work.file, counting.settled) == ("cancelled", "", [])
    assert files() == before


def test_a_damaged_file_is_gone(begin, counting, worker):
    use_pieces(counting, b"123")
    work = begin()
    path = Path(settings.PRIVATE_ROOT, work.file)
    path.write_bytes(path.read_bytes()[:-20])

    assert services.fetch(work=work, by=worker, at=NOW) == FILE_GONE


def test_a_work_in_parts_says_what_stays(client, begin, counting, worker, later):
    counting.in_parts = True
    work = begin()
    services.cancel(work=work, by=worker, at=NOW)
    page = client.get(reverse("work", args=[work.pk])).content.decode()
    assert "已经完成的保留" in page and "没有任何改动" not in page


def test_a_work_in_parts_that_fails_or_falls_silent_says_what_stays(begin, counting, later):
    counting.in_parts = True
    work = begin()
    counting.meanwhile = lambda job: 1 / 0
    services.perform.func(work_id=work.pk)
    work.refresh_from_db()
    assert work.trouble == str(STOPPED_IN_PARTS)

    silent = begin()
    services.tidy(NOW + 2 * services.SILENCE)
    silent.refresh_from_db()
    assert silent.trouble == str(STOPPED_IN_PARTS)
