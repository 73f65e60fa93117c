"""Practice communities: staff learn in them, and nothing in them counts (ADR 77)."""

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from academy.core.models import Community

# On all paper and in all files, in Chinese: they may reach people who read no other word of ours.
MARK = "演练"
MARK_IN_FULL = "演练 · 不计入任何真实时长"
ON_SCREEN = _("Practice · counts towards no real hours")

COOKIE = "practice"  # of a browser that is signed in to a practice community

_real: set[int] = set()  # ids of real communities: a community stays what it was founded as


def is_practice(community_id: int) -> bool:
    """Return whether this is a practice community. One statement for each real community in a process."""
    if community_id in _real:
        return False
    found = Community.objects.filter(pk=community_id, practice_of__isnull=False).exists()
    if not found:
        _real.add(community_id)
    return found


def show(request: HttpRequest, community_id: int) -> None:
    """Note that the page shows something of this community, so that a practice community is marked.

    Raises `Http404` for a closed practice community. Every view that is not limited to the user's own communities
    calls this.
    """
    if is_practice(community_id):
        if not Community.objects.filter(pk=community_id, closed_at=None).exists():
            raise Http404
        mark(request)


def mark(request: HttpRequest) -> None:
    """Note that the page is about a practice community."""
    request.__dict__["shows_practice"] = True


def are_mixed(one: int, other: int) -> bool:
    """Return whether of two communities, which are not the same, at least one is for practice."""
    return one != other and (is_practice(one) or is_practice(other))


def shows_practice(request: HttpRequest) -> bool:
    """Return whether `show` noted a practice community for this page."""
    return bool(request.__dict__.get("shows_practice", False))


def titled(title: object, *, practice: bool) -> str:
    """Return the title of a file or an e-mail, marked if it comes from a practice community."""
    return f"【{MARK}】{title}" if practice else str(title)
