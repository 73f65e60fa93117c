"""Parts of Wagtail's screens that are hidden from our roles. Superusers see everything."""

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.views.pages.search import SearchView
from wagtail.models import Page

from cms import user_filters

# The table names the counted things by this; Wagtail's search shows "None" without it.
SearchView.verbose_name_plural = Page._meta.verbose_name_plural

user_filters.limit()

# The roles of a community use 工作流 and 工作流任务. The other reports are for the operator of a site.
_HIDDEN_REPORTS = {"locked-pages", "site-history", "aging-pages", "page-types-usage"}


@hooks.register("construct_main_menu")
def leave_out_help(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Hide the help: it links to Wagtail's English site, which many local networks do not reach."""
    if not request.user.is_superuser:
        menu_items[:] = [item for item in menu_items if item.name != "help"]


@hooks.register("construct_reports_menu")
def leave_out_reports(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    if not request.user.is_superuser:
        menu_items[:] = [item for item in menu_items if item.name not in _HIDDEN_REPORTS]


@hooks.register("construct_homepage_summary_items", order=1000)  # after Wagtail has added them
def leave_out_counts(request: HttpRequest, summary_items: list[SummaryItem]) -> None:
    """Hide the numbers of files on the first screen, which shows the work to do."""
    summary_items.clear()
