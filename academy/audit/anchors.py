"""Anchors kept outside the database and in certificates, compared with the chains of seals."""

import json
from collections.abc import Iterable, Iterator

from academy.certificates.models import Certificate
from academy.core.short_names import now_called
from academy.core.sql import batched
from academy.hours.anchors import SHORT
from academy.hours.models import Seal

LONGEST = 10  # digits of a number that the column holds


def differences(kept: Iterable[str]) -> Iterator[str]:
    """Yield the anchors that the chains no longer hold: an end was cut off or replaced."""
    kept = list(kept)
    found = _compare(kept)
    yield from (f"{anchor}: {found[anchor]}" for anchor in kept if anchor in found)


def differing_certificates() -> Iterator[str]:
    """Yield the certificates whose anchor the chains no longer hold. Earlier releases printed none."""
    printed = Certificate.objects.order_by("pk").filter(snapshot__has_key="anchor")
    carried = printed.values_list("number", "snapshot__anchor")
    for some in batched([(number, str(anchor)) for number, anchor in carried if anchor]):
        found = _compare([anchor for _number, anchor in some])
        yield from (f"certificate {number}: {anchor}: {found[anchor]}" for number, anchor in some if anchor in found)


def read(text: str) -> list[str]:
    """Return the anchors in a text: one on each line, or the JSON of /ledger/head.json. Raises ValueError."""
    if not text.lstrip().startswith("{"):
        return [line.strip() for line in text.splitlines() if line.strip()]
    try:
        return [str(one["anchor"]) for one in json.loads(text)["heads"]]
    except (KeyError, TypeError) as error:
        raise ValueError(str(error)) from error


def _compare(anchors: list[str]) -> dict[str, str]:
    """Return the anchors that differ from the chains, each with what is there instead."""
    parsed = {anchor: _parse(anchor) for anchor in anchors}
    numbers = {place[1] for place in parsed.values() if place}
    seals = Seal.objects.filter(seq__in=numbers).values_list("community__slug", "seq", "hash")
    hashes = {(slug, number): digest for slug, number, digest in seals}
    renamed = now_called()  # an anchor printed earlier has the short name of its day
    found = {}
    for anchor, place in parsed.items():
        if place is None:
            found[anchor] = "this is no anchor"
            continue
        slug, number, digest = renamed.get(place[0], place[0]), place[1], place[2]
        if (slug, number) not in hashes:
            found[anchor] = f"the chain of seals has no number {number}"
        elif not hashes[slug, number].startswith(digest):
            found[anchor] = f"seal {number} has the hash {hashes[slug, number]}"
    return found


def _parse(anchor: str) -> tuple[str, int, str] | None:
    """Return community, number and hash of an anchor, or None for another text."""
    slug, _, rest = anchor.partition(":")
    number, _, digest = rest.partition(":")
    is_number = number.isascii() and number.isdecimal() and len(number) < LONGEST
    return (slug, int(number), digest) if is_number and len(digest) >= SHORT else None
