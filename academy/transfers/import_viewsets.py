"""The back office's screens of an import: upload, confirm the columns, check the lines, import them.

A spreadsheet stays here until it is imported or discarded, also after a refusal.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button, HeaderButton

from academy.core import shown_hours
from academy.core.actions import ActionView, Refusable
from academy.core.files import private_file
from academy.core.practice import is_practice
from academy.core.refusals import Refusal
from academy.core.rights import RightRequiredMixin
from academy.core.signals import objects_shown
from academy.core.spreadsheets import ExportColumn, time_columns
from academy.core.viewsets import CommunityViewSet
from academy.hours.exports import SERVICE
from academy.hours.models import Import, ImportedRow, RecordState
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right
from academy.tables import columns
from academy.tables.columns import Top
from academy.tables.reading import MOST_BYTES
from academy.transfers import acts
from academy.transfers.import_forms import FIELD_WORDS, FOR_ALL_WORDS, ColumnsForm, ReasonForm, UploadForm
from academy.transfers.left_out import lines_left_out, response_of
from academy.transfers.models import Upload
from academy.transfers.services import importing, imports
from academy.transfers.services.import_lines import DryRun, ImportLine
from academy.transfers.works import ImportingService
from academy.works.models import Work
from academy.works.services import order_of
from academy.works.views import REFRESH, work_url

SHOWN = 200  # lines of one kind on a page: 2,400 took three seconds to draw

# Uploads


class UploadView(Refusable, generic.CreateView):
    page_title = _("Import past service")
    page_subtitle = _("Hand in a spreadsheet")
    submit_button_label = _("Go on to the columns")
    success_message = _("“%(object)s” is stored. Confirm the content of its columns.")
    refusal_field = "file"

    def serve(self, form: UploadForm) -> Upload | Refusal:
        data = form.cleaned_data
        file = data["file"]
        return imports.keep_upload(
            community=data["community"],
            issuer=data["issuer"],
            leader=data["leader"],
            name=str(file.name),
            content=file.read(MOST_BYTES + 1),
            by=self.request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )

    def get_success_url(self) -> str:
        return reverse("upload:edit", args=[self.object.pk])

    def get_success_buttons(self) -> list[Any]:
        return []


class ColumnsView(columns.ColumnsView):
    check_url_name = "upload:check"

    def top(self, sheet: str | None) -> Top | Refusal:
        table = imports.table_of(self.object, sheet)
        return table if isinstance(table, Refusal) else (table, table.lines)

    def serve(self, form: ColumnsForm) -> Upload | Refusal:
        data = form.cleaned_data
        return imports.choose_columns(
            upload=form.instance,
            header=data["header"],
            columns={name: data[name] for name in FIELD_WORDS},
            in_minutes=bool(data["in_minutes"]),
            for_all={name: data[f"{name}_for_all"] for name in FOR_ALL_WORDS},
            sheet=form.table.sheet,  # by its own name
            lines=sum(line.number > data["header"] for line in form.table.lines),
            by=self.request.user,  # type: ignore[arg-type]
        )


class CheckView(ActionView):
    """The dry run: each line with its problems. Then the import of all or the good lines, its progress."""

    template_name = "transfers/admin/check.html"
    act = _("Import")
    run: DryRun | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.object.columns:
            return redirect("upload:edit", self.object.pk)
        return super().dispatch(request, *args, **kwargs)

    def perform(self, form: forms.Form) -> Refusal | HttpResponse:
        answer = acts.import_rows(
            upload=self.object,
            mark=self.request.POST.get("mark", ""),
            only_if_all_are_good="all" in self.request.POST,
            by=self.request.user,
            at=timezone.now(),
        )
        if isinstance(answer, Refusal):
            return answer
        if isinstance(answer, Work):
            return redirect("import_outcome", answer.pk)
        return _show_import(self.request, answer)

    def get_success_url(self) -> str:
        return reverse("import:index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        work, trouble = self.object.work, ""
        if work is not None:
            if self.object.is_under_way:
                more = {"work": work, "work_url": work_url(work), "refresh": REFRESH}
                return super().get_context_data(upload=self.object, **more, **kwargs)
            trouble = work.trouble
        answer = imports.dry_run(upload=self.object, by=self.request.user, at=timezone.now())
        context = super().get_context_data(upload=self.object, trouble=trouble, **kwargs)
        if isinstance(answer, Refusal):
            return {**context, "refusal": answer}
        good, bad = answer.good[:SHOWN], answer.bad_by_themselves[:SHOWN]
        _log_people(self.request, [*good, *(line for line, _problems in bad)])
        same = Import.objects.filter(community=self.object.community_id, sha256=self.object.sha256)
        more = {"good": good, "bad": bad, "shown": SHOWN, "same": same.select_related("imported_by").first()}
        return {**context, "run": answer, **more}


def _show_import(request: HttpRequest, done: Import) -> HttpResponse:
    effective = done.rows.filter(record__state=RecordState.EFFECTIVE).count()
    if not effective:
        sentence = _("%(count)s lines are imported and on public notice.")
    elif effective == done.count:
        sentence = _("%(count)s lines are imported. Their hours count already: your rules give them no public notice.")
    else:
        sentence = _("%(count)s lines are imported. %(effective)s of them count already, the others are on notice.")
    messages.success(request, sentence % {"count": done.count, "effective": effective})
    return redirect("import:inspect", done.pk)


class OutcomeView(RightRequiredMixin, View):
    """Redirect to the upload while a work imports it, and to the import afterwards."""

    right = Right.CONFIRM_HOURS

    def get(self, request: HttpRequest, work: int) -> HttpResponse:
        own = Work.objects.filter(kind=ImportingService.slug, community__in=self.communities)
        order = order_of(get_object_or_404(own, pk=work))
        if not order:
            raise Http404  # its master key is gone
        done = ImportingService.import_of(order)
        return _show_import(request, done) if done else redirect(ImportingService().next_url(order))


class BadLinesView(PermissionCheckedMixin, View):
    """Send the lines of an upload that would not be imported now."""

    model = Upload
    pk_url_kwarg = "pk"
    permission_required = "change"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        upload = get_object_or_404(Upload, pk=pk)
        run = imports.dry_run(upload=upload, by=user_of(request), at=timezone.now())
        if isinstance(run, Refusal):
            return redirect("upload:check", pk)
        _log_people(request, run.bad)
        return response_of(
            upload.name, run.table, upload.columns["header"], run.bad, practice=is_practice(upload.community_id)
        )


def _log_people(request: HttpRequest, lines: list[ImportLine]) -> None:
    people = list({line.volunteer.pk: line.volunteer for line in lines if line.volunteer}.values())
    objects_shown.send(sender=Volunteer, request=request, objects=people)


class DiscardView(ActionView):
    act = _("Discard the spreadsheet")
    lead = _("The file is deleted and nothing is imported from it.")
    done = _("%(object)s is discarded.")
    serious = True

    def perform(self, form: Any) -> Refusal | None:
        return imports.discard_upload(upload=self.object, by=self.request.user)

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
    edit_template_name = ColumnsView.template_name
    list_display: list[Any] = ["name", "uploaded_by", "uploaded_at", "community"]
    ordering = "-uploaded_at"

    def get_form_class(self, for_update: bool = False) -> type[ModelForm]:
        return ColumnsForm if for_update else UploadForm

    def get_urlpatterns(self) -> list[Any]:
        # An upload has no history, and its service discards it.
        left_out = {"history", "history_results", "usage"}
        return [
            *(pattern for pattern in super().get_urlpatterns() if pattern.name not in left_out),
            path("check/<int:pk>/", self.construct_view(CheckView), name="check"),
            path("bad-lines/<int:pk>/", self.construct_view(BadLinesView), name="bad_lines"),
            path("discard/<int:pk>/", self.construct_view(DiscardView), name="discard"),
        ]


# Imports


def _taken_back(one: Import) -> Any:
    return _("taken back") if hasattr(one, "taken_back") else ""


def _hours(one: Import) -> str:
    return shown_hours.hours(one.minutes, one.community_id)


class ImportIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[Import]:
        found: QuerySet[Import] = super().get_base_queryset().select_related("imported_by", "issuer", "taken_back")
        return found

    @property
    def header_buttons(self) -> list[Button]:
        return [HeaderButton(UploadView.page_title, url=reverse("upload:add"), icon_name="plus")]

    @property
    def header_more_buttons(self) -> list[Button]:
        return [Button(_("Spreadsheets under way"), url=reverse("upload:index"), icon_name="time", priority=10)]


class ImportInspectView(generic.InspectView):
    template_name = "transfers/admin/import.html"

    @property
    def header_more_buttons(self) -> list[Button]:
        acts = [("file", _("The file as it was handed in"), "download")]
        if self.object.left_out:
            acts.append(("left_out", _("The lines that were left out"), "download"))
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


class TakeBackView(ActionView):
    permission_required = "view"
    form_class = ReasonForm
    act = _("Take the import back")
    lead = _(
        "Records that are still on public notice are withdrawn, and their lines may be imported again. The import "
        "stays in the list."
    )
    done = _("%(object)s is taken back.")
    serious = True

    def perform(self, form: ReasonForm) -> Refusal | None:
        given = {"reason": form.cleaned_data["reason"], "by": self.request.user, "at": timezone.now()}
        answer = importing.take_back(done=self.object, **given)
        return answer if isinstance(answer, Refusal) else None

    def get_success_url(self) -> str:
        return reverse("import:inspect", args=[self.object.pk])


class FileView(PermissionCheckedMixin, View):
    """Send the spreadsheet of an import, which is evidence, to users who may import."""

    model = Import
    pk_url_kwarg = "pk"
    permission_required = "view"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        done = get_object_or_404(Import, pk=pk)
        return private_file(request, done.file, done.name)


class LeftOutView(PermissionCheckedMixin, View):
    """Send the lines of an import that were left out, with the reasons that hold now."""

    model = Import
    pk_url_kwarg = "pk"
    permission_required = "view"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        done = get_object_or_404(Import, pk=pk)
        lines, table = lines_left_out(done=done, by=user_of(request), at=timezone.now()), imports.table_of(done)
        if isinstance(lines, Refusal) or isinstance(table, Refusal):
            raise Http404
        _log_people(request, lines)
        return response_of(done.name, table, done.columns["header"], lines, practice=is_practice(done.community_id))


class ImportViewSet(CommunityViewSet):
    """Imports, which are append-only. A mistake is reversed as a whole, or corrected record by record."""

    model = Import
    rights = {"view": Right.CONFIRM_HOURS}
    icon = "upload"
    menu_label = _("Imports")
    index_view_class = ImportIndexView
    inspect_view_class = ImportInspectView
    inspect_view_enabled = True
    inspect_template_name = "transfers/admin/import.html"
    inspect_view_fields = ["name", "issuer", "count", "left_out", "minutes", "imported_by", "imported_at"]
    list_display: list[Any] = [
        "name",
        "issuer",
        "count",
        "left_out",
        Column("hours", label=_("hours"), accessor=_hours),
        "imported_by",
        "imported_at",
        Column("taken_back", label=_("state"), accessor=_taken_back),
    ]
    list_filter = {"community": ["exact"], "imported_at": ["date__gte", "date__lte"]}
    search_fields = ["name"]
    ordering = "-imported_at"
    list_export = [
        "name",
        "issuer",
        "count",
        "left_out",
        *time_columns("minutes", *SERVICE),
        "imported_by",
        "imported_at",
        ExportColumn("taken_back", _("state"), _taken_back),
    ]

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("file/<int:pk>/", self.construct_view(FileView), name="file"),
            path("left-out/<int:pk>/", self.construct_view(LeftOutView), name="left_out"),
            path("take-back/<int:pk>/", self.construct_view(TakeBackView), name="take_back"),
        ]
