"""From records to the higher platform's own form (P10): told its columns once, then filled, carried and marked."""

from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets import AdminDateInput

from academy.core.actions import ActionView, Refusable
from academy.core.refusals import Refusal
from academy.core.signals import objects_shown
from academy.core.viewsets import CommunityModelForm, CommunityViewSet
from academy.hours import services, spreadsheet, workbooks
from academy.hours.models import ExportForm, HandedOver, Handover
from academy.hours.services import handing_over
from academy.people.permissions import Right
from academy.people.views import user_of

FIXED = "="  # in a column's choice: always the same text


# The form


class FormUploadForm(CommunityModelForm):
    file = forms.FileField(
        label=_("the platform's form"),
        help_text=_("Its empty Excel workbook (.xlsx), as it is downloaded there. What stands in it stays."),
    )

    class Meta(CommunityModelForm.Meta):
        model = ExportForm
        fields = ["community", "platform"]


class FormUploadView(Refusable, generic.CreateView):
    refusal_field = "file"
    success_message = _("%(object)s is here. Say what belongs into its columns.")

    def get_form_class(self) -> type[forms.ModelForm]:
        return FormUploadForm

    def serve(self, form: FormUploadForm) -> ExportForm | Refusal:
        file = form.cleaned_data["file"]
        if file.size > spreadsheet.MOST_BYTES:
            return handing_over.CANNOT_FILL["too_big"]
        return services.add_form(
            community=form.cleaned_data["community"],
            platform=form.cleaned_data["platform"],
            name=file.name,
            data=file.read(),
            by=user_of(self.request),
            at=timezone.now(),
        )

    def get_success_url(self) -> str:
        return reverse("export_form:columns", args=[self.object.pk])

    def get_success_buttons(self) -> list[Any]:
        return []


class FormColumnsForm(forms.Form):
    """For each column of the platform's form what belongs into it."""

    header_row = forms.IntegerField(
        label=_("The headings stand in line"), min_value=1, max_value=workbooks.HEADER_WITHIN
    )
    first_row = forms.IntegerField(
        label=_("The first record belongs into line"),
        min_value=2,
        max_value=spreadsheet.MOST_LINES,
        help_text=_("An example that stands there gives way; its formats are kept."),
    )

    def __init__(self, *args: Any, export_form: ExportForm, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.header_before = export_form.header_row
        self.headings = services.headings_of(export_form)
        choices = [("", _("leave empty")), *handing_over.FIELDS.items(), (FIXED, _("always the same text"))]
        for place, heading in enumerate(self.headings):
            known = export_form.columns.get(str(place), {})
            label = f"{workbooks.letters(place)} · {heading or '—'}"
            self.fields[f"field_{place}"] = forms.ChoiceField(
                label=label,
                choices=choices,
                required=False,
                initial=FIXED if "text" in known else known.get("field", ""),
            )
            self.fields[f"text_{place}"] = forms.CharField(
                label=_("%(column)s: the text") % {"column": workbooks.letters(place)},
                required=False,
                max_length=100,
                initial=known.get("text", ""),
            )

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        return [(self[f"field_{place}"], self[f"text_{place}"]) for place in range(len(self.headings))]

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("header_row") and given.get("first_row") and given["first_row"] <= given["header_row"]:
            self.add_error("first_row", _("Records stand below the headings."))
        for place in range(len(self.headings)):
            if given.get(f"field_{place}") == FIXED and not given.get(f"text_{place}"):
                self.add_error(f"text_{place}", _("Write the text that always stands there."))
        if not self.errors and not self.moved and not self.columns:
            self.add_error(None, _("Nothing would be written: choose at least one column."))

    @property
    def moved(self) -> bool:
        """Whether the headings stand in another line than was thought: what belongs below them is asked anew."""
        return bool(self.cleaned_data.get("header_row") != self.header_before)

    @property
    def columns(self) -> dict[str, dict[str, str]]:
        chosen = {}
        for place in range(len(self.headings)):
            field = self.cleaned_data[f"field_{place}"]
            if field == FIXED:
                chosen[str(place)] = {"text": self.cleaned_data[f"text_{place}"]}
            elif field:
                chosen[str(place)] = {"field": field}
        return chosen


class FormColumnsView(ActionView):
    permission_required = "add"
    form_class = FormColumnsForm
    template_name = "hours/admin/form_columns.html"
    act = _("Save the columns")
    lead = _("What each column of the form is to hold. This is asked once; afterwards the form is filled by itself.")
    done = _("%(object)s can be filled.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "export_form": self.object}

    def get_initial(self) -> dict[str, Any]:
        return {"header_row": self.object.header_row, "first_row": self.object.first_row}

    def perform(self, form: FormColumnsForm) -> Refusal | HttpResponse | None:
        answer = services.set_columns(
            form=self.object,
            header_row=form.cleaned_data["header_row"],
            first_row=form.cleaned_data["first_row"],
            columns={} if form.moved else form.columns,
            by=user_of(self.request),
        )
        if isinstance(answer, Refusal):
            return answer
        return redirect("export_form:columns", self.object.pk) if form.moved else None

    def get_success_url(self) -> str:
        return reverse("export_form:fill", args=[self.object.pk])


class PeriodForm(forms.Form):
    since = forms.DateField(label=pgettext_lazy("first day of a period", "From"), widget=AdminDateInput)
    until = forms.DateField(label=pgettext_lazy("last day of a period", "Until"), widget=AdminDateInput)
    again = forms.BooleanField(label=_("Those too that were handed over already"), required=False)


class FillView(ActionView):
    """The form filled with what is new, and what the platform has to be told of what it has."""

    permission_required = "add"
    form_class = PeriodForm
    template_name = "hours/admin/form_fill.html"
    act = _("Fill the form")
    lead = _(
        "The records of the period that are effective and have not been handed over on this form. Nothing is sent: you "
        "hand the file in yourself, and say so afterwards."
    )

    def get_initial(self) -> dict[str, Any]:
        today = timezone.localdate()
        return {"since": today.replace(month=1, day=1), "until": today}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        since, until = self.get_initial().values()
        changed = services.changed_since(self.object)
        objects_shown.send(sender=HandedOver, request=self.request, objects=[one.line for one in changed])
        return super().get_context_data(
            export_form=self.object,
            waiting=services.records_for(self.object, since=since, until=until).count(),
            changed=changed,
            **kwargs,
        )

    def perform(self, form: PeriodForm) -> Refusal | HttpResponse:
        answer = services.fill_form(form=self.object, **form.cleaned_data, by=user_of(self.request), at=timezone.now())
        return answer if isinstance(answer, Refusal) else redirect("handover:inspect", answer.pk)

    def get_success_url(self) -> str:
        return reverse("export_form:index")


class ToldView(ActionView):
    """The platform has been told that a record is no longer what it got."""

    permission_required = "add"
    act = _("The platform has been told")
    lead = _("That this record was corrected stands here no longer.")
    done = _("Noted.")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        lines = HandedOver.objects.filter(handover__form=self.object).select_related("handover__form__community")
        self.line = get_object_or_404(lines, pk=kwargs["line"])

    def perform(self, form: Any) -> Refusal | None:
        answer = services.tell_platform(line=self.line, by=user_of(self.request), at=timezone.now())
        return answer if isinstance(answer, Refusal) else None

    def get_success_url(self) -> str:
        return reverse("export_form:fill", args=[self.object.pk])


class ExportFormViewSet(CommunityViewSet):
    model = ExportForm
    rights = {"view": Right.CONFIRM_HOURS, "add": Right.CONFIRM_HOURS}
    icon = "download"
    menu_label = _("Forms of the platform")
    add_view_class = FormUploadView
    form_fields = ["community", "platform"]
    list_display: list[Any] = [
        TitleColumn(
            "platform",
            label=_("name of the higher platform"),
            accessor="platform",
            get_url=lambda form: reverse("export_form:fill", args=[form.pk]),
        ),
        "name",
        "community",
        "uploaded_by",
        "uploaded_at",
        TitleColumn(
            "columns",
            label=_("columns"),
            accessor=lambda form: _("Change"),
            get_url=lambda form: reverse("export_form:columns", args=[form.pk]),
        ),
    ]
    list_filter = ["community"]

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("columns/<int:pk>/", self.construct_view(FormColumnsView), name="columns"),
            path("fill/<int:pk>/", self.construct_view(FillView), name="fill"),
            path("fill/<int:pk>/told/<int:line>/", self.construct_view(ToldView), name="told"),
        ]


# The filled forms


class HandoverIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[Handover]:
        handovers = super().get_base_queryset()
        return handovers.select_related("form", "handed_over_by").annotate(count=Count("lines"))


class HandoverInspectView(generic.InspectView):
    template_name = "hours/admin/handover_inspect.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = list(self.object.lines.select_related("record__volunteer", "record__activity").order_by("pk"))
        objects_shown.send(sender=HandedOver, request=self.request, objects=lines)
        return super().get_context_data(lines=lines, **kwargs)


class DownloadView(ActionView):
    """The file."""

    permission_required = "view"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.object.file:
            raise Http404  # handed in: it is kept no longer
        try:
            file = self.object.file.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        objects_shown.send(sender=HandedOver, request=request, objects=list(self.object.lines.all()))
        return FileResponse(file, as_attachment=True, filename=self.object.name)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self.http_method_not_allowed(request)


class HandOverView(ActionView):
    permission_required = "view"
    act = _("It has been handed in")
    lead = _("The records on this form then carry the mark “handed over” and do not stand on the next one.")
    done = _("The records of %(object)s are handed over.")

    def perform(self, form: Any) -> Refusal | None:
        answer = services.hand_over(handover=self.object, by=user_of(self.request), at=timezone.now())
        return answer if isinstance(answer, Refusal) else None

    def get_success_url(self) -> str:
        return reverse("handover:inspect", args=[self.object.pk])


class ThrowAwayView(ActionView):
    permission_required = "view"
    act = _("Throw the file away")
    lead = _("The records on it are not handed over and stand on the next one.")
    done = _("%(object)s is gone.")
    serious = True

    def perform(self, form: Any) -> Refusal | None:
        return services.throw_away(handover=self.object, by=user_of(self.request))

    def get_success_url(self) -> str:
        return reverse("handover:index")


class HandoverViewSet(CommunityViewSet):
    model = Handover
    rights = {"view": Right.CONFIRM_HOURS}
    community_path = "form__community"
    icon = "tasks"
    menu_label = _("Handed over")
    index_view_class = HandoverIndexView
    inspect_view_class = HandoverInspectView
    inspect_view_enabled = True
    inspect_view_fields = [
        *("form", "since", "until", "made_by", "made_at", "sha256", "handed_over_by", "handed_over_at"),
    ]
    list_display: list[Any] = [
        TitleColumn(
            "name",
            label=_("file"),
            accessor="name",
            get_url=lambda handover: reverse("handover:inspect", args=[handover.pk]),
        ),
        "form",
        Column("count", label=_("records")),
        "made_at",
        "handed_over_at",
        "handed_over_by",
    ]
    list_filter = ["form", "handed_over_at"]
    ordering = "-made_at"

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("file/<int:pk>/", self.construct_view(DownloadView), name="file"),
            path("hand-over/<int:pk>/", self.construct_view(HandOverView), name="hand_over"),
            path("throw-away/<int:pk>/", self.construct_view(ThrowAwayView), name="throw_away"),
        ]
