"""Decisions under the rules in force, and the decision about new rules."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from academy.core.look import lazy_day
from academy.core.refusals import Refusal
from academy.decisions.kinds import R, RequestKind, register
from academy.people.models import User
from academy.people.permissions import Right
from academy.rulebook import services
from academy.rulebook.models import Publication


class RuledKind(RequestKind[R]):
    """A kind whose waiting time for a second person is a parameter of the community's rules (K4)."""

    def patience(self, request: R, at: dt.datetime) -> int:
        return services.patience(request.community.pk, at)


@register
class PublicationKind(RuledKind[Publication]):
    """A second person publishes the draft for good, or gives it back with a reason (K4)."""

    model = Publication
    slug = "rules"
    template = "rulebook/decisions/publication.html"
    accepted, declined = gettext_lazy("Published for good."), gettext_lazy("Given back.")
    related = ("rule_set__community", "asked_by__volunteer")
    alone_right = Right.WRITE_RULES
    gone = services.NOT_OPEN  # taken back in the meantime

    def decided_before(self, request: Publication) -> list[int | None]:
        return [request.rule_set.drafted_by_id]

    def summary(self, request: Publication) -> str:
        return _("%(title)s, to be in force from %(day)s.") % {
            "title": request.rule_set.title,
            "day": lazy_day(request.rule_set.effective_from, request.asked_at),
        }

    def lock_first(self, request: Publication) -> None:
        services.lock_rule_set(request.rule_set)

    def cannot_accept(self, request: Publication, *, at: dt.datetime) -> Refusal | None:
        """Refuse with `not_later` if the first day has come: past records keep the rules of their day.

        Refuse with `bad_parameters` if the draft holds values that the rules do not allow.
        """
        return services.cannot_publish(request.rule_set, at=at)

    def act(self, request: Publication, *, by: User, at: dt.datetime) -> None:
        if request.accepted:
            services.publish_draft(request.rule_set, by=by, at=at)

    def release(self, request: Publication, *, by: User, at: dt.datetime) -> None:
        """Log it as `services.take_back` does: the draft can be changed again."""
        log(request.rule_set, "rulebook.take_back", user=by, timestamp=at)
