"""The back office's screens for templates: write, look at, publish, version by version."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic import PermissionCheckedMixin
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.certificates import samples
from academy.core.actions import ActionView, Refusable
from academy.core.forms import CommunityModelForm
from academy.core.http import read_id
from academy.core.refusals import Refusal
from academy.core.viewsets import CommunityViewSet
from academy.designs import services, wording
from academy.designs.models import Design, PaperKind
from academy.designs.pictures import MOST_BYTES, clear_png
from academy.designs.refusals import refusal_of
from academy.designs.standard import STANDARD
from academy.paper.http import pdf_response, png_response
from academy.paper.pictures import page_png
from academy.people.http import user_of
from academy.people.permissions import Right
from academy.people.services import attempts
from academy.people.services.attempts import Limit, Source

PREVIEW_WIDTH = 900  # dots
# A login's previews: each takes a second of a processor, and the page asks for one whenever the author pauses.
PREVIEWS = Limit(free=60, half_life=60)
PICTURES = {"accept": "image/png,image/jpeg"}


class DesignForm(CommunityModelForm):
    seal = forms.FileField(
        label=_("Picture of the seal"),
        required=False,
        help_text=_("A scan or photo on white paper, PNG or JPG. Without one, the paper leaves room for the seal."),
        widget=forms.FileInput(attrs=PICTURES),
    )
    no_seal = forms.BooleanField(label=_("Take the picture of the seal away"), required=False)
    signature = forms.FileField(
        label=_("Picture of the signature"),
        required=False,
        help_text=_("The signature of the person responsible. Without one, the name is printed."),
        widget=forms.FileInput(attrs=PICTURES),
    )
    no_signature = forms.BooleanField(label=_("Take the picture of the signature away"), required=False)

    class Meta(CommunityModelForm.Meta):
        model = Design
        fields = ["community", "kind", "name", "heading", "body", "border", "is_landscape", "issuer"]
        widgets = {"kind": forms.HiddenInput, "body": forms.Textarea(attrs={"rows": 9})}

    field_order = [*Meta.fields, "seal", "no_seal", "signature", "no_signature"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.instance.kind or self.initial.get("kind") or PaperKind.COMPLETION
        names = "、".join(
            f"{{{field.name}}}{'*' if field.is_mandatory else ''}" for field in wording.FIELDS[PaperKind(kind).value]
        )
        self.fields["body"].help_text = _(
            "Each line is a paragraph. These names are filled in, those with * must be there: %(names)s"
        ) % {"names": names}
        if self.instance.pk:
            self.fields["name"].disabled = self.fields["kind"].disabled = True
        for name in services.PICTURES:
            if not getattr(self.instance, name, b""):
                del self.fields[f"no_{name}"]

    def content(self) -> dict[str, Any]:
        """Return what the service takes: texts, and pictures as bytes, None for one that stays."""
        data = self.cleaned_data
        content = {name: data[name] for name in services.TEXTS}
        for name in services.PICTURES:
            given = data.get(name)
            removed = b"" if data.get(f"no_{name}") else None
            content[name] = given.read(MOST_BYTES + 1) if given else removed
        return content


class DesignCreateView(Refusable, generic.CreateView):
    success_message = _("The draft is saved. Look at the preview, then publish it.")
    refusal_field = "body"
    template_name = "certificates/admin/design.html"
    request: Any

    @cached_property
    def before(self) -> Design | None:
        """The version that a new one begins with."""
        own = Design.objects.published().filter(
            community__in=self.request.user.communities_for(Right.ISSUE_CERTIFICATES)
        )
        return own.filter(pk=read_id(self.request.GET.get("after")) or 0).first()

    def get_initial(self) -> dict[str, Any]:
        """Begin with the version before, or with the product's own text of the kind."""
        initial = super().get_initial()
        if (before := self.before) is not None:
            fields = ("community", "kind", "name", *services.TEXTS)
            return {**initial, **{name: getattr(before, name) for name in fields}}
        asked = self.request.GET.get("kind") or self.request.POST.get("kind")
        kind = asked if asked in PaperKind.values else PaperKind.COMPLETION.value
        standard = STANDARD[kind]
        return {
            **initial,
            "kind": kind,
            "name": str(PaperKind(kind).label),
            "heading": standard.heading,
            "body": standard.body,
            "border": standard.border,
            "is_landscape": standard.is_landscape,
        }

    def serve(self, form: Any) -> Design | Refusal:
        data = form.cleaned_data
        return services.write_draft(
            community=data["community"],
            kind=data["kind"],
            name=data["name"],
            by=user_of(self.request),
            at=timezone.now(),
            **form.content(),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["kinds"] = [] if self.before else PaperKind.choices
        return context

    def get_success_url(self) -> str:
        return reverse("design:preview", args=[self.object.pk])


class DesignEditView(Refusable, generic.EditView):
    success_message = _("The draft is saved. Look at the preview, then publish it.")
    refusal_field = "body"
    template_name = "certificates/admin/design_edit.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.get_object().published_at is None:
            shown: HttpResponse = super().dispatch(request, *args, **kwargs)
            return shown
        messages.info(request, _("This version is published and stays as it is. Write a new version."))
        return redirect("design:preview", self.get_object().pk)

    def serve(self, form: Any) -> Design | Refusal:
        stored = Design.objects.get(pk=form.instance.pk)
        return services.edit_draft(design=stored, by=user_of(self.request), at=timezone.now(), **form.content())

    def get_success_url(self) -> str:
        return reverse("design:preview", args=[self.object.pk])


class _DesignPage(PermissionCheckedMixin, WagtailAdminTemplateMixin):
    """Base of the pages of one version."""

    model = Design
    pk_url_kwarg = "pk"
    permission_required = "view"
    index_url_name = "design:index"
    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def design(self) -> Design:
        return get_object_or_404(Design.objects.select_related("community", "issuer"), pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return str(self.design)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("design:index"), "label": _("Templates")},
            {"url": "", "label": self.page_title, "sublabel": str(self.design)},
        ]


class PreviewView(_DesignPage, TemplateView):
    """The template with the longest and the rarest real data, and the next act."""

    template_name = "certificates/admin/design_preview.html"
    page_title = _("Preview")
    header_icon = "view"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        fault = wording.fault_of(self.design.kind, self.design.heading, self.design.body)
        return super().get_context_data(
            design=self.design,
            names=[(which, samples.sample_name(self.design.community, which)) for which in _SAMPLES],
            fault=refusal_of(fault, self.design.kind) if fault else None,
            **kwargs,
        )


_SAMPLES = (samples.LONGEST, samples.RAREST)


class SampleView(_DesignPage, View):
    """A preview as PNG, or as PDF to print."""

    page_title = _("Preview")

    def get(self, request: HttpRequest, pk: int, which: str, form: str) -> HttpResponseBase:
        if wait := _wait(request):
            return wait
        answer = samples.print_sample(self.design, which=which, at=timezone.now())
        if isinstance(answer, Refusal):
            return _said(str(answer))
        if form == "pdf":
            return pdf_response(answer, f"{self.design.name}.pdf")
        return png_response(page_png(answer, 1, width=PREVIEW_WIDTH), "preview.png")


class LiveView(View):
    """The preview of a form that is not saved yet: a picture, or the sentence that refuses it."""

    def post(self, request: HttpRequest) -> HttpResponse:
        user = user_of(request)
        communities = user.communities_for(Right.ISSUE_CERTIFICATES)
        if not communities.exists():
            raise PermissionDenied
        if wait := _wait(request):
            return wait
        stored = Design.objects.filter(pk=read_id(request.POST.get("design")) or 0, community__in=communities).first()
        form = DesignForm(request.POST, request.FILES, instance=stored or Design(), for_user=user)
        if not form.is_valid():
            return _said("；".join(error for errors in form.errors.values() for error in errors))
        design = form.instance
        content = form.content()
        for name in services.PICTURES:
            if content[name] is not None:
                setattr(design, name, clear_png(content[name]) or b"")
        fault = wording.fault_of(design.kind, design.heading, design.body)
        if fault:
            return _said(str(refusal_of(fault, design.kind)))
        which = samples.RAREST if request.POST.get("which") == samples.RAREST else samples.LONGEST
        answer = samples.print_sample(design, which=which, at=timezone.now())
        if isinstance(answer, Refusal):
            return _said(str(answer))
        return png_response(page_png(answer, 1, width=PREVIEW_WIDTH), "preview.png")


def _said(sentence: str, *, status: int = 409) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")


def _wait(request: HttpRequest) -> HttpResponse | None:
    """Return the answer to a login that asks for very many previews; else None, and count this one."""
    source = Source("design.previews", str(user_of(request).pk), PREVIEWS)
    seconds = attempts.begin(sources=[source], at=timezone.now())
    if not seconds:
        return None
    response = _said(str(_("Too many previews at once. The next one comes in a moment.")), status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


class PublishView(ActionView):
    permission_required = "add"
    act = _("Publish")
    lead = _(
        "Papers of this kind are issued with this version from now on. A published version never changes; papers that "
        "were issued before keep theirs."
    )
    done = _("%(object)s is published.")
    index_url_name = "design:index"

    def perform(self, form: Any) -> Refusal | None:
        answer = services.publish(design=self.object, by=user_of(self.request), at=timezone.now())
        if isinstance(answer, Refusal):
            return answer
        self.object = answer
        return None

    def get_success_url(self) -> str:
        return reverse("design:preview", args=[self.object.pk])


class DesignIndexView(generic.IndexView):
    page_title = pgettext_lazy("of papers", "Templates of certificates")
    add_item_label = _("Write a template")

    def get_edit_url(self, instance: Design) -> str | None:
        return None if instance.published_at else super().get_edit_url(instance)

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().without_pictures()

    def _get_title_column(self, *args: Any, **kwargs: Any) -> Any:
        """Link the title to the preview, where the next act stands."""
        column = super()._get_title_column(*args, **kwargs)
        column._get_url_func = lambda design: reverse("design:preview", args=[design.pk])
        return column


def _state(design: Design) -> Any:
    return _("published") if design.published_at else _("draft")


class DesignViewSet(CommunityViewSet):
    """Versions of templates. No user deletes one."""

    model = Design
    rights = dict.fromkeys(("view", "add", "change"), Right.ISSUE_CERTIFICATES)
    icon = "doc-full"
    menu_label = pgettext_lazy("of papers", "Templates of certificates")
    add_to_settings_menu = True
    menu_order = 35
    add_view_class = DesignCreateView
    edit_view_class = DesignEditView
    index_view_class = DesignIndexView
    create_template_name = "certificates/admin/design.html"
    edit_template_name = "certificates/admin/design_edit.html"
    list_display = [
        "name",
        "kind",
        "version",
        Column("state", label=_("state"), accessor=_state),
        "published_at",
        "community",
    ]
    list_filter = ["kind", "community"]
    list_export: list[Any] = ["name", "kind", "version", "heading", "body", "published_at", "published_by", "community"]

    def get_form_class(self, for_update: bool = False) -> type[DesignForm]:
        return DesignForm

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("preview/<int:pk>/", self.construct_view(PreviewView), name="preview"),
            path("preview/<int:pk>/<slug:which>.<slug:form>", self.construct_view(SampleView), name="sample"),
            path("publish/<int:pk>/", self.construct_view(PublishView), name="publish"),
        ]
