"""What is done at the gate: codes shown, scans taken by every way, visits made of them, acts of the leader."""

from academy.checkin.services.codes import (
    LiveCode,
    checkpoint_for,
    find_typed,
    open_checkpoints,
    rotating_codes,
    unknown_checkpoint,
)
from academy.checkin.services.leading import check_everybody_out
from academy.checkin.services.scanning import (
    Answer,
    Prospect,
    prospect,
    record_for,
    record_scan,
    seconds_today,
    stored_answer,
)
from academy.checkin.services.visits import rebuild_for_merged, rebuild_visits, seal_visits, sweep_merged

__all__ = [
    "Answer",
    "LiveCode",
    "Prospect",
    "check_everybody_out",
    "checkpoint_for",
    "find_typed",
    "open_checkpoints",
    "prospect",
    "rebuild_for_merged",
    "rebuild_visits",
    "record_for",
    "record_scan",
    "rotating_codes",
    "seal_visits",
    "seconds_today",
    "stored_answer",
    "sweep_merged",
    "unknown_checkpoint",
]
