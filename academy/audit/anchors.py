"""Anchors: the ends of the chains of seals, kept outside the database, as on a printed notice.

An anchor reads `community:number:hash`; the hash may be cut to its first `SHORT` characters.
"""

from collections.abc import Iterable, Iterator

from academy.core.models import Community
from academy.hours.models import LedgerHead, Seal

SHORT = 16


def anchor_of(community: Community, *, short: bool = False) -> str:
    """Return the anchor of the community's last seal; an empty text without any seal."""
    head = LedgerHead.objects.filter(community=community).first()
    if head is None or not head.seal_seq:
        return ""
    return f"{community.slug}:{head.seal_seq}:{head.seal_hash[:SHORT] if short else head.seal_hash}"


def differences(printed: Iterable[str]) -> Iterator[str]:
    """Yield the anchors that the chains no longer hold: an end was cut off or replaced."""
    for anchor in printed:
        slug, _, rest = anchor.partition(":")
        number, _, digest = rest.partition(":")
        if not number.isdecimal() or len(digest) < SHORT:
            yield f"{anchor}: this is no anchor"
            continue
        seal = Seal.objects.filter(community__slug=slug, seq=int(number)).first()
        if seal is None:
            yield f"{anchor}: the chain of seals has no number {number}"
        elif not seal.hash.startswith(digest):
            yield f"{anchor}: seal {number} has the hash {seal.hash}"
