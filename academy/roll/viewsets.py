"""The back office's screens of a list of people, from the file to the paper."""

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import View
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button

from academy.core.actions import ActionView, Refusable
from academy.core.practice import is_practice
from academy.core.refusals import Refusal
from academy.core.signals import objects_shown
from academy.core.viewsets import CommunityViewSet
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right
from academy.roll import acts
from academy.roll.faults import KNOWN, Verdict
from academy.roll.forms import ColumnsForm, RollFileForm, answers_of, offered_fields
from academy.roll.models import Answer, RollFile, RollLine
from academy.roll.services import files, staging
from academy.tables import columns
from academy.tables.columns import Top
from academy.tables.left_out import left_out_response
from academy.works.models import Work
from academy.works.views import REFRESH, work_url

SHOWN = 200  # lines of one kind on a page


class HandInView(Refusable, generic.CreateView):
    template_name = "roll/admin/hand_in.html"
    page_title = _("Import the roll")
    page_subtitle = _("Hand in a spreadsheet")
    submit_button_label = _("Go on to the columns")
    success_message = _("“%(object)s” is stored. Confirm the content of its columns.")
    refusal_field = "file"

    def serve(self, form: RollFileForm) -> RollFile | Refusal:
        data = form.cleaned_data
        return files.keep_file(
            community=data["community"],
            name=str(data["file"].name),
            content=data["file"].read(files.LARGEST + 1),
            by=user_of(self.request),
            at=timezone.now(),
        )

    def get_success_url(self) -> str:
        return reverse("roll_file:edit", args=[self.object.pk])

    def get_success_buttons(self) -> list[Any]:
        return []


class ColumnsView(columns.ColumnsView):
    check_url_name = "roll_file:check"

    def top(self, sheet: str | None) -> Top | Refusal:
        return files.top_of(self.object, sheet)

    def serve(self, form: ColumnsForm) -> RollFile | Refusal:
        data, by = form.cleaned_data, user_of(self.request)
        chosen = files.choose_columns(
            file=form.instance,
            sheet=form.table.sheet,
            header=data["header"],
            columns={name: data[name] for name in offered_fields()},
            evidence=data["evidence"],
            document_evidence=data["document_evidence"],
            by=by,
        )
        if isinstance(chosen, Refusal):
            return chosen
        return acts.check(file=chosen, count=form.table.count, by=by, at=timezone.now())


class CheckView(ActionView):
    """The dry run of a list, its questions, its import; afterwards, what was done."""

    template_name = "roll/admin/check.html"
    act = _("Import")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.state == "columns":
            return redirect("roll_file:edit", self.object.pk)
        return super().dispatch(request, *args, **kwargs)

    def perform(self, form: forms.Form) -> Refusal | HttpResponse | None:
        by, posted = user_of(self.request), self.request.POST
        asking = {line.row: _question_of(line) for line in self.object.lines.filter(verdict=Verdict.ASK)}
        if given := answers_of(posted, asking):
            left = staging.answer_questions(file=self.object, answers=given, by=by)
            if isinstance(left, Refusal):
                return left
        if not {"good", "all"} & posted.keys():
            messages.success(self.request, _("Your answers are stored."))
            return redirect("roll_file:check", self.object.pk)
        answer = acts.import_people(file=self.object, only_if_all="all" in posted, by=by, at=timezone.now())
        if isinstance(answer, Refusal):
            return answer
        return redirect("roll_file:check", self.object.pk)

    def get_success_url(self) -> str:
        return reverse("roll_file:index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        file, lines = self.object, self.object.lines.select_related("person", "volunteer")
        working = file.state == "working"
        asking = list(lines.filter(verdict=Verdict.ASK)[:SHOWN])
        rows = {line.earlier_row for line in asking} - {None}
        earlier = {line.row: line for line in file.lines.filter(row__in=rows)} if rows else {}
        taken = list(lines.exclude(volunteer=None)[:SHOWN])
        people = [one for line in [*asking, *taken] for one in (line.person, line.volunteer) if one]
        objects_shown.send(sender=Volunteer, request=self.request, objects=people)
        same = RollFile.objects.filter(community=file.community_id, sha256=file.sha256, taken_back_at=None)
        return super().get_context_data(
            file=file,
            state=file.state,
            refresh=REFRESH if working else 0,
            work_url=work_url(file.work) if working else "",
            trouble=file.work.trouble if file.work else "",
            counts=file.counts,
            total=sum(file.counts.values()),
            wanted=file.lines.wanted().count(),
            open=file.lines.open().count(),
            asking=[(line, earlier.get(line.earlier_row)) for line in asking],
            questions=_questions(file),
            refused=lines.to_correct(imported=file.imported_at is not None)[:SHOWN],
            warned=lines.filter(verdict=Verdict.WARN)[:SHOWN],
            good=lines.filter(verdict=Verdict.OK)[:SHOWN],
            skipped=(lines.skipped() if file.imported_at else lines.filter(verdict=Verdict.SKIP))[:SHOWN],
            taken=taken,
            registered=lines.filter(before={}).exclude(volunteer=None).count(),
            answers=Answer,
            shown=SHOWN,
            same=same.exclude(imported_at=None).exclude(pk=file.pk).select_related("imported_by").first(),
            **kwargs,
        )


def _question_of(line: RollLine) -> str:
    """Return the code of a line's first question."""
    return next((code for code, _values in line.faults if code in KNOWN and KNOWN[code][0] == Verdict.ASK), "")


def _questions(file: RollFile) -> list[tuple[str, Any, int, bool]]:
    """Return each question of several lines: code, sentence, number, whether it changes entries."""
    lines = file.lines.filter(verdict=Verdict.ASK).only("faults")
    counted: Counter[str] = Counter()
    first: dict[str, Any] = {}
    for line in lines.iterator():
        code = _question_of(line)
        counted[code] += 1
        first.setdefault(code, next((fault for fault in line.sentences if fault.code == code), ""))
    return [(code, first[code], number, code == "differs") for code, number in counted.most_common() if number > 1]


class BadLinesView(PermissionCheckedMixin, View):
    """Send the lines that are not registered, with the reasons; of a long list, lead to the work."""

    model = RollFile
    pk_url_kwarg = "pk"
    permission_required = "change"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        file = get_object_or_404(RollFile, pk=pk)
        found = acts.list_left_out(file=file, by=user_of(request), at=timezone.now())
        if isinstance(found, Refusal):
            messages.error(request, str(found))
            return redirect("roll_file:check", pk)
        if isinstance(found, Work):
            return redirect(work_url(found))
        return left_out_response(found, practice=is_practice(file.community_id))


class DiscardView(ActionView):
    act = _("Discard the spreadsheet")
    lead = _("The file is deleted and nobody is registered from it.")
    done = _("%(object)s is discarded.")
    serious = True

    def perform(self, form: Any) -> Refusal | None:
        return files.discard(file=self.object, by=user_of(self.request))

    def get_success_url(self) -> str:
        return reverse("roll_file:index")


class TakeBackView(ActionView):
    act = _("Take the import back")
    lead = _(
        "All people whom this list registered leave the roll, and entries that it changed get their earlier details. "
        "Their slips and cards stop working. It is refused once somebody has signed in or taken part."
    )
    done = _("%(object)s is taken back.")
    serious = True

    def perform(self, form: Any) -> Refusal | HttpResponse | None:
        answer = acts.take_back(file=self.object, by=user_of(self.request), at=timezone.now())
        if isinstance(answer, Refusal):
            return answer
        return None if answer.taken_back_at else redirect(self.get_success_url())  # the page shows how far it is

    def get_success_url(self) -> str:
        return reverse("roll_file:check", args=[self.object.pk])


class PrintView(ActionView):
    act = _("Print slips and cards")
    lead = _(
        "One file has a sign-in slip and a check-in card for each person of this list. It is made in the background."
    )

    def perform(self, form: Any) -> Refusal | HttpResponse:
        answer = acts.print_welcome(file=self.object, by=user_of(self.request), at=timezone.now())
        return answer if isinstance(answer, Refusal) else redirect(work_url(answer))

    def get_success_url(self) -> str:
        return reverse("roll_file:check", args=[self.object.pk])


_STATES = {
    "columns": _("columns to confirm"),
    "working": _("goes on in the background"),
    "checked": _("checked, not imported"),
    "imported": pgettext_lazy("state of a list", "imported"),
    "taken_back": _("taken back"),
}


class RollFileIndexView(generic.IndexView):
    page_title = _("Import the roll")
    add_item_label = _("Hand in a spreadsheet")

    def get_base_queryset(self) -> QuerySet[RollFile]:
        found: QuerySet[RollFile] = super().get_base_queryset().select_related("uploaded_by", "work")
        return found

    def _get_title_column(self, *args: Any, **kwargs: Any) -> Any:
        column = super()._get_title_column(*args, **kwargs)
        column._get_url_func = lambda file: reverse("roll_file:check", args=[file.pk])
        return column

    def get_list_more_buttons(self, instance: RollFile) -> list[Any]:
        act, label = ("take_back", TakeBackView.act) if instance.imported_at else ("discard", DiscardView.act)
        if instance.taken_back_at:
            return list(super().get_list_more_buttons(instance))
        url = reverse(f"roll_file:{act}", args=[instance.pk])
        return [*super().get_list_more_buttons(instance), Button(label, url=url, icon_name="bin", priority=30)]


class RollFileViewSet(CommunityViewSet):
    model = RollFile
    rights = dict.fromkeys(("view", "add", "change"), Right.MANAGE_PEOPLE)
    icon = "upload"
    menu_label = _("Import the roll")
    menu_hook = "register_people_menu_item"
    menu_order = 15
    add_to_admin_menu = True
    index_view_class = RollFileIndexView
    add_view_class = HandInView
    edit_view_class = ColumnsView
    edit_template_name = ColumnsView.template_name
    list_display: list[Any] = [
        "name",
        Column("state", label=_("state"), accessor=lambda file: _STATES[file.state]),
        "uploaded_by",
        "uploaded_at",
        "community",
    ]
    ordering = "-uploaded_at"

    def get_form_class(self, for_update: bool = False) -> type[ModelForm]:
        return ColumnsForm if for_update else RollFileForm

    def get_urlpatterns(self) -> list[Any]:
        left_out = {"history", "history_results", "usage"}
        return [
            *(pattern for pattern in super().get_urlpatterns() if pattern.name not in left_out),
            path("check/<int:pk>/", self.construct_view(CheckView), name="check"),
            path("bad-lines/<int:pk>/", self.construct_view(BadLinesView), name="bad_lines"),
            path("discard/<int:pk>/", self.construct_view(DiscardView), name="discard"),
            path("take-back/<int:pk>/", self.construct_view(TakeBackView), name="take_back"),
            path("print/<int:pk>/", self.construct_view(PrintView), name="print"),
        ]
