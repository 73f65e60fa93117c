from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from academy.certificates import batches, file_signers, letters, statements
from academy.certificates.award_views import show_awards
from academy.certificates.batch_views import issue_many
from academy.certificates.batch_viewsets import BatchViewSet
from academy.certificates.bulk_actions import IssueToChosen, PrintCertificates
from academy.certificates.design_viewsets import DesignViewSet, LiveView
from academy.certificates.file_signer_views import end_file_signer, file_signers_page
from academy.certificates.letter_views import issue_letter, print_letter, revoke_letter
from academy.certificates.printout_report import PrintoutsView
from academy.certificates.viewsets import CertificateViewSet, WallSheetView
from academy.designs.services import PUBLISH
from academy.people.models import User
from academy.people.permissions import Right


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action("certificates.issue", _("Issue a certificate"), _("Certificate issued"))
    actions.register_action("certificates.revoke", _("Revoke the certificate"), _("Certificate revoked"))
    actions.register_action("certificates.reissue", _("Replace the certificate"), _("Certificate replaced"))
    actions.register_action(letters.ISSUE, _("Issue a letter of thanks"), _("Letter of thanks issued"))
    actions.register_action(letters.REVOKE, _("Revoke a letter of thanks"), _("Letter of thanks revoked"))
    actions.register_action(batches.BEGIN, _("Issue certificates to many"), _("Certificates of many people begun"))
    actions.register_action(statements.ANSWER, _("Agree to a yearly statement"), _("Yearly statement agreed to"))
    actions.register_action(file_signers.KEEP, _("Upload a key that signs files"), _("Key that signs files uploaded"))
    actions.register_action(file_signers.END, _("Destroy a key that signs files"), _("Key that signs files destroyed"))
    actions.register_action(PUBLISH, _("Publish a template"), _("Template published"))


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        path("certificate/office-sheet/", WallSheetView.as_view(), name="office_sheet"),
        path("certificate/signers/", file_signers_page, name="file_signers"),
        path("certificate/signers/<int:pk>/end/", end_file_signer, name="end_file_signer"),
        path("certificate/many/", issue_many, name="certificates_of_many"),
        path("reports/printed-certificates/", PrintoutsView.as_view(), name="printouts"),
        path(
            "reports/printed-certificates/results/", PrintoutsView.as_view(results_only=True), name="printouts_results"
        ),
        path("design/live/", LiveView.as_view(), name="design_live"),
        path("people/<int:pk>/certificates/", show_awards, name="person_awards"),
        path("units/<int:pk>/letter/", issue_letter, name="unit_letter"),
        path("letters/<int:pk>/", print_letter, name="print_letter"),
        path("letters/<int:pk>/revoke/", revoke_letter, name="revoke_letter"),
    ]


class _FileSignersItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and Right.KEEP_SETTINGS in user.rights


@hooks.register("register_settings_menu_item")
def file_signers_item() -> MenuItem:
    return _FileSignersItem(
        _("Signatures of PDF files"), reverse("file_signers"), name="file-signers", icon_name="key", order=36
    )


hooks.register("register_admin_viewset", lambda: DesignViewSet("design"))
hooks.register("register_admin_viewset", lambda: CertificateViewSet("certificate"))
hooks.register("register_admin_viewset", lambda: BatchViewSet("certificate_batch", url_prefix="certificate-batch"))
hooks.register("register_bulk_action", PrintCertificates)
hooks.register("register_bulk_action", IssueToChosen)


class _PrintoutsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return Right.GRANT_DUTIES in user.rights


@hooks.register("register_settings_menu_item")
def printouts_item() -> MenuItem:
    return _PrintoutsItem(PrintoutsView.page_title, reverse("printouts"), name="printouts", icon_name="print", order=81)
