"""The back office's screens of a spreadsheet: upload, confirm the columns, check, import.

It stays here until it is imported or discarded, also after a refusal.
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
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button

from academy.core.actions import ActionView, Refusable
from academy.core.practice import is_practice
from academy.core.refusals import Refusal
from academy.core.rights import RightRequiredMixin
from academy.core.signals import objects_shown
from academy.core.viewsets import CommunityViewSet
from academy.hours.models import Import, RecordState
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right
from academy.tables import columns
from academy.tables.columns import Top
from academy.tables.left_out import left_out_response
from academy.tables.reading import MOST_BYTES
from academy.transfers import acts, judging
from academy.transfers.import_forms import FIELD_WORDS, FOR_ALL_WORDS, ColumnsForm, UploadForm
from academy.transfers.models import Upload
from academy.transfers.people_views import PeopleView
from academy.transfers.services import imports
from academy.transfers.works import CheckingService, ImportingService
from academy.works.models import Work
from academy.works.services import order_of
from academy.works.views import REFRESH, work_url


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
        chosen = imports.choose_columns(
            upload=form.instance,
            header=data["header"],
            columns={name: data[name] for name in FIELD_WORDS},
            in_minutes=bool(data["in_minutes"]),
            for_all={name: data[f"{name}_for_all"] for name in FOR_ALL_WORDS},
            sheet=form.table.sheet,  # by its own name
            lines=sum(line.number > data["header"] for line in form.table.lines),
            by=self.request.user,  # type: ignore[arg-type]
        )
        if isinstance(chosen, Upload) and chosen.is_long:
            acts.judge(upload=chosen, by=user_of(self.request), at=timezone.now())
        return chosen


class CheckView(ActionView):
    """The dry run: each line with its problems. Then the import of all or the good lines, its progress."""

    template_name = "transfers/admin/check.html"
    act = _("Import")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.object.columns:
            return redirect("upload:edit", self.object.pk)
        return super().dispatch(request, *args, **kwargs)

    def perform(self, form: forms.Form) -> Refusal | HttpResponse:
        if "judge" in self.request.POST:
            begun = acts.judge(upload=self.object, by=user_of(self.request), at=timezone.now())
            return begun if isinstance(begun, Refusal) else redirect("upload:check", self.object.pk)
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
                judging_it = work.kind == CheckingService.slug
                return super().get_context_data(upload=self.object, judging=judging_it, **more, **kwargs)
            trouble = work.trouble
        same = Import.objects.filter(community=self.object.community_id, sha256=self.object.sha256)
        context = super().get_context_data(
            upload=self.object, trouble=trouble, same=same.select_related("imported_by").first(), **kwargs
        )
        judged = self._judged()
        if isinstance(judged, Refusal):
            return {**context, "refusal": judged}
        if judged is not None:
            people = list(Volunteer.objects.filter(pk__in=judged.people)) if judged.people else []
            objects_shown.send(sender=Volunteer, request=self.request, objects=people)
        return {**context, "judged": judged}

    def _judged(self) -> judging.Judgement | Refusal | None:
        """Return the stored judgement of a long list; a short one is checked now."""
        if self.object.is_long:
            return judging.kept(self.object)
        run = imports.dry_run(upload=self.object, by=self.request.user, at=timezone.now())
        return run if isinstance(run, Refusal) else judging.judgement_of(run, self.object)


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


def answer_with_left_out(request: HttpRequest, source: Upload | Import) -> HttpResponseBase | Refusal:
    """Return the file of the lines that are not imported; of a long list, lead to its work."""
    found = acts.list_left_out(source=source, by=user_of(request), at=timezone.now())
    if isinstance(found, Refusal):
        return found
    if isinstance(found, Work):
        return redirect(work_url(found))
    objects_shown.send(sender=Volunteer, request=request, objects=found.people)
    return left_out_response(found.content(source), practice=is_practice(source.community_id))


class BadLinesView(PermissionCheckedMixin, View):
    """Send the lines of an upload that would not be imported now."""

    model = Upload
    pk_url_kwarg = "pk"
    permission_required = "change"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        answer = answer_with_left_out(request, get_object_or_404(Upload, pk=pk))
        return redirect("upload:check", pk) if isinstance(answer, Refusal) else answer


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

    def get_form_class(self, for_update: bool = False) -> type["ModelForm[Any]"]:
        return ColumnsForm if for_update else UploadForm

    def get_urlpatterns(self) -> list[Any]:
        # An upload has no history, and its service discards it.
        left_out = {"history", "history_results", "usage"}
        return [
            *(pattern for pattern in super().get_urlpatterns() if pattern.name not in left_out),
            path("check/<int:pk>/", self.construct_view(CheckView), name="check"),
            path("bad-lines/<int:pk>/", self.construct_view(BadLinesView), name="bad_lines"),
            path("discard/<int:pk>/", self.construct_view(DiscardView), name="discard"),
            path("people/<int:pk>/", self.construct_view(PeopleView), name="people"),
        ]
