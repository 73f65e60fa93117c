from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "academy.certificates"
    label = "certificates"
    verbose_name = _("Certificates")

    def ready(self) -> None:
        from academy.certificates import receivers, verbs, works  # noqa: F401
        from academy.certificates.batch_models import Batch
        from academy.certificates.finders import find_certificates
        from academy.certificates.models import Certificate
        from academy.core import finders
        from academy.core.verbs import offer
        from academy.people.models import Volunteer
        from academy.units.models import Unit

        finders.register(_("Certificates"), "doc-full", 50, find_certificates)
        offer(Certificate, verbs.verbs_of)
        offer(Batch, verbs.verbs_of_batch)
        offer(Volunteer, verbs.verbs_of_person)
        offer(Unit, verbs.verbs_of_unit)
