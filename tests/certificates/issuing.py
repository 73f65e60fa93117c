"""Certificates to issue, for tests."""

import datetime as dt
from typing import Any

from academy.certificates import services
from academy.certificates.models import Certificate
from academy.core.refusals import Refusal
from academy.people.models import Issuer, User, Volunteer
from tests.hours.scene import ISSUED_AT, Scene

JANUARY = (dt.date(2026, 1, 1), dt.date(2026, 1, 31))


def issue(
    scene: Scene,
    volunteer: Volunteer,
    *,
    issuer: Issuer | None = None,
    period: tuple[dt.date, dt.date] = JANUARY,
    by: User | None = None,
    **kwargs: Any,
) -> Certificate | Refusal:
    return services.issue(
        issuer=issuer or scene.issuer,
        volunteer=volunteer,
        period_from=period[0],
        period_to=period[1],
        by=by or scene.social_worker,
        **{"at": ISSUED_AT, **kwargs},
    )


def issued(answer: Certificate | Refusal) -> Certificate:
    assert isinstance(answer, Certificate), answer
    return answer
