"""The back office's screens for agreements: texts, sheets, signatures, and who is missing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic import PermissionCheckedMixin
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.agreements import printing, services
from academy.agreements.models import Agreement
from academy.agreements.works import PrintingSheets
from academy.core.actions import ActionView, Refusable
from academy.core.forms import CommunityModelForm
from academy.core.http import read_ids
from academy.core.refusals import Refusal, add_to_form
from academy.core.signals import objects_shown
from academy.core.viewsets import CommunityViewSet
from academy.paper.http import DOUBLE_SIDED, pdf_response, prints_double_sided, remember_sides
from academy.people.choosers import volunteer_chooser
from academy.people.form_fields import DayField
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right
from academy.people.typed_days import Near
from academy.people.works import FEW, order_for
from academy.works import services as works
from academy.works.views import work_url

PEOPLE_A_PAGE = 50


class AgreementForm(CommunityModelForm):
    class Meta(CommunityModelForm.Meta):
        model = Agreement
        fields = ["community", "kind", "title", "text"]
        help_texts = {
            "title": _("As it stands above the text, such as “Volunteer service agreement”."),
            "text": _(
                "The work: how, when and where, under which conditions and with which safety (A3). Each line is a "
                "paragraph."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["kind"].disabled = True


class AgreementIndexView(generic.IndexView):
    def get_edit_url(self, instance: Agreement) -> str | None:
        return None if instance.published_at else super().get_edit_url(instance)

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().annotate(signed=Count("signatures"))

    def _get_title_column(self, *args: Any, **kwargs: Any) -> Any:
        """Link the title to the preview, where the next act stands."""
        column = super()._get_title_column(*args, **kwargs)
        column._get_url_func = lambda agreement: reverse("agreement:preview", args=[agreement.pk])
        return column


class AgreementCreateView(Refusable, generic.CreateView):
    success_message = _("The draft is saved. Look at the preview, then publish it.")
    refusal_field = "kind"

    def get_initial(self) -> dict[str, Any]:
        """Begin with the text of the version in force, so that a new version is a change of it."""
        community = user_of(self.request).communities_for(Right.MANAGE_PEOPLE).first()
        agreement = services.agreement_in_force(community.pk) if community else None
        before = {"title": agreement.title, "text": agreement.text} if agreement else {}
        return {**super().get_initial(), **before}

    def serve(self, form: Any) -> Agreement | Refusal:
        return services.write_draft(**form.cleaned_data, by=user_of(self.request), at=timezone.now())

    def get_success_url(self) -> str:
        return reverse("agreement:preview", args=[self.object.pk])


class AgreementEditView(Refusable, generic.EditView):
    success_message = _("The draft is saved. Look at the preview, then publish it.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.get_object().published_at is None:
            return super().dispatch(request, *args, **kwargs)
        messages.info(request, _("This version is published and stays as it is. Write a new version."))
        return redirect("agreement:preview", self.get_object().pk)

    def serve(self, form: Any) -> Agreement | Refusal:
        data = form.cleaned_data
        stored = Agreement.objects.get(pk=form.instance.pk)
        return services.edit_draft(
            agreement=stored, title=data["title"], text=data["text"], by=user_of(self.request), at=timezone.now()
        )

    def get_success_url(self) -> str:
        return reverse("agreement:preview", args=[self.object.pk])


class _AgreementPage(PermissionCheckedMixin, WagtailAdminTemplateMixin):
    """Base of the pages of one version."""

    model = Agreement
    pk_url_kwarg = "pk"
    permission_required = "view"
    index_url_name = "agreement:index"
    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def agreement(self) -> Agreement:
        return get_object_or_404(Agreement.objects.select_related("community"), pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return str(self.agreement)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("agreement:index"), "label": _("Agreements and pledges")},
            {"url": "", "label": self.page_title, "sublabel": str(self.agreement)},
        ]


class PreviewView(_AgreementPage, TemplateView):
    """The text as people read it on the phone, with the next act."""

    template_name = "agreements/admin/preview.html"
    page_title = _("Preview")
    header_icon = "view"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(agreement=self.agreement, **kwargs)


class PublishView(ActionView):
    permission_required = "change"
    act = _("Publish")
    lead = _(
        "From now on people sign this version; who signed an earlier one is asked again. A published version never "
        "changes."
    )
    done = _("%(object)s is published.")
    index_url_name = "agreement:index"

    def perform(self, form: Any) -> Refusal | None:
        answer = services.publish(agreement=self.object, by=user_of(self.request), at=timezone.now())
        if isinstance(answer, Refusal):
            return answer
        self.object = answer
        return None

    def get_success_url(self) -> str:
        return reverse("agreement:preview", args=[self.object.pk])


class SheetView(_AgreementPage, View):
    """Print the sheet without a name; on POST, one for each person who has not signed."""

    page_title = _("Print the sheet")

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return self._printed([], double_sided=False)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        people = list(_unsigned(request, self.agreement))
        objects_shown.send(sender=Volunteer, request=request, objects=people)
        double_sided = DOUBLE_SIDED in request.POST
        if len(people) <= FEW:
            answer = self._printed(people, double_sided=double_sided)
            return remember_sides(request, answer, double_sided=double_sided)
        work = works.begin(
            kind=PrintingSheets,
            community=self.agreement.community,
            order={"agreement": pk, "double_sided": double_sided, **order_for(people)},
            total=len(people),
            by=user_of(request),
            at=timezone.now(),
        )
        return remember_sides(request, redirect(work_url(work)), double_sided=double_sided)

    def _printed(self, people: list[Volunteer], *, double_sided: bool) -> HttpResponseBase:
        answer = printing.print_pdf(
            agreement=self.agreement, volunteers=people, at=timezone.now(), double_sided=double_sided
        )
        if isinstance(answer, Refusal):
            messages.error(self.request, str(answer))
            return redirect("agreement:preview", self.agreement.pk)
        return pdf_response(answer, f"{self.agreement}.pdf")


class UnsignedView(_AgreementPage, TemplateView):
    """The people who have not signed this version, with the sheets to print."""

    template_name = "agreements/admin/unsigned.html"
    page_title = _("Who has not signed")
    header_icon = "group"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_due = "due" in self.request.GET  # only those with a place in an activity that asks for it
        people = _unsigned(self.request, self.agreement)
        page = Paginator(people, PEOPLE_A_PAGE).get_page(self.request.GET.get("p"))
        shown = list(page.object_list)
        objects_shown.send(sender=Volunteer, request=self.request, objects=shown)
        return super().get_context_data(
            agreement=self.agreement,
            page=page,
            people=shown,
            is_due=is_due,
            double_sided=prints_double_sided(self.request),
            due_count=services.due(self.agreement, timezone.now()).count(),
            **kwargs,
        )


def _unsigned(request: HttpRequest, agreement: Agreement) -> QuerySet[Volunteer]:
    """Return who has not signed; with `?due`, of those with a place in an activity that asks for it."""
    return services.due(agreement, timezone.now()) if "due" in request.GET else services.unsigned(agreement)


class PaperForm(forms.Form):
    volunteer = forms.ModelChoiceField(
        Volunteer.objects.none(), label=_("Volunteer"), widget=volunteer_chooser.widget_class
    )
    signed_on = DayField(label=_("Day on the paper"), near=Near.BEHIND)
    photo = forms.FileField(
        label=_("Photo or scan of the signed sheet"),
        help_text=_("JPG, PNG or PDF, at most 5 MB. Only this person and staff who keep the roll can open it."),
        widget=forms.FileInput(attrs={"accept": "image/*,.pdf"}),
    )


class PaperView(ActionView):
    """Store the photo of a sheet that a person signed."""

    permission_required = "change"
    form_class = PaperForm
    act = _("Store the signed sheet")
    lead = _("The photo is stored with the version, and never changes.")
    done = _("Stored: %(object)s.")
    index_url_name = "agreement:index"

    def get_form(self, form_class: Any = None) -> Any:
        form: Any = super().get_form(form_class)
        form.fields["volunteer"].queryset = Volunteer.objects.present().filter(community=self.object.community_id)
        return form

    def get_initial(self) -> dict[str, Any]:
        people = Volunteer.objects.present().filter(community=self.object.community_id)
        person = people.filter(pk__in=read_ids([self.request.GET.get("volunteer", "")])).first()
        return {**super().get_initial(), "volunteer": person, "signed_on": timezone.localdate()}

    def form_valid(self, form: Any) -> HttpResponse:
        answer = services.record_paper(
            agreement=self.object, **form.cleaned_data, by=user_of(self.request), at=timezone.now()
        )
        if isinstance(answer, Refusal):
            fields = {"signed": "volunteer", "in_the_future": "signed_on", "bad_photo": "photo", "quota_full": "photo"}
            add_to_form(form, answer, fields)
            return self.form_invalid(form)
        messages.success(self.request, self.done % {"object": answer})
        return redirect("agreement:unsigned", self.object.pk)

    def get_success_url(self) -> str:
        return reverse("agreement:unsigned", args=[self.object.pk])


def _state(agreement: Agreement) -> Any:
    return _("published") if agreement.published_at else _("draft")


class AgreementViewSet(CommunityViewSet):
    """Versions of the texts. No user deletes one."""

    model = Agreement
    rights = dict.fromkeys(("view", "add", "change"), Right.MANAGE_PEOPLE)
    icon = "doc-full"
    menu_hook = "register_people_menu_item"
    menu_label = _("Agreements and pledges")
    menu_order = 60
    add_view_class = AgreementCreateView
    edit_view_class = AgreementEditView
    index_view_class = AgreementIndexView
    list_display = [
        "title",
        "kind",
        "version",
        Column("state", label=_("state"), accessor=_state),
        Column("signed", label=_("signatures")),
        "published_at",
        "community",
    ]
    list_filter = ["kind", "community"]
    list_export = ["title", "kind", "version", "published_at", "published_by", "community"]

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return AgreementForm

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("preview/<int:pk>/", self.construct_view(PreviewView), name="preview"),
            path("publish/<int:pk>/", self.construct_view(PublishView), name="publish"),
            path("sheet/<int:pk>/", self.construct_view(SheetView), name="sheet"),
            path("unsigned/<int:pk>/", self.construct_view(UnsignedView), name="unsigned"),
            path("paper/<int:pk>/", self.construct_view(PaperView), name="paper"),
        ]
