"""UnmetNeed things in words, with links that lead on: for the person, and for staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.activities import refusals
from academy.activities.models import Role, Shift
from academy.activities.needs.judging import UnmetNeed
from academy.activities.needs.suitability import Suitability
from academy.activities.taking_part import needs_consent
from academy.agreements.refusals import NEEDS_AGREEMENT
from academy.agreements.services import link_to_sign
from academy.core.links import link_to
from academy.core.refusals import Refusal
from academy.core.sentences import close_up, join_sentences
from academy.learning import open_lessons
from academy.learning.models import Course, Tier
from academy.people.models import Consent, Volunteer

Links = tuple[tuple[str, Any], ...]  # address and words

_FOR_STAFF = {
    "suspended": gettext_lazy("This person is suspended. End the suspension on their page first."),
    "minor_not_allowed": gettext_lazy("The activity is for adults only (N3). Nobody can make an exception."),
    "needs_consent": gettext_lazy("The guardian's consent is missing (N2). Record it under “Consents” first."),
    "needs_agreement": gettext_lazy(
        "The signed agreement is missing (A3). Print the sheet, and store it when it is signed."
    ),
    "age_unknown": gettext_lazy("The role asks for an age, and the birth date is not on the roll. Enter it first."),
}


@dataclass(frozen=True)
class Reason:
    """One thing that is missing: its code, a sentence, and the links that lead to it."""

    code: str
    sentence: Any
    links: Links = ()
    is_liftable: bool = False

    @property
    def html(self) -> Any:
        """The sentence with its links, for the back office."""
        if not self.links:
            return self.sentence
        links = format_html_join(" · ", '<a href="{}">{}</a>', self.links)
        return mark_safe(close_up(format_html("{} {}", self.sentence, links)))


@dataclass(frozen=True)
class Unfit(Refusal):
    """The refusal of a person who lacks something for a role. The first reason gives the code."""

    reasons: tuple[Reason, ...] = ()


def refuse(person: Volunteer, shift: Shift, role: Role, *, walk_in: bool = False) -> Unfit | None:
    """Refuse a person who does not fit the role in the shift, with everything that is missing (T3).

    A walk-in is asked for no signature: the leader hands out the sheet at the place. Refuses with `suspended`,
    `minor_not_allowed` (N3), `minors_late`, `needs_consent` (N2), `needs_agreement` (A3), `needs_course`,
    `needs_qualification`, `needs_tier` (T3), `too_young`, `too_old`, `age_unknown` (A2).
    """
    suitability = Suitability(shift.activity, people=[person], roles=[role])
    found = suitability.unmet_needs(person, shift, role, signs=not walk_in)
    return unfit(Wording(suitability, person, shift, role).reasons(found)) if found else None


def for_staff(person: Volunteer, shift: Shift, role: Role, *, refusal: Unfit) -> Refusal:
    """Return the refusal in words for staff, each reason with its links, and the page “why not”."""
    suitability = Suitability(shift.activity, people=[person], roles=[role])
    wording = Wording(suitability, person, shift, role, for_staff=True)
    listed = [one.html for one in wording.reasons(suitability.unmet_needs(person, shift, role))]
    page = reverse("why_not", args=[shift.activity_id, person.pk])
    listed.append(format_html('<a href="{}">{}</a>', page, _("All roles, and what can be done")))
    return Refusal(refusal.code, format_html_join(mark_safe("<br>"), "{}", ((one,) for one in listed)))


def unfit(reasons: Iterable[Reason]) -> Unfit:
    """Return the refusal with these reasons."""
    listed = tuple(reasons)
    return Unfit(listed[0].code, join_sentences(one.sentence for one in listed), listed)


@dataclass(frozen=True)
class Wording:
    """Words and links for one person and one role in one shift. `for_staff`: for the back office."""

    suitability: Suitability
    person: Volunteer
    shift: Shift
    role: Role
    for_staff: bool = False

    def reasons(self, missing: Iterable[UnmetNeed]) -> list[Reason]:
        """Return the reasons in words, each with its links."""
        return [self._reason(one) for one in missing]

    def _reason(self, one: UnmetNeed) -> Reason:
        refusal = self._refusal(one)
        sentence = _FOR_STAFF.get(refusal.code, refusal.message) if self.for_staff else refusal.message
        links = self._staff_links(one) if self.for_staff else self._own_links(one)
        return Reason(refusal.code, sentence, links, one.is_liftable)

    def _refusal(self, one: UnmetNeed) -> Refusal:
        match one.what:
            case "suspended":
                return refusals.SUSPENDED
            case "danger":
                return refusals.MINOR_NOT_ALLOWED
            case "minors_late":
                assert self.suitability.activity.minors_until is not None
                return refusals.minors_late(self.suitability.activity.minors_until)
            case "consent":
                return needs_consent(self.suitability.deciding_consent(self.person, self.shift))
            case "agreement":
                return NEEDS_AGREEMENT
            case "course":
                return refusals.needs_course(self._course(one).title)
            case "expired":
                return refusals.needs_qualification(self._course(one).title)
            case "tier":
                return refusals.needs_tier(Tier(one.tier).label)
            case "too_young":
                return refusals.too_young(cast(int, one.age))
            case "too_old":
                return refusals.too_old(cast(int, one.age))
            case "age_unknown":
                return refusals.AGE_NOT_KNOWN

    def _course(self, one: UnmetNeed) -> Course:
        return self.suitability.course(cast(int, one.course))

    def _own_links(self, one: UnmetNeed) -> Links:
        match one.what:
            case "consent":
                query = urlencode({"who": self.person.number, "activity": str(self.shift.activity_id)})
                return ((f"{link_to('ask_guardian')}?{query}", _("Ask the guardian")),)
            case "agreement" if self.suitability.agreement is not None:
                signing = link_to_sign(self.suitability.agreement, self.person, then=self.wish)
                return ((signing, _("Read and sign the agreement")),)
            case "course" | "expired":
                return links_of(self._course(one), self.suitability)
            case "tier":
                return ((f"{link_to('tiers')}?who={self.person.number}", _("The way through the tiers")),)
            case "age_unknown" | "suspended":
                return ((link_to("my_data"), _("My data")),)
            case "danger" | "minors_late" | "too_young" | "too_old":
                return ((reverse("activities:list"), _("Other activities")),)
            case _:
                return ()

    @cached_property
    def wish(self) -> str:
        """The page of the activity, which offers this place again."""
        page = reverse("activities:detail", args=[self.suitability.activity.pk])
        return f"{page}?go={self.shift.pk}-{self.role.pk}-{self.person.pk}#go"

    def _staff_links(self, one: UnmetNeed) -> Links:
        person = self.person
        match one.what:
            case "consent":
                form = f"{reverse('consent:add')}?volunteer={person.pk}&kind={Consent.Kind.GUARDIAN.value}"
                ask = f"{link_to('ask_guardian')}?who={person.number}"
                return ((ask, _("Ask the guardian")), (form, _("Record the consent")))
            case "agreement" if self.suitability.agreement is not None:
                pk = self.suitability.agreement.pk
                store = f"{reverse('agreement:paper', args=[pk])}?volunteer={person.pk}"
                return (
                    (reverse("agreement:sheet", args=[pk]), _("Print the sheet")),
                    (store, _("Store the signed sheet")),
                )
            case "course" | "expired":
                return links_of(self._course(one), self.suitability)
            case "suspended" | "tier":
                return ((link_to("person", person.pk), _("Their page")),)
            case "minors_late":
                return ((reverse("activity:edit", args=[self.suitability.activity.pk]), _("The activity")),)
            case "danger" | "age_unknown" | "too_young" | "too_old":
                return ((reverse("volunteer:edit", args=[person.pk]), _("Birth date on the roll")),)
            case _:
                return ()


def links_of(course: Course, suitability: Suitability) -> Links:
    """Return the links to a course: its page, if a reader can open a lesson there, and its classes."""
    classes = (link_to("course_classes", course.key), _("Its classes"))
    if course.pk not in suitability.readable:
        suitability.readable[course.pk] = bool(open_lessons.readable([course.pk]))
    page = (reverse("course", args=[course.key]), _("The course"))
    return (page, classes) if suitability.readable[course.pk] else (classes,)
