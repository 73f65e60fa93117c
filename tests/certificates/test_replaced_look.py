"""A replacement keeps the template that was chosen for the certificate it replaces."""

import datetime as dt
from typing import Any

import pytest

from academy.certificates import awarding, services
from academy.certificates.models import Certificate
from academy.designs import services as designs
from academy.designs.models import Design
from academy.designs.standard import STANDARD
from academy.people.models import Volunteer
from tests.certificates.awarded import give_all
from tests.certificates.awarded import issue as issue_award
from tests.certificates.issuing import issue, issued
from tests.hours.scene import ISSUED_AT, Scene

pytestmark = pytest.mark.slow


def publish(scene: Scene, kind: str, name: str, days: int = 0) -> Design:
    standard, at = STANDARD[kind], ISSUED_AT + dt.timedelta(days=days)
    given = {"community": scene.community, "kind": kind, "by": scene.social_worker, "at": at}
    draft = designs.write_draft(name=name, heading=standard.heading, body=standard.body, **given)
    assert isinstance(draft, Design), draft
    published = designs.publish(design=draft, by=scene.social_worker, at=at)
    assert isinstance(published, Design), published
    return published


def reissue(scene: Scene, certificate: Certificate) -> Certificate:
    return issued(awarding.reissue(certificate=certificate, note="更正", by=scene.social_worker, at=ISSUED_AT))


def version_of(certificate: Certificate) -> Any:
    return certificate.snapshot["design"]["version"]


def test_of_service_in_its_latest_version(scene: Scene, volunteer: Volunteer) -> None:
    first = publish(scene, "service", "甲")
    publish(scene, "service", "乙", days=1)
    certificate = issued(issue(scene, volunteer, design="甲"))
    assert version_of(certificate) == first.pk
    assert version_of(reissue(scene, certificate)) == first.pk
    newer = publish(scene, "service", "甲", days=2)
    publish(scene, "service", "丙", days=3)
    assert version_of(reissue(scene, Certificate.objects.latest("pk"))) == newer.pk


def test_of_an_award(scene: Scene, volunteer: Volunteer) -> None:
    give_all(scene, volunteer)
    first = publish(scene, "tier", "甲")
    publish(scene, "tier", "乙", days=1)
    certificate = issued(issue_award(scene, volunteer, "tier:beginner", design="甲"))
    assert version_of(reissue(scene, certificate)) == first.pk


def test_when_the_content_changed(scene: Scene, volunteer: Volunteer) -> None:
    give_all(scene, volunteer)
    first = publish(scene, "tier", "甲")
    second = publish(scene, "tier", "乙", days=1)
    issued(issue_award(scene, volunteer, "tier:beginner", design="甲"))
    Volunteer.objects.filter(pk=volunteer.pk).update(name="王秀瑛")
    newer = issued(issue_award(scene, Volunteer.objects.get(pk=volunteer.pk), "tier:beginner"))
    assert version_of(newer) == first.pk
    Volunteer.objects.filter(pk=volunteer.pk).update(name="王秀英")
    chosen = issue_award(scene, Volunteer.objects.get(pk=volunteer.pk), "tier:beginner", design="乙")
    assert version_of(issued(chosen)) == second.pk


def test_the_form_of_schools_stays_the_products_own(scene: Scene, volunteer: Volunteer) -> None:
    certificate = issued(issue(scene, volunteer, school="湘龙中学", school_class="高一（3）班"))
    publish(scene, "service", "甲")
    assert "design" not in reissue(scene, certificate).snapshot


def test_after_a_correction_of_the_ledger(scene: Scene, volunteer: Volunteer, monkeypatch: Any) -> None:
    first = publish(scene, "service", "甲")
    publish(scene, "service", "乙", days=1)
    certificate = issued(issue(scene, volunteer, design="甲"))
    newer = services._replace(certificate, by=scene.social_worker, at=ISSUED_AT, note="更正")
    assert version_of(issued(newer)) == first.pk
