"""What hours rest on (P5). Pure: the standard library only."""

from collections.abc import Iterable, Sequence
from enum import StrEnum


class Evidence(StrEnum):
    """What somebody's presence rests on, the strongest first."""

    SCANNED = "scanned"  # a code or a card scanned on the spot
    ROSTER = "roster"  # a roster, ticked or signed, or the leader's word (C5)
    MAKE_UP = "make_up"  # entered or put right afterwards (K8, K9)
    IMPORTED = "imported"  # brought along from an earlier list: nothing of it was seen here


_EVIDENCE_OF = {
    "rotating": Evidence.SCANNED,
    "static": Evidence.SCANNED,
    "card": Evidence.SCANNED,
    "everybody_out": Evidence.SCANNED,  # it rests on what the check-in rests on
    "tick": Evidence.ROSTER,
    "paper": Evidence.ROSTER,
    "vouched": Evidence.ROSTER,
    "make_up": Evidence.MAKE_UP,
    "correction": Evidence.MAKE_UP,
    "imported": Evidence.IMPORTED,
}
_WEAKEST_LAST = list(Evidence)


def sum_by_evidence(records: Iterable[tuple[Sequence[str], int]]) -> list[tuple[Evidence, int]]:
    """Minutes by what they rest on, of records given as the methods of their scans and their minutes.

    A record is as strong as its weakest scan; one that was imported has the method "imported" and no scan.
    """
    minutes = dict.fromkeys(Evidence, 0)
    for methods, counted in records:
        minutes[max((_EVIDENCE_OF[method] for method in methods), key=_WEAKEST_LAST.index)] += counted
    return [(evidence, total) for evidence, total in minutes.items() if total]
