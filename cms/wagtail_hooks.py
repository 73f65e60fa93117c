"""What of Wagtail's screens our roles see. Superusers keep everything."""

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.views.pages.search import SearchView
from wagtail.models import Page

# Its table says how many of what there are, and Wagtail's search says "None".
SearchView.verbose_name_plural = Page._meta.verbose_name_plural

# The people who work here have 工作流 and 工作流任务 to see what waits; the rest looks after a site, not a community.
_REPORTS_NOBODY_NEEDS = {"locked-pages", "site-history", "aging-pages", "page-types-usage"}


@hooks.register("construct_main_menu")
def leave_out_help(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """It leads to Wagtail's own site, in English, and many of our people have no way out of the local network."""
    if not request.user.is_superuser:
        menu_items[:] = [item for item in menu_items if item.name != "help"]


@hooks.register("construct_reports_menu")
def leave_out_reports(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    if not request.user.is_superuser:
        menu_items[:] = [item for item in menu_items if item.name not in _REPORTS_NOBODY_NEEDS]


@hooks.register("construct_homepage_summary_items", order=1000)  # after Wagtail has put them there
def leave_out_counts(request: HttpRequest, summary_items: list[SummaryItem]) -> None:
    """The first screen says what is to be done, not how many files there are."""
    summary_items.clear()
