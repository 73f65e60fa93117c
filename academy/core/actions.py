"""Views of the back office that call a service: an act on one object on a page of its own, and forms that save."""

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

from academy.core.refusals import Refusal, add_to_form


class ActionView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]  # generic in its stubs only
    """Subclass it, say what it does and implement `perform`; construct it by `CommunityViewSet.construct_view`, which
    sees to it that the object stands in a community where the user may do it.
    """

    model: Any = None
    request: Any  # of somebody signed in: the admin sees to that
    pk_url_kwarg = "pk"
    permission_required = "change"
    form_class: type[forms.Form] = forms.Form
    template_name = "core/admin/form.html"
    index_url_name: str | None = None
    edit_url_name: str | None = None
    act: Any = ""  # what the button says
    lead: Any = ""  # what happens, in a sentence or two
    done: Any = ""  # what the message says afterwards, with %(object)s
    serious = False

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.object = get_object_or_404(self.model, pk=unquote(str(kwargs[self.pk_url_kwarg])))

    def perform(self, form: Any) -> Refusal | HttpResponse | None:
        """Does it. A response, a PDF say, is handed on instead of a message."""
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
    """Mixin for create and edit views that save through a service; the form shows a refusal at `refusal_field`."""

    refusal_field: str | None = None
    request: HttpRequest

    def serve(self, form: Any) -> Any:
        """Call the service and return the object, or its `Refusal`."""
        raise NotImplementedError

    def form_valid(self, form: "forms.ModelForm[Any]") -> HttpResponse:
        view: Any = self
        view.form = form
        with transaction.atomic():
            answer = self.serve(form)
        if isinstance(answer, Refusal):
            form.add_error(self.refusal_field, str(answer))
            view.produced_error_code, view.produced_error_message = answer.code, str(answer)
            refused: HttpResponse = view.form_invalid(form)
            return refused
        view.object = answer
        saved: HttpResponse = view.save_action()
        return saved
