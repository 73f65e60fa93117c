from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from academy.passes import books
from academy.passes.bulk_actions import PrintBadges
from academy.passes.views import print_passbook, reprint_page, show_passbook


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action(books.PRINT, _("Print the passbook"), _("Passbook printed"))
    actions.register_action(books.REPRINT, _("Print a page again"), _("Page of the passbook printed again"))


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        path("people/<int:pk>/passbook/", show_passbook, name="person_passbook"),
        path("passbook/printing/<int:pk>/", print_passbook, name="print_passbook"),
        path("passbook/<int:pk>/page/", reprint_page, name="reprint_page"),
    ]


hooks.register("register_bulk_action", PrintBadges)
