"""Limit Wagtail's filters by user to the reader's colleagues.

By itself, Wagtail offers the users of all communities.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django_filters import FilterSet
from wagtail.admin.views.pages.listing import GenericPageFilterSet, PageFilterSet
from wagtail.admin.views.reports.audit_logging import SiteHistoryReportFilterSet, get_users_for_filter
from wagtail.admin.views.reports.locked_pages import LockedPagesReportFilterSet
from wagtail.admin.views.reports.workflows import WorkflowReportFilterSet

from academy.core.models import Community
from academy.people.models import User

FILTERS: tuple[tuple[type[FilterSet], str], ...] = (
    (PageFilterSet, "owner"),
    (PageFilterSet, "edited_by"),
    (GenericPageFilterSet, "owner"),
    (GenericPageFilterSet, "edited_by"),
    (LockedPagesReportFilterSet, "locked_by"),
    (WorkflowReportFilterSet, "requested_by"),
)


def colleagues(users: QuerySet[User], reader: User) -> QuerySet[User]:
    """Return those of `users` who have a duty in a community in which `reader` has one, and the reader."""
    if reader.is_superuser:
        return users
    communities = Community.objects.filter(duties__user=reader)
    near = User.objects.filter(Q(duties__community__in=communities) | Q(pk=reader.pk))
    return users.filter(pk__in=near.values("pk"))


def limit() -> None:
    """Limit the filters of Wagtail's lists and reports. Called once, when Wagtail reads its hooks."""
    for filter_set, name in FILTERS:
        shown = filter_set.base_filters[name]
        shown.queryset = _limited(shown.queryset)
    # Wagtail means this, but overrides a method of another name.
    SiteHistoryReportFilterSet.get_users_queryset = lambda self: get_users_for_filter(self.request.user)


def _limited(users: Callable[[HttpRequest], QuerySet[User]]) -> Callable[[HttpRequest], QuerySet[Any]]:
    return lambda request: colleagues(users(request), request.user)  # type: ignore[arg-type]
