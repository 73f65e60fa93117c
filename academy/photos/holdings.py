"""Photos of activities, which the clock clears after the community's term (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.people.holding import clear_after_term
from academy.photos import services

clear_after_term("photos", _("photos of activities"), services.clear_old)
