from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from academy.core import links


class DeskConfig(AppConfig):
    name = "academy.desk"
    label = "desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        from academy.activities.models import Activity
        from academy.advancement.models import Commendation, Complaint, StarRating
        from academy.certificates.models import Certificate
        from academy.core import finders
        from academy.core.verbs import offer
        from academy.desk import receivers, verbs  # noqa: F401
        from academy.desk.finders import find_acts
        from academy.hours.models import CorrectionProposal, DailyApproval, MakeUp, Objection, ServiceRecord
        from academy.people.models import Volunteer
        from academy.units.models import Unit

        finders.register(_("Acts and lists"), "list-ul", 60, find_acts)
        links.register(trial="desk:try_rules", person="person", choose_person="choose_person", unit_page="unit_page")
        links.register(ask_people="group_texts")
        offer(Volunteer, verbs.verbs_of_person)
        requests = (MakeUp, Objection, CorrectionProposal, DailyApproval, StarRating, Complaint)
        for model in (ServiceRecord, Commendation, Certificate, *requests):
            offer(model, verbs.verbs_of_fact)
        offer(Activity, verbs.verbs_of_activity)
        offer(Unit, verbs.verbs_of_unit)
