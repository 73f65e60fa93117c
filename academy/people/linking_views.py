"""The back office's screens that link a sign-in to a volunteer, also one's own (ADR 65)."""

from typing import Any

from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button

from academy.core.actions import ActionView
from academy.core.http import posted_id
from academy.core.models import Community
from academy.core.refusals import Refusal, add_to_form
from academy.core.rights import RightRequiredMixin
from academy.core.verbs import Verb
from academy.people.comparing import Alike, compare, compared_people
from academy.people.form_fields import BirthDateField, FreeConsentsField, NameField, PhoneField
from academy.people.http import user_of
from academy.people.logins import is_made_for_a_person
from academy.people.models import Duty, User, Volunteer
from academy.people.names import phone_in_words
from academy.people.permissions import Right
from academy.people.refusals import LOOKS_KNOWN
from academy.people.selectors import alike_on_roll
from academy.people.services import linking
from academy.people.verb_groups import DATA


def verbs_of(volunteer: Volunteer, user: User) -> list[Verb]:
    """Return the act that links a sign-in to this person, or takes the link back."""
    if volunteer.merged_into_id is not None or not user.may(Right.MANAGE_PEOPLE, volunteer.community_id):
        return []
    if volunteer.user is None:
        link = reverse("volunteer:link_login", args=[volunteer.pk])
        return [Verb(_("Link a sign-in"), link, "link", order=80, group=DATA)]
    if volunteer.user == user or is_made_for_a_person(volunteer.user):
        return []
    undo = reverse("volunteer:unlink_login", args=[volunteer.pk])
    return [Verb(_("Undo the link of the sign-in"), undo, "link-external", order=82, group=DATA)]


def own_button(user: User) -> list[Button]:
    """Return the button “I volunteer too” of a member of staff who is not on the roll."""
    if user.own_volunteer is not None:
        return []
    return [Button(MeAsVolunteerView.act, url=reverse("me_as_volunteer"), icon_name="user", priority=54)]


def linkable_logins(user: User) -> QuerySet[User]:
    """Return the sign-ins without a volunteer, of staff and guardians of the user's communities."""
    managed = user.communities_for(Right.MANAGE_PEOPLE)
    near = Q(duties__community__in=managed) | Q(guardian_consents__volunteer__community__in=managed)
    found = User.objects.filter(near, volunteer=None, is_active=True).distinct()
    return found.select_related("volunteer").order_by("pk")


class _LoginChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in its stubs only
    widget = forms.RadioSelect

    def label_from_instance(self, obj: Any) -> str:
        duties = dict.fromkeys(str(duty.get_role_display()) for duty in obj.duties.all())
        parts = [str(obj), "、".join(duties), phone_in_words(obj.phone or ""), obj.email]
        return " · ".join(part for part in parts if part)


class LinkForm(forms.Form):
    """Form that chooses one of the sign-ins that belong to no volunteer."""

    login = _LoginChoice(
        User.objects.none(),
        label=pgettext_lazy("to link", "Sign-in"),
        empty_label=None,
        error_messages={"required": _("Choose a sign-in.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login: Any = self.fields["login"]
        own = Duty.objects.filter(community__in=user.communities_for(Right.MANAGE_PEOPLE))
        login.queryset = linkable_logins(user).prefetch_related(Prefetch("duties", own))


class LinkLoginView(ActionView):
    form_class = LinkForm
    act = _("Link a sign-in")
    lead = _(
        "Choose the sign-in of this same person, as of a colleague who volunteers. From then on it has the name and "
        "the phone of the roll, opens this entry, and is signed out everywhere."
    )
    done = _("%(object)s and the sign-in are one person now.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": user_of(self.request)}

    def perform(self, form: Any) -> Refusal | None:
        by = user_of(self.request)
        answer = linking.link_login(volunteer=self.object, user=form.cleaned_data["login"], by=by, at=timezone.now())
        if isinstance(answer, Refusal):
            return answer
        _stay_signed_in(self.request)
        return None


class UnlinkLoginView(ActionView):
    act = _("Undo the link of the sign-in")
    lead = _(
        "The sign-in then belongs to no volunteer again, keeps name and phone, and is signed out everywhere. The entry "
        "and its hours stay as they are."
    )
    done = _("%(object)s has no sign-in now.")
    serious = True

    def perform(self, form: Any) -> Refusal | None:
        answer = linking.unlink_login(volunteer=self.object, by=user_of(self.request), at=timezone.now())
        return answer if isinstance(answer, Refusal) else None


class MeForm(forms.Form):
    """Form of a member of staff who volunteers: most of it is known already."""

    community = forms.ModelChoiceField(Community.objects.none(), label=_("Community"), empty_label=None)
    name = NameField(label=pgettext_lazy("of a person", "Name"))
    phone = PhoneField(label=_("Phone"), required=False)
    birth_date = BirthDateField(label=_("Birth date"), required=False, help_text=_("The year first, such as 1958-3-5."))
    agrees = FreeConsentsField(label=_("I also consent to"))

    def __init__(self, *args: Any, user: User, communities: QuerySet[Community], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["community"]
        field.queryset = communities
        if communities.count() == 1:
            field.widget = forms.HiddenInput()
            field.initial = communities.get().pk
        self.fields["phone"].initial = user.phone
        if user.get_full_name():  # the sign-in's own: nobody becomes another person here
            self.fields["name"].initial, self.fields["name"].disabled = user.get_full_name(), True


class MeAsVolunteerView(RightRequiredMixin, WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]  # generic in its stubs only
    """Page on which a member of staff enters themselves on the roll, or says which entry is theirs."""

    right = Right.MANAGE_PEOPLE
    form_class = MeForm
    template_name = "people/admin/me.html"
    act = _("I volunteer too")
    page_title = act
    request: Any  # the admin lets only signed-in users in
    alike: Alike | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        own = user_of(request).own_volunteer
        return redirect("volunteer:edit", own.pk) if own is not None else super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": user_of(self.request), "communities": self.communities}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        people = {"url": reverse("volunteer:index"), "label": _("Volunteers")}
        return [*self.breadcrumbs_items, people, {"url": "", "label": self.act}]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        entry_id = posted_id(request, "entry")
        if entry_id is None:
            return super().post(request, *args, **kwargs)
        entry = Volunteer.objects.in_communities(self.communities).filter(pk=entry_id).first()
        if entry is None:
            return redirect("me_as_volunteer")
        user = user_of(request)
        return self.answer(linking.link_login(volunteer=entry, user=user, by=user, at=timezone.now()), self.get_form())

    def form_valid(self, form: MeForm) -> HttpResponse:
        data, user, besides = form.cleaned_data, user_of(self.request), compared_people(self.request)
        outcome = linking.register_oneself(user=user, **data, besides=besides, at=timezone.now())
        if outcome == LOOKS_KNOWN:
            found = alike_on_roll(data["community"], data["name"], data["phone"], data["birth_date"], besides=besides)
            self.alike = compare(self.request, found, data, earlier=besides)
        return self.answer(outcome, form)

    def answer(self, outcome: Volunteer | Refusal, form: Any) -> HttpResponse:
        """Go to the own entry, or show the refusal."""
        if isinstance(outcome, Refusal):
            form.is_valid()
            add_to_form(form, outcome, {"too_young": "birth_date"})
            return self.form_invalid(form)
        _stay_signed_in(self.request)
        messages.success(self.request, gettext("%(name)s is on the roll: you volunteer too.") % {"name": outcome})
        return redirect("volunteer:edit", outcome.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            act=self.act,
            lead=_(
                "One sign-in is then both: the back office and your own hours. You can be chosen as the leader of an "
                "activity. Another person confirms your hours (K4)."
            ),
            back=reverse("volunteer:index"),
            alike=self.alike,
            **kwargs,
        )


def _stay_signed_in(request: Any) -> None:
    """Keep the session of users who linked their own sign-in: all others of it have ended."""
    user = User.objects.get(pk=request.user.pk)
    if user.sign_outs != request.user.sign_outs:
        update_session_auth_hash(request, user)
        UserSession.objects.create_from_request(request)
