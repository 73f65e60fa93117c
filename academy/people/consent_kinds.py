"""Kinds of consents, and of declarations that stand beside them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConsentKind(models.TextChoices):
    """Matters to which a person, or a minor's guardian, says yes or no; each by itself (R2, N2).

    No message of ours leaves the site for a volunteer's phone or mailbox: a way that does has to ask for `MESSAGES`.
    """

    REGISTRATION = "registration", _("keeping my data on the roll")
    AGENCY = "agency", _("somebody acts for me")
    PUBLIC_NOTICE = "public_notice", _("my hours in the public notice")
    GUARDIAN = "guardian", _("guardian's consent")
    GUARDIAN_ONCE = "guardian_once", _("guardian's consent for one activity")
    GUARDIAN_NOTICE = "guardian_notice", _("guardian: the child's hours in the public notice")
    GUARDIAN_PHOTOS = "guardian_photos", _("guardian: photos and videos of the child in public")
    OWN_LABOUR = "own_labour", _("lives on their own labour (16 and 17)")
    TELEPHONE = "telephone", _("my phone for the people of activities that I lead")
    PHOTOS = "photos", _("photos and videos of me in public")
    MESSAGES = "messages", _("messages to my phone or by e-mail")
    DOCUMENT = "document", _("keeping my ID number")
    EMPLOYER = "employer", _("my records for my employer")
