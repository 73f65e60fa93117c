"""A person whose data is erased while certificates of many people are issued and printed (V3)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from academy.certificates import works
from academy.certificates.batch_models import Printout
from academy.certificates.models import Certificate
from academy.people.models import Volunteer
from academy.people.services import erasing
from academy.works import services as background
from academy.works.models import Work
from tests.certificates.many import Many, begin, issue_all, many_people
from tests.hours.scene import ISSUED_AT
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def many(time_machine: Any) -> Many:
    many = many_people()
    assert issue_all(many, begin(many)) == []
    time_machine.move_to(ISSUED_AT, tick=False)
    return many


@pytest.mark.parametrize(
    ("kind", "chunk"), [(works.PrintingAsOne, 1), (works.PrintingSingly, 1), (works.PrintingSingly, 20)]
)
def test_a_person_erased_between_two_chunks_or_in_one_is_named_with_the_reason(
    client: Client, many: Many, monkeypatch: Any, kind: Any, chunk: int
) -> None:
    _first, second, _third = many.people
    note, erased = works._Run.note, []

    def note_and_erase(run: Any, *args: Any) -> None:
        note(run, *args)
        if not erased:
            erased.append(erasing.erase(volunteer=second, by=many.scene.social_worker, at=ISSUED_AT))

    monkeypatch.setattr(works._Run, "note", note_and_erase)
    monkeypatch.setattr(works, "SHARED", chunk)
    monkeypatch.setattr(works, "CHUNK", chunk)
    pks = list(Certificate.objects.order_by("number").values_list("pk", flat=True))
    given: dict[str, Any] = {"community": many.scene.community, "by": many.scene.social_worker, "at": ISSUED_AT}
    work = background.begin(kind=kind, order={"certificates": pks}, total=3, **given)

    work = Work.objects.get(pk=work.pk)
    assert isinstance(erased[0], Volunteer)
    certificate = Certificate.objects.get(volunteer=second)
    (line,) = work.lines
    assert certificate.number in line.who and "李建国" not in line.who and "本人要求删除" in line.why
    assert Printout.objects.count() == 2 and not Printout.objects.filter(certificate=certificate).exists()
    client.force_login(many.scene.social_worker)
    shown = text_of(client.get(reverse("work", args=[work.pk])))
    assert certificate.number in shown and "本人要求删除" in shown


def test_a_person_erased_while_a_batch_is_issued_is_named_by_number_alone() -> None:
    many = many_people()
    _first, second, _third = many.people
    batch = begin(many)

    def erase(done: int) -> None:
        if done == 1:
            erased = erasing.erase(volunteer=second, by=many.scene.social_worker, at=ISSUED_AT)
            assert isinstance(erased, Volunteer)

    (line,) = issue_all(many, batch, tell=erase)

    assert second.number in line.who and "李建国" not in line.who and "本人要求删除" in line.why
    assert Certificate.objects.count() == 2 and not Certificate.objects.filter(volunteer=second).exists()
