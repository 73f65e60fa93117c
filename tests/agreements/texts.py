"""Agreements for tests, made by the services."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from academy.agreements import services
from academy.agreements.models import Agreement, Signature
from academy.people.permissions import DutyRole
from tests.factories import UserFactory

TEXT = "一、协助长辈理发、量血压。\n二、两人一组上门，先电话约好。\n三、本院为志愿者购买意外伤害保险。"


def worker_of(community: Any) -> Any:
    return UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])


def publish_text(
    community: Any, *, by: Any = None, kind: str = "agreement", title: str = "志愿服务协议书", text: str = TEXT
) -> Agreement:
    by, now = by or worker_of(community), timezone.now()
    draft = services.write_draft(community=community, kind=kind, title=title, text=text, by=by, at=now)
    assert isinstance(draft, Agreement), draft
    published = services.publish(agreement=draft, by=by, at=now)
    assert isinstance(published, Agreement), published
    return published


def photo(name: str = "签字.jpg", content: bytes = b"\xff\xd8photo") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


def sign_on_paper(agreement: Agreement, volunteer: Any, *, by: Any = None, at: Any = None) -> Signature:
    now = at or timezone.now()
    stored = services.record_paper(
        agreement=agreement,
        volunteer=volunteer,
        signed_on=timezone.localdate(now),
        photo=photo(),
        by=by or worker_of(agreement.community),
        at=now,
    )
    assert isinstance(stored, Signature), stored
    return stored
