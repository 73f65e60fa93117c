"""The back office's screens of an import: hand a spreadsheet in, confirm its columns, look through its lines, import.

Until it is imported or discarded a spreadsheet waits here, whatever was refused.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import View
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button, HeaderButton

from academy.core import formats
from academy.core.actions import ActionView, Refusable
from academy.core.refusals import Refusal
from academy.core.signals import objects_shown
from academy.core.viewsets import CommunityModelForm, CommunityViewSet
from academy.hours import services, spreadsheet
from academy.hours.models import Import, ImportedRow, Upload
from academy.hours.workbooks import letters
from academy.people import choosers as _choosers  # noqa: F401  (before the form below: it asks for its widget)
from academy.people.models import Volunteer
from academy.people.permissions import Right

HEADERS_SHOWN = 15  # lines to choose the headers' line from
SAMPLE_LINES = 6
MOST_CHARACTERS = 30

FIELD_WORDS: dict[str, Any] = {
    "number": _("Volunteer number"),
    "name": pgettext_lazy("of a person", "Name"),
    "phone": _("Phone"),
    "date": _("Date"),
    "hours": _("Hours"),
    "begins": _("Beginning (where no hours stand)"),
    "ends": _("End (where no hours stand)"),
    "title": _("Activity"),
    "place": _("Place"),
    "content": _("Service content"),
    "organiser": _("Organiser"),
}
FOR_ALL_WORDS: dict[str, Any] = {
    "title": _("Activity, where the line names none"),
    "place": _("Place, where the line names none"),
    "content": _("Service content, where the line names none"),
    "organiser": _("Organiser, where the line names none"),
}


class UploadForm(CommunityModelForm):
    class Meta(CommunityModelForm.Meta):
        model = Upload
        fields = ["community", "issuer", "leader", "file"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        issuers = self.fields["issuer"].queryset
        if issuers.count() == 1:
            self.initial.setdefault("issuer", issuers.get().pk)


class ColumnsForm(CommunityModelForm):
    """One choice for each thing that is needed, with what the file's headers let guess."""

    class Meta(CommunityModelForm.Meta):
        model = Upload
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answer = services.lines_of(self.instance)
        self.unreadable = answer if isinstance(answer, Refusal) else None
        self.lines: list[spreadsheet.Line] = [] if isinstance(answer, Refusal) else answer
        guess, said = spreadsheet.guess(self.lines), self.instance.columns
        header = said.get("header", guess.header)
        columns = said.get("of", guess.columns)
        self.fields["header"] = forms.TypedChoiceField(
            label=_("Line of the headers"),
            help_text=_("The list begins below it."),
            coerce=int,
            choices=[
                (0, _("No headers")),
                *((line.number, f"{line.number} · {_start(line)}") for line in self.lines[:HEADERS_SHOWN]),
            ],
            initial=header,
        )
        choices = [("", "—"), *self._columns(header)]
        for name, word in FIELD_WORDS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=word, coerce=int, empty_value=None, required=False, choices=choices, initial=columns.get(name, "")
            )
            if name == "hours":
                self.fields["in_minutes"] = forms.TypedChoiceField(
                    label=_("A bare number there is"),
                    coerce=int,
                    choices=[(0, pgettext_lazy("unit", "hours")), (1, pgettext_lazy("unit", "minutes"))],
                    initial=int(said.get("in_minutes", guess.in_minutes)),
                )
            if name in FOR_ALL_WORDS:
                self.fields[f"{name}_for_all"] = forms.CharField(
                    label=FOR_ALL_WORDS[name],
                    required=False,
                    max_length=services.TEXTS[name],
                    initial=said.get("for_all", {}).get(name, self.instance.issuer.name if name == "organiser" else ""),
                )

    def _columns(self, header: int) -> list[tuple[int, str]]:
        """Each column by its letter, with its header."""
        named = next((line for line in self.lines if line.number == header), None)
        width = max((len(line.cells) for line in self.lines), default=0)
        return [(place, f"{letters(place)} · {named.text(place) if named else ''}"[:60]) for place in range(width)]

    @property
    def sample(self) -> list[tuple[int, list[str]]]:
        """The first lines, as one looks at them to compare."""
        width = max((len(line.cells) for line in self.lines[:SAMPLE_LINES]), default=0)
        return [(line.number, [_cut(line.text(place)) for place in range(width)]) for line in self.lines[:SAMPLE_LINES]]

    @property
    def letters(self) -> list[str]:
        return [letters(place) for place in range(len(self.sample[0][1]))] if self.lines else []

    def clean(self) -> dict[str, Any] | None:
        if self.unreadable:
            raise forms.ValidationError(str(self.unreadable), code=self.unreadable.code)
        return super().clean()


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def _start(line: spreadsheet.Line) -> str:
    return _cut(" · ".join(filter(None, (line.text(place) for place in range(len(line.cells))))))


# What is under way


class UploadView(Refusable, generic.CreateView):
    page_title = _("Import past service")
    page_subtitle = _("Hand in a spreadsheet")
    submit_button_label = _("Go on to the columns")
    success_message = _("%(object)s is kept. Say what its columns hold.")
    refusal_field = "file"

    def serve(self, form: UploadForm) -> Upload | Refusal:
        data = form.cleaned_data
        file = data["file"]
        return services.keep_upload(
            community=data["community"],
            issuer=data["issuer"],
            leader=data["leader"],
            name=str(file.name),
            content=file.read(spreadsheet.MOST_BYTES + 1),
            by=self.request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )

    def get_success_url(self) -> str:
        return reverse("upload:edit", args=[self.object.pk])

    def get_success_buttons(self) -> list[Any]:
        return []


class ColumnsView(Refusable, generic.EditView):
    template_name = "hours/admin/columns.html"
    page_title = _("Columns")
    success_message = None
    submit_button_label = _("Look through the lines")

    def serve(self, form: ColumnsForm) -> Upload | Refusal:
        data = form.cleaned_data
        return services.choose_columns(
            upload=form.instance,
            header=data["header"],
            columns={name: data[name] for name in FIELD_WORDS},
            in_minutes=bool(data["in_minutes"]),
            for_all={name: data[f"{name}_for_all"] for name in FOR_ALL_WORDS},
            by=self.request.user,  # type: ignore[arg-type]
        )

    def get_history_url(self) -> None:
        """It has none: nothing of it stays."""

    def get_success_url(self) -> str:
        return reverse("upload:check", args=[self.object.pk])

    def get_success_buttons(self) -> list[Any]:
        return []


class CheckView(ActionView):
    """The dry run: each line with what is wrong with it; then the import of all or of the good ones."""

    template_name = "hours/admin/check.html"
    act = _("Import")
    run: services.DryRun | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.object.columns:
            return redirect("upload:edit", self.object.pk)
        return super().dispatch(request, *args, **kwargs)

    def perform(self, form: forms.Form) -> Refusal | HttpResponse:
        answer = services.import_rows(
            upload=self.object,
            mark=self.request.POST.get("mark", ""),
            only_if_all_are_good="all" in self.request.POST,
            by=self.request.user,
            at=timezone.now(),
        )
        if isinstance(answer, Refusal):
            return answer
        messages.success(
            self.request, _("%(count)s lines are imported and on public notice.") % {"count": answer.count}
        )
        return redirect("import:inspect", answer.pk)

    def get_success_url(self) -> str:
        return reverse("import:index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        answer = services.dry_run(upload=self.object, by=self.request.user, at=timezone.now())
        context = super().get_context_data(upload=self.object, **kwargs)
        if isinstance(answer, Refusal):
            return {**context, "refusal": answer}
        if answer.people:
            objects_shown.send(sender=Volunteer, request=self.request, objects=answer.people)
        same = Import.objects.filter(community=self.object.community_id, sha256=self.object.sha256)
        return {**context, "run": answer, "same": same.select_related("imported_by").first()}


class DiscardView(ActionView):
    act = _("Discard the spreadsheet")
    lead = _("The file is deleted and nothing is imported from it.")
    done = _("%(object)s is discarded.")
    serious = True

    def perform(self, form: Any) -> Refusal | None:
        return services.discard_upload(upload=self.object, by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("upload:index")


class UploadIndexView(generic.IndexView):
    add_item_label = _("Hand in a spreadsheet")

    def get_base_queryset(self) -> QuerySet[Upload]:
        uploads: QuerySet[Upload] = super().get_base_queryset().select_related("uploaded_by")
        return uploads

    def get_list_more_buttons(self, instance: Upload) -> list[Any]:
        discard = reverse("upload:discard", args=[instance.pk])
        return [
            *super().get_list_more_buttons(instance),
            Button(DiscardView.act, url=discard, icon_name="bin", priority=30),
        ]


class UploadViewSet(CommunityViewSet):
    model = Upload
    rights = dict.fromkeys(("view", "add", "change"), Right.CONFIRM_HOURS)
    icon = "upload"
    menu_label = _("Spreadsheets under way")
    index_view_class = UploadIndexView
    add_view_class = UploadView
    edit_view_class = ColumnsView
    edit_template_name = "hours/admin/columns.html"
    list_display: list[Any] = ["name", "uploaded_by", "uploaded_at", "community"]
    ordering = "-uploaded_at"

    def get_form_class(self, for_update: bool = False) -> type[ModelForm]:
        return ColumnsForm if for_update else UploadForm

    def get_urlpatterns(self) -> list[Any]:
        # Nothing of it stays: it has no history, and is discarded by its service.
        left_out = {"history", "history_results", "usage"}
        return [
            *(pattern for pattern in super().get_urlpatterns() if pattern.name not in left_out),
            path("check/<int:pk>/", self.construct_view(CheckView), name="check"),
            path("discard/<int:pk>/", self.construct_view(DiscardView), name="discard"),
        ]


# What was imported


def _taken_back(one: Import) -> Any:
    return _("taken back") if hasattr(one, "taken_back") else ""


def _hours(one: Import) -> str:
    return formats.hours(one.minutes)


class ImportIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[Import]:
        imports: QuerySet[Import] = super().get_base_queryset().select_related("imported_by", "issuer", "taken_back")
        return imports

    @property
    def header_buttons(self) -> list[Button]:
        return [HeaderButton(UploadView.page_title, url=reverse("upload:add"), icon_name="plus")]

    @property
    def header_more_buttons(self) -> list[Button]:
        return [Button(_("Spreadsheets under way"), url=reverse("upload:index"), icon_name="time", priority=10)]


class ImportInspectView(generic.InspectView):
    template_name = "hours/admin/import.html"

    @property
    def header_more_buttons(self) -> list[Button]:
        acts = [("file", _("The file as it was handed in"), "download")]
        if not hasattr(self.object, "taken_back"):
            acts.append(("take_back", TakeBackView.act, "rotate"))
        return [
            Button(label, url=reverse(f"import:{name}", args=[self.object.pk]), icon_name=icon, priority=priority)
            for priority, (name, label, icon) in enumerate(acts)
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = list(self.object.rows.select_related("volunteer__merged_into", "record").order_by("line"))
        objects_shown.send(sender=ImportedRow, request=self.request, objects=rows)
        return super().get_context_data(rows=rows, **kwargs)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class TakeBackView(ActionView):
    permission_required = "view"
    form_class = ReasonForm
    act = _("Take the import back")
    lead = _(
        "What is still on public notice is withdrawn; its lines may be imported again. The import stays in the list."
    )
    done = _("%(object)s is taken back.")
    serious = True

    def perform(self, form: ReasonForm) -> Refusal | None:
        given = {"reason": form.cleaned_data["reason"], "by": self.request.user, "at": timezone.now()}
        answer = services.take_back(done=self.object, **given)
        return answer if isinstance(answer, Refusal) else None

    def get_success_url(self) -> str:
        return reverse("import:inspect", args=[self.object.pk])


class FileView(PermissionCheckedMixin, View):
    """The spreadsheet that an import was made from: evidence, for those who may import; never shown as a page."""

    model = Import
    pk_url_kwarg = "pk"
    permission_required = "view"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        done = get_object_or_404(Import, pk=pk)
        try:
            with done.file.open("rb") as file:
                response = HttpResponse(file.read(), content_type="application/octet-stream")
        except FileNotFoundError as error:
            raise Http404 from error
        response["Content-Disposition"] = content_disposition_header(True, done.name)
        return response


class ImportViewSet(CommunityViewSet):
    """Append-only: a mistake is taken back as a whole while it is on notice, later corrected record by record."""

    model = Import
    rights = {"view": Right.CONFIRM_HOURS}
    icon = "upload"
    menu_label = _("Imports")
    index_view_class = ImportIndexView
    inspect_view_class = ImportInspectView
    inspect_view_enabled = True
    inspect_template_name = "hours/admin/import.html"
    inspect_view_fields = [
        *("name", "issuer", "count", "left_out", "minutes", "imported_by", "imported_at", "sha256"),
    ]
    list_display: list[Any] = [
        *("name", "issuer", "count", "left_out"),
        Column("hours", label=_("hours"), accessor=_hours),
        *("imported_by", "imported_at"),
        Column("taken_back", label=_("state"), accessor=_taken_back),
    ]
    list_filter = {"community": ["exact"], "imported_at": ["date__gte", "date__lte"]}
    search_fields = ["name"]
    ordering = "-imported_at"
    list_export = ["name", "issuer", "count", "left_out", "minutes", "imported_by", "imported_at", "sha256"]
    export_filename = "imports"

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("file/<int:pk>/", self.construct_view(FileView), name="file"),
            path("take-back/<int:pk>/", self.construct_view(TakeBackView), name="take_back"),
        ]
