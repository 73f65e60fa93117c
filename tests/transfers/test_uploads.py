"""An uploaded spreadsheet: kept, given its columns, discarded, forgotten."""

from typing import Any

import pytest

from academy.core.refusals import Refusal
from academy.people.permissions import DutyRole
from academy.transfers.models import Upload
from academy.transfers.services import importing, imports, uploading
from tests.factories import UserFactory, VolunteerFactory
from tests.hours.scene import Scene
from tests.transfers.lists import (
    COLUMNS,
    NOW,
    csv_of,
    row,
    upload_list,
)


def keep(scene: Scene, **changed: Any) -> Any:
    given = {
        "community": scene.community,
        "issuer": scene.issuer,
        "leader": scene.leader,
        "name": "C:/名单.csv",
        "content": csv_of(row()),
        "by": scene.social_worker,
        "at": NOW,
    }
    return imports.keep_upload(**{**given, **changed})


def test_a_spreadsheet_is_kept_privately_until_it_is_imported(scene: Scene) -> None:
    upload = keep(scene)
    assert (upload.name, upload.uploaded_by, upload.uploaded_at) == ("名单.csv", scene.social_worker, NOW)
    assert upload.file.name.startswith("imports/") and "名单" not in upload.file.name
    with pytest.raises(NotImplementedError):
        upload.file.url  # noqa: B018
    table = imports.table_of(upload)
    assert not isinstance(table, Refusal) and [line.number for line in table.lines] == [1, 2]


def test_a_community_uploads_so_many_bytes_in_a_day(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "BYTES_A_DAY", 2 * len(csv_of(row())))
    assert [isinstance(keep(scene), Upload) for _time in range(3)] == [True, True, False]
    assert keep(scene).code == "quota_full"
    assert isinstance(keep(Scene()), Upload)


def test_a_spreadsheet_is_kept_only_where_one_confirms_hours(scene: Scene) -> None:
    elsewhere = Scene()
    unruled = VolunteerFactory()
    for code, changed in {
        "not_allowed": {"by": elsewhere.social_worker},
        "foreign_leader": {"leader": elsewhere.leader},
        "foreign_issuer": {"issuer": elsewhere.issuer},
        "not_a_spreadsheet": {"content": b"%PDF", "name": "a.pdf"},
        "empty": {"content": b""},
    }.items():
        answer = keep(scene, **changed)
        assert isinstance(answer, Refusal) and answer.code == code
    worker = UserFactory(duties=[(unruled.community, DutyRole.SOCIAL_WORKER)])
    answer = keep(scene, community=unruled.community, leader=unruled, by=worker)
    assert answer.code == "foreign_issuer"
    scene.issuer.community = unruled.community
    assert keep(scene, community=unruled.community, leader=unruled, by=worker).code == "no_rules"
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("code", "columns"),
    [
        ("needs_person", {"date": 0, "hours": 1, "title": 2, "phone": 3}),
        ("needs_date", {"name": 0, "hours": 1, "title": 2}),
        ("needs_hours", {"name": 0, "date": 1, "title": 2, "begins": 3}),
        ("needs_title", {"name": 0, "date": 1, "hours": 2}),
    ],
)
def test_the_needed_columns_are_asked_for(scene: Scene, code: str, columns: dict[str, int]) -> None:
    answer = imports.choose_columns(upload=keep(scene), header=1, columns=columns, by=scene.social_worker)
    assert isinstance(answer, Refusal) and answer.code == code


def test_a_spreadsheet_can_be_discarded_file_and_all(scene: Scene, django_capture_on_commit_callbacks: Any) -> None:
    upload = keep(scene)
    storage, name = upload.file.storage, upload.file.name
    stranger = Scene().social_worker
    assert imports.discard_upload(upload=upload, by=stranger).code == "not_allowed"
    assert imports.choose_columns(upload=upload, header=1, columns=COLUMNS, by=stranger).code == "not_allowed"
    with django_capture_on_commit_callbacks(execute=True):
        assert imports.discard_upload(upload=upload, by=scene.social_worker) is None
    assert not storage.exists(name)
    for answer in (
        imports.discard_upload(upload=upload, by=scene.social_worker),
        imports.choose_columns(upload=upload, header=1, columns=COLUMNS, by=scene.social_worker),
        importing.import_rows(upload=upload, mark="", only_if_all_are_good=False, by=scene.social_worker, at=NOW),
    ):
        assert isinstance(answer, Refusal) and answer.code == "already_done"


def test_a_dry_run_needs_its_columns_its_file_and_the_right(scene: Scene) -> None:
    upload = keep(scene)
    assert imports.dry_run(upload=upload, by=scene.social_worker, at=NOW).code == "needs_columns"
    assert imports.dry_run(upload=upload, by=scene.leading, at=NOW).code == "not_allowed"
    upload = upload_list(scene, row())
    upload.file.storage.delete(upload.file.name)
    assert imports.dry_run(upload=upload, by=scene.social_worker, at=NOW).code == "corrupt"
    answer = importing.import_rows(upload=upload, mark="", only_if_all_are_good=False, by=scene.social_worker, at=NOW)
    assert isinstance(answer, Refusal) and answer.code == "corrupt"
