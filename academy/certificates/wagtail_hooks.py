from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from academy.certificates.viewsets import CertificateViewSet


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action("certificates.issue", _("Issue a certificate"), _("Certificate issued"))
    actions.register_action("certificates.revoke", _("Revoke the certificate"), _("Certificate revoked"))
    actions.register_action("certificates.reissue", _("Replace the certificate"), _("Certificate replaced"))


hooks.register("register_admin_viewset", lambda: CertificateViewSet("certificate"))
