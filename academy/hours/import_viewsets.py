"""The back office's way from somebody's spreadsheet to records: upload, confirm the columns, look, bring in."""

from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic

from academy.core.actions import ActionView
from academy.core.refusals import Refusal
from academy.core.viewsets import CommunityModelForm, CommunityViewSet
from academy.hours import services, spreadsheets
from academy.hours.models import Import
from academy.people.choosers import volunteer_chooser
from academy.people.permissions import Right
from academy.people.views import user_of
from academy.people.viewsets import Refusable

SHOWN_ROWS = 6  # of a file whose columns are to be confirmed
SHOWN_GOOD = 200
NEEDED = {"date": _("Say which column holds the date."), "title": _("Say which column holds the activity.")}


class UploadForm(CommunityModelForm):
    file = forms.FileField(
        label=_("spreadsheet"),
        help_text=_("An Excel workbook (.xlsx) or CSV: one line for each person and day. It is kept as evidence."),
    )

    class Meta(CommunityModelForm.Meta):
        model = Import
        fields = ["community", "issuer", "leader"]
        widgets = {"leader": volunteer_chooser.widget_class}


class UploadView(Refusable, generic.CreateView):
    refusal_field = "file"
    success_message = _("%(object)s is here. Say which column is what.")

    def get_form_class(self) -> type[forms.ModelForm]:
        return UploadForm

    def serve(self, form: UploadForm) -> Import | Refusal:
        data = {name: form.cleaned_data[name] for name in ("community", "issuer", "leader")}
        file = form.cleaned_data["file"]
        if file.size > spreadsheets.MOST_BYTES:
            return services.UNREADABLE["too_big"]
        return services.keep_upload(
            **data, name=file.name, data=file.read(), by=user_of(self.request), at=timezone.now()
        )

    def get_success_url(self) -> str:
        return reverse("import:columns", args=[self.object.pk])

    def get_success_buttons(self) -> list[Any]:
        return []


class ColumnsForm(forms.Form):
    def __init__(self, *args: Any, rows: spreadsheets.Rows, header_row: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        headings = rows[header_row - 1] if header_row <= len(rows) else rows[0]
        choices = [("", _("not there"))] + [
            (str(place), f"{spreadsheets.letters(place)} · {text or '—'}") for place, text in enumerate(headings)
        ]
        self.fields["header_row"] = forms.IntegerField(
            label=_("The headings stand in line"), min_value=1, max_value=len(rows)
        )
        for name, label in services.FIELDS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=label, choices=choices, coerce=int, empty_value=None, required=False
            )

    def clean(self) -> None:
        given = self.cleaned_data
        for name, sentence in NEEDED.items():
            if name in given and given[name] is None:
                self.add_error(name, sentence)
        if all(given.get(name) is None for name in ("number", "name")):
            self.add_error("name", _("Say which column tells whose hours these are: name or number."))
        if given.get("minutes") is None and None in (given.get("starts"), given.get("ends")):
            self.add_error("minutes", _("Say which column holds the service time, or beginning and end."))
        places = [given[name] for name in services.FIELDS if given.get(name) is not None]
        for place in {place for place in places if places.count(place) > 1}:
            self.add_error(None, _("Column %(column)s cannot be two things.") % {"column": spreadsheets.letters(place)})


class ColumnsView(ActionView):
    """What the program guessed of the columns, to be confirmed beside the first lines of the file."""

    permission_required = "add"
    form_class = ColumnsForm
    template_name = "hours/admin/import_columns.html"
    act = _("Look at the lines")
    lead = _("What each column seems to hold. Change what is wrong; nothing is written yet.")

    def rows(self) -> spreadsheets.Rows:
        if not hasattr(self, "_rows"):
            self._rows = services.rows_of(self.object)
        return self._rows

    def get_initial(self) -> dict[str, Any]:
        return {"header_row": self.object.header_row, **self.object.columns}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "rows": self.rows(), "header_row": self.object.header_row}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        first = self.object.header_row - 1
        numbered = list(enumerate(self.rows()[first : first + SHOWN_ROWS], first + 1))
        letters = [spreadsheets.letters(place) for place in range(len(self.rows()[0]))]
        return super().get_context_data(rows=numbered, letters=letters, **kwargs)

    def perform(self, form: ColumnsForm) -> Refusal | HttpResponse:
        columns = {name: form.cleaned_data[name] for name in services.FIELDS}
        header_row = form.cleaned_data["header_row"]
        moved = header_row != self.object.header_row
        answer = services.choose_columns(
            batch=self.object, header_row=header_row, columns=columns, by=user_of(self.request)
        )
        if isinstance(answer, Refusal):
            return answer
        # Other headings: they are shown once more before anything is made of them.
        return redirect("import:columns" if moved else "import:check", self.object.pk)

    def get_success_url(self) -> str:
        return reverse("import:index")


class CheckView(ActionView):
    """The dry run: every bad line with its reason, and what the good ones would make."""

    permission_required = "add"
    template_name = "hours/admin/import_check.html"
    act = _("Import")
    done = _("%(object)s is imported. Its records are on notice.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        examined = services.examine(batch=self.object, by=user_of(self.request), at=timezone.now())
        return super().get_context_data(
            examined=examined, shown=examined.good[:SHOWN_GOOD], batch=self.object, **kwargs
        )

    def perform(self, form: Any) -> Refusal | None:
        answer = services.bring_in(
            batch=self.object,
            by=user_of(self.request),
            at=timezone.now(),
            only_if_all_are_good="good" not in self.request.POST,
        )
        return answer if isinstance(answer, Refusal) else None

    def get_success_url(self) -> str:
        return reverse("import:index")


class DiscardView(ActionView):
    permission_required = "add"
    act = _("Throw the file away")
    lead = _("Nothing of it has been imported, and nothing is kept.")
    done = _("%(object)s is gone.")
    serious = True

    def perform(self, form: Any) -> Refusal | None:
        return services.discard(batch=self.object, by=user_of(self.request))

    def get_success_url(self) -> str:
        return reverse("import:index")


class ImportIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[Import]:
        return super().get_base_queryset().select_related("issuer", "imported_by").annotate(count=Count("lines"))


class ImportInspectView(generic.InspectView):
    """An import with its lines, as they stood in the file."""

    template_name = "hours/admin/import_inspect.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = self.object.lines.select_related("volunteer", "record__activity")
        return super().get_context_data(lines=lines, **kwargs)


def next_step(batch: Import) -> str:
    if batch.imported_at is None:
        return reverse("import:columns", args=[batch.pk])
    return reverse("import:inspect", args=[batch.pk])


class ImportViewSet(CommunityViewSet):
    model = Import
    rights = {"view": Right.CONFIRM_HOURS, "add": Right.CONFIRM_HOURS}
    icon = "upload"
    menu_label = _("Past records")
    index_view_class = ImportIndexView
    add_view_class = UploadView
    inspect_view_class = ImportInspectView
    inspect_view_enabled = True
    inspect_view_fields = [
        *("community", "issuer", "leader", "name", "sha256", "uploaded_by", "uploaded_at"),
        *("imported_by", "imported_at", "left_out"),
    ]
    form_fields = ["community", "issuer", "leader"]
    list_display: list[Any] = [
        TitleColumn("name", label=_("file"), accessor="name", get_url=next_step),
        "issuer",
        "uploaded_at",
        "imported_at",
        "imported_by",
        Column("count", label=_("records")),
        "left_out",
    ]
    list_filter = ["community", "imported_at"]
    ordering = "-uploaded_at"

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("columns/<int:pk>/", self.construct_view(ColumnsView), name="columns"),
            path("check/<int:pk>/", self.construct_view(CheckView), name="check"),
            path("discard/<int:pk>/", self.construct_view(DiscardView), name="discard"),
        ]
