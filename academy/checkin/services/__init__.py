"""What is done at the gate: codes shown, scans taken by every way, visits made of them, acts of the leader."""

from academy.checkin.services import claims
from academy.checkin.services.codes import (
    LiveCode,
    checkpoint_for,
    find_typed,
    open_checkpoints,
    rotating_codes,
    unknown_checkpoint,
)
from academy.checkin.services.correcting import set_right
from academy.checkin.services.devices import device_with, issue_device, key_of, roster_as_json, roster_of, token_of
from academy.checkin.services.leading import annul, check_everybody_out
from academy.checkin.services.paper import key_in, why_not
from academy.checkin.services.scanning import (
    Answer,
    Prospect,
    prospect,
    record_for,
    record_scan,
    seconds_today,
    stored_answer,
)
from academy.checkin.services.sync import MOST_AT_ONCE, Result, receive_scans
from academy.checkin.services.visits import rebuild_for_merged, rebuild_visits, seal_visits, sweep_merged

__all__ = [
    "MOST_AT_ONCE",
    "Answer",
    "LiveCode",
    "Prospect",
    "Result",
    "annul",
    "check_everybody_out",
    "checkpoint_for",
    "claims",
    "device_with",
    "find_typed",
    "issue_device",
    "key_in",
    "key_of",
    "open_checkpoints",
    "prospect",
    "rebuild_for_merged",
    "rebuild_visits",
    "receive_scans",
    "record_for",
    "record_scan",
    "roster_as_json",
    "roster_of",
    "rotating_codes",
    "seal_visits",
    "seconds_today",
    "set_right",
    "stored_answer",
    "sweep_merged",
    "token_of",
    "unknown_checkpoint",
    "why_not",
]
