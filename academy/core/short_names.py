"""Short names of communities, in Latin letters alone: addresses and printed anchors hold them."""

import re

from academy.core.models import Community, EarlierShortName
from academy.core.pinyin import spelled

SHAPE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
LONGEST = 50
_ADDRESS = re.compile(r"[-a-zA-Z0-9_]+\Z")  # as Django's converter `slug` reads it
_KINDS = ("社区", "小区", "街道", "居委会")  # words that many names end with, and a short name leaves out


def is_short_name(text: str) -> bool:
    """Return whether a community may get this short name: letters, digits, single hyphens."""
    return len(text) <= LONGEST and SHAPE.match(text) is not None


def suggest(name: str) -> str:
    """Return a short name for a community of this name, in pinyin: 松林社区 → ``songlin``. May be empty."""
    for kind in _KINDS:
        name = name.removesuffix(kind) or name
    spelt = "".join(spelled(name))
    return re.sub(r"[^a-z0-9]+", "-", spelt.lower())[:LONGEST].strip("-")


def unusable() -> list[Community]:
    """Return the communities whose short name fits no address: their public notices cannot be opened."""
    return [one for one in Community.objects.order_by("pk") if not _ADDRESS.match(one.slug)]


def community_called(slug: str) -> Community | None:
    """Return the community that has, or had, this short name."""
    present = Community.objects.filter(slug=slug).first()
    if present is not None:
        return present
    earlier = EarlierShortName.objects.select_related("community").filter(slug=slug).first()
    return earlier.community if earlier else None


def now_called() -> dict[str, str]:
    """Return the present short name of each earlier one."""
    return dict(EarlierShortName.objects.values_list("slug", "community__slug"))
