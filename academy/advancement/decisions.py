"""The decisions about promotions, stars and complaints."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from academy.advancement import promotions, services
from academy.advancement.models import Complaint, Promotion, StarRating
from academy.core import shown_hours
from academy.core.refusals import Refusal
from academy.decisions.kinds import register
from academy.learning.models import Tier
from academy.people.models import User
from academy.rulebook.decisions import RuledKind


@register
class PromotionKind(RuledKind[Promotion]):
    """A second person awards the tier that the clock proposed, or gives a reason for a no (T5)."""

    model = Promotion
    slug = "promotion"
    template = "advancement/decisions/promotion.html"
    related = ("volunteer__merged_into", "volunteer__community", "asked_by__volunteer")
    is_for_volunteer = True

    def subject(self, request: Promotion) -> str:
        return str(Tier(request.tier).label)

    def summary(self, request: Promotion) -> str:
        return _("Tier “%(tier)s”: nothing is missing.") % {"tier": Tier(request.tier).label}

    def cannot_accept(self, request: Promotion, *, at: dt.datetime) -> Refusal | None:
        return promotions.cannot_promote(request)

    def act(self, request: Promotion, *, by: User, at: dt.datetime) -> None:
        promotions.carry_out(request, by=by, at=at)


@register
class StarRatingKind(RuledKind[StarRating]):
    """A second person awards the stars if their conditions still hold, or gives a reason for a no (S1)."""

    model = StarRating
    slug = "star-rating"
    related = ("volunteer__merged_into", "volunteer__community", "asked_by__volunteer")
    is_for_volunteer = True

    def subject(self, request: StarRating) -> str:
        return ngettext("%(stars)s star", "%(stars)s stars", request.stars) % {"stars": request.stars}

    def summary(self, request: StarRating) -> str:
        return _("%(stars)s stars: %(hours)s effective hours, evaluated %(average)s on average.") % {
            "stars": request.stars,
            "hours": shown_hours.hours(request.standing["minutes"], request.community.pk),
            "average": f"{request.standing['average']:.1f}",
        }

    def cannot_accept(self, request: StarRating, *, at: dt.datetime) -> Refusal | None:
        return services.cannot_award(request, at=at)

    def act(self, request: StarRating, *, by: User, at: dt.datetime) -> None:
        services.send_star_answer(request, at=at)


@register
class ComplaintKind(RuledKind[Complaint]):
    """A second person upholds the complaint, which then counts against stars (S2), or dismisses it."""

    model = Complaint
    slug = "complaint"
    template = "advancement/decisions/complaint.html"
    accepted, declined = pgettext_lazy("an objection", "Upheld."), pgettext_lazy("an objection", "Dismissed.")
    related = ("volunteer__merged_into", "volunteer__community", "asked_by__volunteer")

    def subject(self, request: Complaint) -> str:
        return request.volunteer.stays.number

    def summary(self, request: Complaint) -> str:
        return _("Complained about by %(who)s.") % {"who": request.complainant}

    def act(self, request: Complaint, *, by: User, at: dt.datetime) -> None:
        """Do nothing: the answer itself is the result."""
