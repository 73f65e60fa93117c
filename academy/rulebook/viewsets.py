"""The back office's screens for the rules: read the versions, and write the draft."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button

from academy.core.actions import ActionView, Refusable
from academy.core.forms import CommunityModelForm
from academy.core.links import link_to
from academy.core.refusals import Refusal
from academy.core.viewsets import CommunityViewSet
from academy.people.http import user_of
from academy.people.permissions import Right
from academy.people.typed_days import Near
from academy.rulebook import services
from academy.rulebook.clause_views import AddClauseView, ClausesView, RemoveClauseView, WordingView
from academy.rulebook.forms import parameter_field
from academy.rulebook.models import RuleSet
from academy.rulebook.parameters import PARAMETERS, differences, problems


def page_of(rule_set: RuleSet) -> str:
    """Return the address of the page with the version or the draft."""
    return reverse("rulebook:rules" if rule_set.published_at else "rulebook:draft", args=[rule_set.pk])


def state_of(rule_set: RuleSet) -> Any:
    if rule_set.published_at is None:
        return _("open for comments") if rule_set.publication else pgettext("of the rules", "draft")
    alone = rule_set.publications.accepted().filter(alone=True).exists()
    return _("published by one person alone") if alone else _("published")


class DraftForm(CommunityModelForm):
    """The draft's title and day, and each parameter with its default and the source of the default."""

    class Meta(CommunityModelForm.Meta):
        model = RuleSet
        fields = ["title", "effective_from"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective_from"].near = Near.AHEAD
        for name, value in self.instance.parameters.items():
            self.fields[name] = parameter_field(PARAMETERS[name], value)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        values = {name: self.cleaned_data[name] for name in PARAMETERS if name in self.cleaned_data}
        for name, sentence in problems(values).items():
            if name in values:
                self.add_error(name, sentence)
        return cleaned

    @property
    def values(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name in PARAMETERS}


class OpeningForm(forms.Form):
    reason = forms.CharField(label=_("Changes, and their reason"), max_length=200)


class RuleSetIndexView(generic.IndexView):
    def get_list_more_buttons(self, instance: RuleSet) -> list[Any]:
        return [] if instance.published_at else super().get_list_more_buttons(instance)

    def get_edit_url(self, instance: RuleSet) -> str | None:
        return None if instance.published_at else super().get_edit_url(instance)

    def get_delete_url(self, instance: RuleSet) -> str | None:
        return None if instance.published_at else super().get_delete_url(instance)


class DraftView(Refusable, generic.CreateView):
    """Open the community's draft; create it if it is missing."""

    success_message = _("This is the draft. Only social workers see it before it is open for comments.")

    def serve(self, form: Any) -> RuleSet | Refusal:
        community = form.cleaned_data["community"]
        return services.draft_rule_set(community=community, by=user_of(self.request), at=timezone.now())

    def get_success_url(self) -> str:
        return reverse("rule_set:edit", args=[self.object.pk])


class DraftEditView(Refusable, generic.EditView):
    success_message = _("The draft is saved.")
    refusal_field = "effective_from"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rule_set = self.get_object()
        refusal = services.cannot_edit(rule_set, user_of(request))
        if refusal is None:
            return super().dispatch(request, *args, **kwargs)
        messages.error(request, str(refusal))
        return redirect(page_of(rule_set))

    def serve(self, form: DraftForm) -> RuleSet | Refusal:
        return services.edit_draft(
            rule_set=RuleSet.objects.get(pk=form.instance.pk),
            title=form.cleaned_data["title"],
            effective_from=form.cleaned_data["effective_from"],
            values=form.values,
            by=user_of(self.request),
            at=timezone.now(),
        )

    def get_success_url(self) -> str:
        return reverse("rule_set:edit", args=[self.object.pk])

    @property
    def header_more_buttons(self) -> list[Button]:
        acts = [
            (reverse("rulebook:draft", args=[self.object.pk]), _("Read the draft"), "view"),
            (link_to("trial", self.object.pk), _("Try it on past activities"), "history"),
            (reverse("rule_set:clauses", args=[self.object.pk]), _("Wording of the clauses"), "edit"),
            (reverse("rule_set:open", args=[self.object.pk]), OpenView.act, "comment"),
        ]
        buttons = [Button(label, url=url, icon_name=icon, priority=10) for url, label, icon in acts]
        return [*super().header_more_buttons, *buttons]


class DraftDeleteView(generic.DeleteView):
    """Delete the draft. A published version and a draft that is open for comments stay."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refusal = services.cannot_edit(self.object, user_of(request))
        if refusal is None:
            return super().dispatch(request, *args, **kwargs)
        messages.error(request, str(refusal))
        return redirect(page_of(self.object))


class OpenView(ActionView):
    form_class = OpeningForm
    act = _("Open for comments")
    lead = _(
        "Core volunteers with the duty of approver can then read the draft, comment on it and publish it. You cannot "
        "publish it yourself, unless nobody has answered for some working days."
    )
    done = _("%(object)s is open for comments.")

    def perform(self, form: OpeningForm) -> Refusal | None:
        answer = services.open_for_comments(
            rule_set=self.object, reason=form.cleaned_data["reason"], by=user_of(self.request), at=timezone.now()
        )
        return answer if isinstance(answer, Refusal) else None

    def get_success_url(self) -> str:
        return page_of(self.object)


class TakeBackView(ActionView):
    act = _("Take the draft back")
    lead = _("It can be changed again, and nobody can publish it meanwhile. The comments stay.")
    done = _("%(object)s can be changed again.")

    def perform(self, form: Any) -> Refusal | None:
        answer = services.take_back(rule_set=self.object, by=user_of(self.request), at=timezone.now())
        return answer if isinstance(answer, Refusal) else None

    def get_success_url(self) -> str:
        return page_of(self.object)


class VersionView(generic.InspectView):
    """One version at a glance; the parameters that differ from the defaults are in words."""

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        if field_name != "values":
            return super().get_field_display_value(field_name, field)
        words = [f"{one.label}：{one.shown(value)}" for one, _default, value in differences(self.object.values, {})]
        return " · ".join(words)


class RuleSetViewSet(CommunityViewSet):
    """Published versions to read, and the community's only draft to write, try and open for comments."""

    model = RuleSet
    rights = {
        "view": Right.VIEW_FIGURES,
        "add": Right.WRITE_RULES,
        "change": Right.WRITE_RULES,
        "delete": Right.WRITE_RULES,
    }
    icon = "list-ol"
    menu_order = 70
    add_to_settings_menu = True
    index_view_class = RuleSetIndexView
    add_view_class = DraftView
    edit_view_class = DraftEditView
    delete_view_class = DraftDeleteView
    inspect_view_enabled = True
    inspect_view_class = VersionView
    inspect_view_fields = ["community", "title", "version", "effective_from", "values", "drafted_by", "published_at"]
    list_display: list[Any] = [
        "title",
        "version",
        "effective_from",
        Column("state", label=_("state"), accessor=state_of),
        "published_at",
        "community",
        TitleColumn("page", label=_("text"), accessor=lambda rule_set: _("Read"), get_url=page_of),
    ]
    list_filter = ["community"]
    ordering = "-version"
    form_fields = ["community"]

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return DraftForm if for_update else super().get_form_class(for_update)

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("open/<int:pk>/", self.construct_view(OpenView), name="open"),
            path("take-back/<int:pk>/", self.construct_view(TakeBackView), name="take_back"),
            path("clauses/<int:pk>/", self.construct_view(ClausesView), name="clauses"),
            path("clauses/<int:pk>/add/", self.construct_view(AddClauseView), name="add_clause"),
            path("clauses/<int:pk>/<slug:code>/", self.construct_view(WordingView), name="wording"),
            path("clauses/<int:pk>/<slug:code>/remove/", self.construct_view(RemoveClauseView), name="remove_clause"),
        ]
