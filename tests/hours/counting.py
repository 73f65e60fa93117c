"""Counted records, for tests."""

import datetime as dt

from academy.hours.models import ServiceRecord
from tests.hours.scene import SATURDAY

SUNDAY = SATURDAY + dt.timedelta(days=1)


def only(records: list[ServiceRecord]) -> ServiceRecord:
    (record,) = records
    return record
