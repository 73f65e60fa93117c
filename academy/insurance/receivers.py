"""Receivers: the policies on record, and what an activity still lacks when it is published (A1, V1)."""

import datetime as dt
from typing import Any

from django.dispatch import receiver

from academy.activities.models import Activity
from academy.activities.signals import ask_against_publishing, ask_policies, ask_what_is_left
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.insurance.cover import numbers_in_force
from academy.insurance.services import terms


@receiver(ask_against_publishing, sender=Activity, dispatch_uid="insurance.refuse_publishing")
def refuse_publishing(activity: Activity, in_row: bool, **kwargs: Any) -> Refusal | None:
    return terms.refuse_publishing(activity, in_row=in_row)


@receiver(ask_what_is_left, sender=Activity, dispatch_uid="insurance.remarks_on")
def remarks_on(activity: Activity, **kwargs: Any) -> list[str]:
    return terms.remarks_on(activity)


@receiver(ask_policies, sender=Activity, dispatch_uid="insurance.name_policies")
def name_policies(communities: list[Community], day: dt.date, **kwargs: Any) -> list[str]:
    return numbers_in_force([one.pk for one in communities], day) if communities else []
