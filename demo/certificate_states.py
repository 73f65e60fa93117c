"""Certificates in each state: one is valid, one was replaced, one was revoked."""

import datetime as dt

from django.utils import timezone

from academy.certificates import services
from academy.certificates.models import Certificate, Closure
from academy.core.models import Community
from academy.people.models import Issuer, User, Volunteer

VALID, REPLACED, REVOKED = "张桂兰", "吴丽华", "李建国"


def add_certificates(community: Community, *, by: User, at: dt.datetime) -> None:
    """Issue a certificate for each of the three, replace one and revoke one. A second call adds none."""
    if Certificate.objects.filter(community=community).exists():
        return
    _issue(community, VALID, by=by, at=at)
    newer = services.reissue(certificate=_issue(community, REPLACED, by=by, at=at), note="姓名用字更正", by=by, at=at)
    assert isinstance(newer, Certificate), newer
    revoked = services.revoke(
        certificate=_issue(community, REVOKED, by=by, at=at),
        note="统计日期选错，另行出具",
        by=by,
        at=at,
    )
    assert isinstance(revoked, Closure), revoked


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
