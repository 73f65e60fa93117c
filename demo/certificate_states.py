"""Certificates in each state: valid, replaced, revoked; and the receipt of an office."""

import datetime as dt

from django.utils import timezone

from academy.certificates import receipts, services
from academy.certificates.models import Certificate, Closure, Receipt
from academy.certificates.pasted import PastedLine
from academy.core.models import Community
from academy.people.models import Issuer, User, Volunteer

VALID, REPLACED, REVOKED = "张桂兰", "吴丽华", "李建国"
UNKNOWN = "ZM99-2025-000001"


def add_certificates(community: Community, *, by: User, at: dt.datetime) -> None:
    """Issue a certificate for each of the three, replace one and revoke one. A second call adds none."""
    if Certificate.objects.filter(community=community).exists():
        return
    valid = _issue(community, VALID, by=by, at=at)
    replaced = _issue(community, REPLACED, by=by, at=at)
    newer = services.reissue(certificate=replaced, note="姓名用字更正", by=by, at=at)
    assert isinstance(newer, Certificate), newer
    wrong = _issue(community, REVOKED, by=by, at=at)
    revoked = services.revoke(certificate=wrong, note="统计日期选错，另行出具", by=by, at=at)
    assert isinstance(revoked, Closure), revoked
    _give_receipt([valid, replaced, newer, wrong], at=at)


def _give_receipt(certificates: list[Certificate], *, at: dt.datetime) -> None:
    """Check them as an office does: by their codes, and one by its number alone.

    One paper is not ours, and one photo is blurred.
    """
    asked = [
        *(PastedLine(number=one.number, code=one.code) for one in certificates),
        PastedLine(number=certificates[0].number),
        PastedLine(number=UNKNOWN),
        PastedLine(on_photo=True),
    ]
    receipt = receipts.give_receipt(asked=asked, network="demo", at=at)
    assert isinstance(receipt, Receipt), receipt


def _issue(community: Community, name: str, *, by: User, at: dt.datetime) -> Certificate:
    today = timezone.localdate(at)
    certificate = services.issue(
        issuer=Issuer.objects.get(community=community),
        volunteer=Volunteer.objects.filter(community=community, name=name).earliest("pk"),
        period_from=today - dt.timedelta(days=365),
        period_to=today,
        by=by,
        at=at,
    )
    assert isinstance(certificate, Certificate), certificate
    return certificate
