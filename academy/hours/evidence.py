"""The evidence that hours rest on (P5). Pure: the standard library only."""

from collections.abc import Iterable, Sequence
from enum import StrEnum


class Evidence(StrEnum):
    """The kinds of evidence that somebody was present, the strongest first."""

    SCANNED = "scanned"  # a code or a card scanned on the spot
    ROSTER = "roster"  # a roster, ticked or signed, or the leader's word (C5)
    MAKE_UP = "make_up"  # entered or put right afterwards (K8, K9)
    IMPORTED = "imported"  # from an earlier list: this system saw no scan of it


_EVIDENCE_OF = {
    "rotating": Evidence.SCANNED,
    "static": Evidence.SCANNED,
    "card": Evidence.SCANNED,
    "everybody_out": Evidence.SCANNED,  # as strong as the check-in
    "tick": Evidence.ROSTER,
    "paper": Evidence.ROSTER,
    "vouched": Evidence.ROSTER,
    "make_up": Evidence.MAKE_UP,
    "correction": Evidence.MAKE_UP,
    "imported": Evidence.IMPORTED,
}
_WEAKEST_LAST = list(Evidence)


def sum_by_evidence(records: Iterable[tuple[Sequence[str], int]]) -> list[tuple[Evidence, int]]:
    """Sum the minutes of records by evidence.

    A record is given as the methods of its scans, and its minutes. It is as strong as its weakest scan. An imported
    record has no scan and the method "imported".
    """
    minutes = dict.fromkeys(Evidence, 0)
    for methods, counted in records:
        minutes[max((_EVIDENCE_OF[method] for method in methods), key=_WEAKEST_LAST.index)] += counted
    return [(evidence, total) for evidence, total in minutes.items() if total]
