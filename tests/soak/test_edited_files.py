"""A thousand certificates edited by forgers, in our own typography or in a PDF editor."""

from random import Random

import pytest

from academy.certificates import file_checks, printing
from academy.paper import comparing
from tests.certificates.conftest import a_scene_and_its_volunteer
from tests.certificates.issuing import issue, issued
from tests.certificates.test_file_checks import find_every_edit
from tests.hours.scene import ISSUED_AT

A_TENTH = 100


@pytest.mark.django_db
@pytest.mark.parametrize("tenth", range(10))
def test_of_a_thousand_edited_files_each_is_found(monkeypatch: pytest.MonkeyPatch, tenth: int) -> None:
    monkeypatch.setattr(comparing, "read_stranger", comparing.read_own)
    monkeypatch.setattr(file_checks, "_PERSONAL_IN_A_DAY", A_TENTH)
    scene, volunteer = a_scene_and_its_volunteer()
    certificate = issued(issue(scene, volunteer))
    pdf = printing.render(certificate, at=ISSUED_AT)
    assert isinstance(pdf, bytes)
    find_every_edit(certificate, pdf, Random(20261130 + tenth), many=A_TENTH)
