"""Policies and filings for tests."""

import datetime as dt
from typing import Any

from academy.insurance.models import Filing, Policy
from academy.insurance.services import filing
from tests.hours.scene import Scene, moment

YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
THURSDAY = dt.date(2026, 1, 8)


def policy_for(
    scene: Scene, number: str = "PICC-2026-8", days: tuple[dt.date, dt.date] = YEAR, **fields: Any
) -> Policy:
    return Policy.objects.create(
        community=scene.community, insurer="人保财险", number=number, starts_on=days[0], ends_on=days[1], **fields
    )


def file_it(scene: Scene, activity: Any, number: str = "BA-118", recipient: str = "insurer", **more: Any) -> Any:
    at = more.pop("at", moment("09:00", THURSDAY))
    return filing.file_activity(
        activity=activity,
        recipient=recipient,
        number=number,
        filed_on=more.pop("filed_on", THURSDAY),
        by=more.pop("by", scene.social_worker),
        at=at,
        **more,
    )


def filed(scene: Scene, activity: Any, **more: Any) -> Filing:
    answer = file_it(scene, activity, **more)
    assert isinstance(answer, Filing), answer
    return answer
