"""The back office's screens of standing shifts: the form, the rota, who stands in, the paper."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic import PermissionCheckedMixin
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.activities import concerned
from academy.activities.models import Activity
from academy.activities.needs.forms import ASKED
from academy.core.actions import ActionView, Refusable
from academy.core.http import read_id
from academy.core.look import day_in_year
from academy.core.panels import OptionalPanel
from academy.core.refusals import Refusal
from academy.core.sentences import join_sentences
from academy.core.signals import objects_shown
from academy.core.verbs import verbs_for
from academy.core.viewsets import CommunityViewSet
from academy.paper.http import pdf_response, warn_of_blanks
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right
from academy.rotas import papers, selectors
from academy.rotas.forms import SeriesForm, StandInForm
from academy.rotas.http import rota_url
from academy.rotas.models import Series, StandingPlace
from academy.rotas.poster_views import PrintPosterView, RenewPosterView
from academy.rotas.services import changing, opening, standing

PAST_SHOWN, AHEAD_SHOWN = dt.timedelta(days=28), dt.timedelta(days=366)


class SeriesIndexView(generic.IndexView):
    page_title = _("Standing shifts")

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("leader__merged_into", "community")


class SeriesCreateView(Refusable, generic.CreateView):
    """The form of a new standing shift; `?from=` names the activity that becomes the pattern."""

    success_message = _("%(object)s is planned: its first dates are open for sign-up.")
    submit_button_label = _("Plan it and open the first dates")

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        activities = Activity.objects.planned().in_communities(
            user_of(self.request).communities_for(Right.RUN_ACTIVITIES)
        )
        activity = activities.filter(pk=read_id(self.request.GET.get("from"))).first()
        if activity is not None and (shift := activity.shifts.order_by("starts_at").first()):
            form.take_over(activity, shift)
        return form

    def serve(self, form: SeriesForm) -> Series | Refusal:
        private = form.cleaned_data["private"]
        return opening.plan_series(
            series=form.save(commit=False), private=private, by=user_of(self.request), at=timezone.now()
        )

    def get_success_url(self) -> str:
        return rota_url(self.object)

    def get_success_buttons(self) -> list[Any]:
        return []


class SeriesEditView(Refusable, generic.EditView):
    """The form of a standing shift. Before people are told of a change, it says whom the change concerns."""

    success_message = _("“%(object)s” is saved.")
    refusal_field: str | None = None

    def serve(self, form: SeriesForm) -> Series | Refusal:
        data, user, now = form.cleaned_data, user_of(self.request), timezone.now()
        with transaction.atomic():
            answer = changing.change_series(
                series=form.save(commit=False),
                since=data["since"],
                also_own=data["also_own"],
                private=data["private"] if "private" in form.data else None,
                by=user,
                at=now,
            )
            if isinstance(answer, Refusal):
                return answer
            asks = bool(answer.told or answer.cancelled) and not form.is_sure
            if asks:
                transaction.set_rollback(True)
        if asks:
            objects_shown.send(sender=Volunteer, request=self.request, objects=answer.told)
            form.ask()
            self.refusal_field = "sure"
            return Refusal("unsure", question(answer))
        messages.info(self.request, effect(answer))
        return answer.series

    def get_success_url(self) -> str:
        return rota_url(self.object)

    def get_success_buttons(self) -> list[Any]:
        return []


def effect(answer: changing.ChangeResult) -> str:
    """Return the effect of a change in words: how many dates it changes, cancels, opens and leaves."""
    parts = []
    for count, sentence in (
        (answer.changed, ngettext("%(n)s date changes", "%(n)s dates change", answer.changed)),
        (answer.moved, ngettext("%(n)s of them moves", "%(n)s of them move", answer.moved)),
        (answer.cancelled, ngettext("%(n)s date is cancelled", "%(n)s dates are cancelled", answer.cancelled)),
        (answer.opened, ngettext("%(n)s date is opened", "%(n)s dates are opened", answer.opened)),
        (answer.kept, ngettext("%(n)s date keeps what is its own", "%(n)s dates keep what is their own", answer.kept)),
    ):
        if count:
            parts.append(sentence % {"n": count})
    return gettext("%(effect)s.") % {"effect": " · ".join(parts)} if parts else gettext("No date to come changes.")


def question(answer: changing.ChangeResult) -> str:
    """Return the effect of a change, and whom it concerns."""
    people = concerned.in_words(answer.told) if answer.told else ""
    return join_sentences([effect(answer), people])


class RotaView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Page with all dates of a standing shift: the last four weeks and a year ahead, or a whole year."""

    model: Any = None
    pk_url_kwarg = "pk"
    permission_required = "change"
    template_name = "rotas/admin/rota.html"
    header_icon = "history"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        related = ("community", "leader__merged_into", "issuer")
        self.object = get_object_or_404(Series.objects.select_related(*related), pk=kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now, series = timezone.now(), self.object
        today = timezone.localdate(now)
        year = read_id(self.request.GET.get("year"))
        since, until = today - PAST_SHOWN, today + AHEAD_SHOWN
        if year is not None and 2000 <= year < 2200:
            since, until = dt.date(year, 1, 1), dt.date(year, 12, 31)
        rows = selectors.rota_of(series, since=since, until=until, at=now)
        stand_in = selectors.standing_in(series)
        people = [place.volunteer.stays for place in stand_in]
        objects_shown.send(sender=Volunteer, request=self.request, objects=[*people, *papers.people_on(rows)])
        return super().get_context_data(
            series=series,
            months=selectors.in_months(rows),
            standing=stand_in,
            years=range(series.first_day.year, today.year + 1),
            year=year,
            today=today,
            opened_until=opening.opened_until(series, now),
            verbs=[verb for verb in verbs_for(series, user_of(self.request)) if verb.url != self.request.path],
            **kwargs,
        )

    def get_page_title(self) -> Any:
        return _("Rota")

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("series:index"), "label": SeriesIndexView.page_title},
            {"url": "", "label": self.get_page_title(), "sublabel": str(self.object)},
        ]


class PrintRotaView(PermissionCheckedMixin, View):
    """The rota as a PDF; `?names=whole` prints whole names, for the leader's desk."""

    model: Any = None
    pk_url_kwarg = "pk"
    permission_required = "change"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        related = ("community", "leader__merged_into", "issuer")
        series = get_object_or_404(Series.objects.select_related(*related), pk=pk)
        now, whole = timezone.now(), request.GET.get("names") == "whole"
        rows = papers.rows_to_print(series, at=now)
        answer = papers.print_rota(series, rows, whole_names=whole, at=now)
        if isinstance(answer, Refusal):
            messages.error(request, str(answer))
            return redirect(rota_url(series))
        if whole:
            people = papers.people_on(rows)
            objects_shown.send(sender=Volunteer, request=request, objects=people)
            warn_of_blanks(request, map(str, people))
        return pdf_response(answer, f"{series.title}_{gettext('Rota')}.pdf")


class _AtRota(ActionView):
    """Base of an act on a standing shift that leads back to its rota."""

    def get_success_url(self) -> str:
        return rota_url(self.object)


class StandInView(_AtRota):
    act = _("Let somebody stand in every week")
    lead = _(
        "They get a place in every date, and the clock signs them up for the next ones. Only who asked for it (R8)."
    )
    form_class = StandInForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": user_of(self.request), "series": self.object}

    def perform(self, form: Any) -> Refusal | HttpResponse:
        data = form.cleaned_data
        answer = standing.stand_in(
            series=self.object,
            volunteer=data["volunteer"],
            weekdays=data["weekdays"],
            by=user_of(self.request),
            at=timezone.now(),
        )
        if isinstance(answer, Refusal):
            return answer
        messages.success(self.request, stands_in_words(answer))
        return redirect(rota_url(self.object))


def stands_in_words(answer: standing.Stands) -> str:
    """Return what a person got who stands in every week from now on."""
    said = ngettext(
        "%(name)s stands in %(every)s: %(n)s place so far.",
        "%(name)s stands in %(every)s: %(n)s places so far.",
        answer.signed_up,
    ) % {"name": answer.place.volunteer.name, "every": answer.place.weekdays_in_words, "n": answer.signed_up}
    if answer.full:
        full = ngettext("%(n)s date is full.", "%(n)s dates are full.", answer.full) % {"n": answer.full}
        said = join_sentences([said, full])
    return said


class StopStandingInView(_AtRota):
    act = _("End a standing place")
    lead = _("Their places to come go back at once. Past dates stay as they are.")
    done = _("The standing place has ended.")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        places = StandingPlace.objects.filter(series=self.object).select_related("volunteer__merged_into", "series")
        self.place = get_object_or_404(places, pk=kwargs["place"])

    def perform(self, form: Any) -> Refusal | None:
        answer = standing.stop_standing_in(place=self.place, by=user_of(self.request), at=timezone.now())
        return answer if isinstance(answer, Refusal) else None

    def get_page_subtitle(self) -> str:
        objects_shown.send(sender=Volunteer, request=self.request, objects=[self.place.volunteer.stays])
        return str(self.place)


class LeaveOutView(_AtRota):
    act = _("Leave this day out")
    lead = _("Nobody stands on this day. It is not open yet, so nobody has to be told.")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        try:
            day = parse_date(kwargs["day"])
        except ValueError:
            day = None
        if day is None:
            raise Http404
        self.day = day

    def perform(self, form: Any) -> Refusal | HttpResponse:
        answer = opening.leave_out(series=self.object, day=self.day, by=user_of(self.request), at=timezone.now())
        if isinstance(answer, Refusal):
            return answer
        messages.success(self.request, _("%(day)s is left out.") % {"day": day_in_year(self.day)})
        return redirect(rota_url(self.object))

    def get_page_subtitle(self) -> str:
        return f"{self.object} · {day_in_year(self.day)}"


class SeriesViewSet(CommunityViewSet):
    """Standing shifts: planned by one form, changed as one or from a day on."""

    model = Series
    rights = dict.fromkeys(("view", "add", "change"), Right.RUN_ACTIVITIES)
    base_form_class = SeriesForm
    icon = "history"
    menu_label = _("Standing shifts")
    menu_order = 205
    add_to_admin_menu = True
    index_view_class = SeriesIndexView
    add_view_class = SeriesCreateView
    edit_view_class = SeriesEditView
    list_display = [
        TitleColumn("title", label=_("title"), get_url=rota_url),
        Column("pattern", label=_("when"), accessor="pattern_in_words"),
        "place",
        "leader",
        "last_day",
        "community",
    ]
    list_filter = ["leader", "community"]
    search_fields = ["title", "place"]
    list_export = ["title", "place", "first_day", "last_day", "capacity", "newcomer_places", "leader", "community"]
    panels = [
        MultiFieldPanel(
            [FieldPanel("since"), FieldPanel("also_own"), FieldPanel("sure")], heading=_("From when the change holds")
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("title"), FieldPanel("kind")]),
                FieldPanel("place"),
                FieldPanel("service_content"),
                FieldPanel("community"),
            ],
            heading=_("Activity and place"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("weekdays"),
                FieldRowPanel([FieldPanel("starts"), FieldPanel("ends"), FieldPanel("rests")]),
                FieldRowPanel([FieldPanel("first_day"), FieldPanel("last_day")]),
                FieldPanel("skips_holidays"),
                FieldPanel("weeks_ahead"),
            ],
            heading=_("Days and times"),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("role_name"), FieldPanel("capacity"), FieldPanel("newcomer_places")])],
            heading=_("Role and places"),
        ),
        OptionalPanel(
            [*ASKED, FieldPanel("private")], heading=_("Needs of the role, and what those who come have to know")
        ),
        MultiFieldPanel(
            [FieldPanel("leader"), FieldRowPanel([FieldPanel("organiser"), FieldPanel("issuer")])],
            heading=_("Who is responsible"),
        ),
        MultiFieldPanel(
            [FieldPanel("subject"), FieldPanel("dangerous"), FieldPanel("insurance"), FieldPanel("home_visit")],
            heading=_("Subject and safety"),
        ),
    ]

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("rota/<int:pk>/", self.construct_view(RotaView), name="rota"),
            path("paper/<int:pk>/", self.construct_view(PrintRotaView), name="paper"),
            path("poster/<int:pk>/", self.construct_view(PrintPosterView), name="poster"),
            path("renew-poster/<int:pk>/", self.construct_view(RenewPosterView), name="renew_poster"),
            path("stand-in/<int:pk>/", self.construct_view(StandInView), name="stand_in"),
            path("stop/<int:pk>/<int:place>/", self.construct_view(StopStandingInView), name="stop"),
            path("leave-out/<int:pk>/<slug:day>/", self.construct_view(LeaveOutView), name="leave_out"),
        ]
