"""The quota of the spreadsheets that a community uploads: lists of past service, and forms to fill."""

from academy.core.models import Community
from academy.core.quotas import MEGABYTE, Quota

BYTES_A_DAY = 100 * MEGABYTE  # twenty of the largest


def spreadsheets_of(community: Community) -> Quota:
    """Return the quota of a community's spreadsheets."""
    return Quota(f"spreadsheets of community {community.pk}", BYTES_A_DAY)
