"""Views of the back office that call a service: pages with one act on one object, and forms that save."""

from typing import Any

from django import forms
from django.contrib import messages as django_messages
from django.contrib.admin.utils import quote, unquote
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.views.generic import FormView
from wagtail.admin.views.generic import PermissionCheckedMixin
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.core.links import link_to
from academy.core.refusals import Refusal, add_to_form


class ActionView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]  # generic in its stubs only
    """Base view of one act on one object: a page with a form and a button.

    A subclass sets the texts and implements `perform`. Construct the view by `CommunityViewSet.construct_view`, which
    checks that the user may do this in the object's community.
    """

    model: Any = None
    request: Any  # the admin lets only signed-in users in
    pk_url_kwarg = "pk"
    permission_required = "change"
    form_class: type[forms.Form] = forms.Form
    template_name = "core/admin/form.html"
    index_url_name: str | None = None
    edit_url_name: str | None = None
    after = ""  # the page of the object that an upper app registered (`core.links`), shown afterwards
    act: Any = ""  # the words on the button
    lead: Any = ""  # what will happen, in one or two sentences
    done: Any = ""  # the message afterwards, with %(object)s
    serious = False

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.object = get_object_or_404(self.model, pk=unquote(str(kwargs[self.pk_url_kwarg])))

    def perform(self, form: Any) -> Refusal | HttpResponse | None:
        """Do the act. Return a refusal for the form, or a response such as a PDF instead of the message."""
        raise NotImplementedError

    def get_form(self, form_class: type[forms.Form] | None = None) -> forms.Form:
        form: forms.Form = super().get_form(form_class)
        for field in form.fields.values():
            field.label = capfirst(field.label) if field.label else None
        return form

    def form_valid(self, form: forms.Form) -> HttpResponse:
        answer = self.perform(form)
        if isinstance(answer, Refusal):
            add_to_form(form, answer)
            return self.form_invalid(form)
        if isinstance(answer, HttpResponse):
            return answer
        django_messages.success(self.request, self.done % {"object": self.object})
        return redirect(self.get_success_url())

    def get_success_url(self) -> str:
        if self.after:
            return link_to(self.after, self.object.pk)
        if self.edit_url_name and self.user_has_permission_for_instance("change", self.object):
            return reverse(self.edit_url_name, args=(quote(self.object.pk),))
        return reverse(str(self.index_url_name))

    def get_page_title(self) -> Any:
        return self.act

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse(str(self.index_url_name)), "label": capfirst(self.model._meta.verbose_name_plural)},
            {"url": "", "label": self.act, "sublabel": str(self.object)},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            act=self.act, lead=self.lead, serious=self.serious, back=self.get_success_url(), **kwargs
        )


class Refusable:
    """Mixin for create and edit views that save through a service.

    The form shows a refusal beside `refusal_field`, or above the form.
    """

    refusal_field: str | None = None
    request: HttpRequest

    def serve(self, form: Any) -> Any:
        """Call the service. Return the saved object, or the refusal."""
        raise NotImplementedError

    def form_valid(self, form: "forms.ModelForm[Any]") -> HttpResponse:
        view: Any = self
        view.form = form
        with transaction.atomic():
            answer = self.serve(form)
        if isinstance(answer, Refusal):
            add_to_form(form, answer, field=self.refusal_field)
            view.produced_error_code, view.produced_error_message = answer.code, str(answer)
            refused: HttpResponse = view.form_invalid(form)
            return refused
        view.object = answer
        saved: HttpResponse = view.save_action()
        return saved
