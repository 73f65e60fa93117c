"""Checkpoints, and the codes that a screen shows for them."""

import datetime as dt
import hashlib
import logging
import re
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.db import transaction

from academy.activities.models import Activity
from academy.checkin import tokens
from academy.checkin.context import Gate
from academy.checkin.models import Checkpoint
from academy.checkin.refusals import refusal_for, worded_for_typing
from academy.core.keys import normalise_key, random_key
from academy.core.refusals import Refusal
from academy.core.text import identifier

logger = logging.getLogger(__name__)

CHECKPOINT_BITS = 50
CODE_MINUTES = 10  # the leader's page gets codes so far ahead, in case the network fails
_TYPED = re.compile(r"(?:(?:.*/)?c/)?([0-9a-z\s-]+)(?:/([0-9a-z\s-]+))?/?", re.IGNORECASE)  # an address, key or code


@dataclass(frozen=True, slots=True)
class LiveCode:
    """A rotating code with the time in which the leader's screen shows it."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    code: str


@transaction.atomic
def open_checkpoints(*, activity: Activity) -> None:
    """Create the activity's two checkpoints: one printed, one on the leader's screen."""
    for rotating in (False, True):
        checkpoint_for(activity, rotating=rotating)


def checkpoint_for(activity: Activity, *, rotating: bool) -> Checkpoint:
    """Return the activity's checkpoint of this kind. Create it if a crash left it missing."""
    checkpoint, _created = Checkpoint.objects.get_or_create(
        activity=activity, rotating=rotating, defaults={"key": random_key(CHECKPOINT_BITS)}
    )
    return checkpoint


def rotating_codes(checkpoint: Checkpoint, *, at: dt.datetime, minutes: int = CODE_MINUTES) -> list[LiveCode]:
    """Return the code for `at` and those of the next minutes, for a screen that loses its network."""
    if not checkpoint.rotating:
        raise ValueError(f"checkpoint {checkpoint.pk} is printed: it has no rotating codes")
    first = tokens.step_at(at.timestamp())
    steps = range(first, tokens.step_at(at.timestamp() + 60 * minutes) + 1)
    return [
        LiveCode(
            starts_at=dt.datetime.fromtimestamp(step * tokens.STEP_SECONDS, dt.UTC),
            ends_at=dt.datetime.fromtimestamp((step + 1) * tokens.STEP_SECONDS, dt.UTC),
            code=tokens.code_for(secret(), checkpoint.key, step),
        )
        for step in steps
    ]


def find_typed(*, text: str, at: dt.datetime) -> tuple[str, str | None] | Refusal:
    """Return the checkpoint's key, and the screen's code if any, for a typed code, key or address.

    Refuses with `unknown_checkpoint`, `code_expired`.
    """
    parts = _TYPED.fullmatch(identifier(text))
    key, code = (normalise_key(part or "") for part in parts.groups()) if parts else ("", "")
    if not key:
        return worded_for_typing(refusal_for("unknown_checkpoint", at=at))
    if code:
        return key, code
    if Checkpoint.objects.filter(key=key).exists():
        return key, None
    return _find_screen(key, at)


def _find_screen(code: str, at: dt.datetime) -> tuple[str, str] | Refusal:
    """Return the key and code of the screen that shows `code`, among activities within a day of `at`."""
    nearby = dt.timedelta(days=1)
    keys = (
        Checkpoint.objects.filter(
            rotating=True,
            activity__shifts__starts_at__lt=at + nearby,
            activity__shifts__ends_at__gt=at - nearby,
        )
        .values_list("key", flat=True)
        .distinct()
    )
    reason = "unknown_checkpoint"
    for key in keys:
        match tokens.judge(secret(), key, code, at.timestamp()):
            case tokens.Verdict.VALID:
                return key, code
            case tokens.Verdict.EXPIRED:
                reason = "code_expired"
    logger.warning("%s: typed %.16s", reason, code)
    return worded_for_typing(refusal_for(reason, at=at))


def unknown_checkpoint(*, at: dt.datetime) -> Refusal:
    """Return the refusal of a code that has no checkpoint."""
    return refusal_for("unknown_checkpoint", at=at)


def judge_code(gate: Gate, code: str | None, at: dt.datetime) -> str:
    """Return why the code is not valid, `bad_code` or `code_expired`; an empty text if it is."""
    if not gate.rotating:
        return ""
    match tokens.judge(secret(), gate.key, normalise_key(code or ""), at.timestamp()):
        case tokens.Verdict.VALID:
            return ""
        case tokens.Verdict.EXPIRED:
            return "code_expired"
        case _:
            return "bad_code"


def secret() -> bytes:
    """Return the secret from which all codes, tokens and keys of check-in are derived."""
    return _derive(settings.SECRET_KEY)


@lru_cache(maxsize=2)
def _derive(secret_key: str) -> bytes:
    """Derive a key for check-in alone, so that no other use of the secret key can make a code."""
    return hashlib.sha256(b"academy.checkin.tokens:" + secret_key.encode()).digest()
