"""Anchors: the ends of the chains of seals, to be kept outside the database.

An anchor reads `community:number:hash`; on paper the hash is cut to its first `SHORT` characters. The audit compares
those that were kept (docs/hours.md, “What the audit proves”).
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from academy.core.models import Community
from academy.hours.models import LedgerHead, Seal

SHORT = 16


@dataclass(frozen=True)
class Anchor:
    """The last seal of a community. It covers the end of the ledger and holds no personal data."""

    community: str  # its short name
    number: int
    hash: str
    day: dt.date  # the local day of the seal

    def __str__(self) -> str:
        return f"{self.community}:{self.number}:{self.hash}"

    @property
    def short(self) -> str:
        """The anchor as it is printed."""
        return f"{self.community}:{self.number}:{self.hash[:SHORT]}"


def anchors(*communities: Community) -> list[Anchor]:
    """Return the anchors of these communities, or of all, by short name. An empty chain has none."""
    last = Seal.objects.filter(community=OuterRef("community"), seq=OuterRef("seal_seq"))
    heads = LedgerHead.objects.filter(seal_seq__gt=0).annotate(sealed_at=Subquery(last.values("sealed_at")[:1]))
    if communities:
        heads = heads.filter(community__in=communities)
    return [
        Anchor(slug, number, digest, timezone.localdate(sealed_at))
        for slug, number, digest, sealed_at in heads.order_by("community__slug").values_list(
            "community__slug", "seal_seq", "seal_hash", "sealed_at"
        )
        if sealed_at is not None  # the head of a chain that was cut off names no seal
    ]


def short_anchor_of(community: Community) -> str:
    """Return the community's anchor as it is printed; an empty text without any seal."""
    return next((anchor.short for anchor in anchors(community)), "")
