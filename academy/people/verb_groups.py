"""The headings under which the page of a person lists the verbs beyond the usual ones."""

from django.utils.translation import gettext_lazy as _

SERVICE = _("Sign-ups and stars")
PAPERS = _("Papers and cards")
DATA = _("Details and sign-in")
LEAVING = _("Suspension and departure")
