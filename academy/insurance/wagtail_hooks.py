from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogFormatter

from academy.insurance import views
from academy.insurance.models import FilingTerms, Recipient
from academy.insurance.services import filing, lists, terms
from academy.insurance.viewsets import InsuranceGroup
from academy.people.models import User
from academy.people.permissions import Right


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        path("filings/", views.FilingsView.as_view(), name="filings"),
        path("filings/<int:pk>/", views.ActivityFilingView.as_view(), name="activity_filing"),
        path("filings/<int:pk>/list.xlsx", views.ListFileView.as_view(), name="activity_list_file"),
        path("filings/<int:pk>/list.pdf", views.ListPaperView.as_view(), name="activity_list_paper"),
        path("filings/<int:pk>/form/<int:workbook>/", views.ListFormView.as_view(), name="activity_list_form"),
        path("settings/filing/", views.FilingTermsView.as_view(), name="filing_terms"),
    ]


class _RightItem(MenuItem):
    def __init__(self, *args: Any, right: Right, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.right = right

    def is_shown(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and self.right in user.rights


@hooks.register(InsuranceGroup.submenu_hook)
def filings_item() -> MenuItem:
    return _RightItem(
        views.FILINGS_TITLE,
        reverse("filings"),
        right=Right.RUN_ACTIVITIES,
        name="filings",
        icon_name="doc-full",
        order=10,
    )


@hooks.register("register_settings_menu_item")
def terms_item() -> MenuItem:
    return _RightItem(
        views.TERMS_TITLE,
        reverse("filing_terms"),
        right=Right.KEEP_SETTINGS,
        name="filing-terms",
        icon_name="doc-full",
        order=15,
    )


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action(lists.LISTED, _("Make a list of people"), _("List of people made"))

    @actions.register_action(filing.FILED)
    class FiledFormatter(LogFormatter):
        """With whom, and under which number."""

        label = _("Note a filing")

        def format_message(self, log_entry: Any) -> str:
            who = Recipient(log_entry.data["recipient"]).label
            said = _("Filed: %(who)s, No. %(number)s, %(people)s people")
            return said % {"who": who, "number": log_entry.data["number"], "people": log_entry.data["people"]}

    @actions.register_action(terms.SET)
    class TermsFormatter(LogFormatter):
        """The choice for publishing without a filing."""

        label = _("Choose what publishing asks for")

        def format_message(self, log_entry: Any) -> str:
            said = _("Without a filing: %(what)s")
            return said % {"what": FilingTerms.Before(log_entry.data["before"]).label}


hooks.register("register_admin_viewset", InsuranceGroup)
