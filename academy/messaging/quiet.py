"""Quiet hours of a community: no e-mail goes out while people sleep. Pure."""

import datetime as dt


def quiet_end(local: dt.datetime, begins: dt.time, ends: dt.time) -> dt.datetime | None:
    """Return when the quiet hours around this local moment end; None outside them.

    They may last over midnight. A community whose quiet hours begin as they end has none.
    """
    now = local.time()
    if begins <= ends:
        inside, overnight = begins <= now < ends, False
    else:
        inside, overnight = now >= begins or now < ends, now >= begins
    if not inside:
        return None
    day = local.date() + dt.timedelta(days=1) if overnight else local.date()
    return dt.datetime.combine(day, ends, local.tzinfo)


def is_of_today(until: dt.datetime | None, local: dt.datetime, end: dt.datetime) -> bool:
    """Return whether a message of use `until` then is about this day, or ends with the quiet hours."""
    return until is not None and (until.astimezone(local.tzinfo).date() == local.date() or until <= end)
