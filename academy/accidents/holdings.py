"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.accidents import services
from academy.accidents.models import HurtPerson
from academy.people.holding import clear_after_term, hold

hold(
    HurtPerson,
    _("Accident records that name me as hurt"),
    "entry.accident.activity",
    "entry.happened_at",
    "entry.written_at",
    order=45,
)
clear_after_term("accidents", _("photos of closed accident records"), services.clear_old_photos)
