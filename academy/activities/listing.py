"""The back office's list of activities: its columns, and the filters by date, state and leader."""

import datetime as dt
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import ChoiceFilter, ModelChoiceFilter
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic

from academy.activities.later import without_later
from academy.activities.models import Activity, Role, Shift, SignUp
from academy.activities.signals import ask_how_many_were_there
from academy.activities.stages import AHEAD, Stage, stage_of, with_stages
from academy.core import formats
from academy.core.forms import CommunityFilterSet
from academy.core.look import current_language
from academy.core.verbs import next_verb
from academy.people.models import Volunteer
from academy.people.permissions import Right

TODAY, WEEK, MONTH, PAST, COMING = "today", "week", "month", "past", "coming"
SPANS = (
    (TODAY, _("Today")),
    (WEEK, _("This week")),
    (MONTH, _("This month")),
    (COMING, _("to come")),
    (PAST, pgettext_lazy("activity", "over")),
)
SHOWN = tuple((stage, stage.label) for stage in Stage if stage != Stage.SOON)


def months_to_choose() -> list[tuple[str, str]]:
    """Return the months of the last year and the next one, the latest first: value and words."""
    today = timezone.localdate()
    latest = 12 * today.year + today.month  # the number of the next month, counted from 0
    months = [dt.date(number // 12, number % 12 + 1, 1) for number in range(latest, latest - 14, -1)]
    return [(f"{one:%Y-%m}", formats.month(one, current_language(), year=True)) for one in months]


class ActivityFilterSet(CommunityFilterSet):
    time = ChoiceFilter(label=_("date"), choices=SPANS, method="in_time")
    month = ChoiceFilter(label=_("month"), choices=months_to_choose, method="in_month")
    state = ChoiceFilter(label=_("state"), choices=SHOWN, method="in_state")
    leader = ModelChoiceFilter(
        label=_("activity leader"),
        queryset=Volunteer.objects.filter(led_activities__imported=False).distinct().order_by("name", "pk"),
    )

    class Meta:
        model = Activity
        fields = ["time", "month", "state", "leader", "kind", "subject", "community", "dangerous"]

    def in_time(self, activities: QuerySet[Activity], name: str, value: str) -> QuerySet[Activity]:
        """Filter by the time of a shift; weeks begin on Monday."""
        now = timezone.now()
        shifts = Shift.objects.filter(ends_at__gt=now) if value == COMING else Shift.objects.filter(ends_at__lte=now)
        if value in (TODAY, WEEK, MONTH):
            since, until = span_of(value, timezone.localtime(now))
            shifts = Shift.objects.filter(ends_at__gt=since, starts_at__lt=until)
        return activities.filter(pk__in=shifts.values("activity"))

    def in_month(self, activities: QuerySet[Activity], name: str, value: str) -> QuerySet[Activity]:
        """Filter by the calendar month in which a shift takes place."""
        since = timezone.make_aware(dt.datetime.strptime(value, "%Y-%m"))
        until = (since + dt.timedelta(days=32)).replace(day=1)
        shifts = Shift.objects.filter(ends_at__gt=since, starts_at__lt=until)
        return activities.filter(pk__in=shifts.values("activity"))

    def in_state(self, activities: QuerySet[Activity], name: str, value: str) -> QuerySet[Activity]:
        stages = AHEAD if value == Stage.COMING else (value,)
        return activities.filter(stage__in=stages)


def span_of(name: str, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """Return the beginning and the end of this day, week or month; `now` is local."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if name == TODAY:
        return today, today + dt.timedelta(days=1)
    if name == WEEK:
        monday = today - dt.timedelta(days=today.weekday())
        return monday, monday + dt.timedelta(days=7)
    first = today.replace(day=1)
    return first, (first + dt.timedelta(days=32)).replace(day=1)


def has_many_communities(user: Any) -> bool:
    """Return whether the user runs activities of more than one community."""
    return int(user.communities_for(Right.RUN_ACTIVITIES).count()) > 1


class ActivityIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[Activity]:
        now = timezone.now()
        planned = with_stages(super().get_base_queryset().planned(), now)
        if not any(self.request.GET.get(name) for name in ("q", *ActivityFilterSet.Meta.fields)):
            planned = without_later(planned, now)  # who looks for something finds them
        return with_figures(planned.select_related("leader", "community"))

    @cached_property
    def columns(self) -> list[Column]:
        columns: list[Column] = super().columns
        many = has_many_communities(self.request.user)
        return [column for column in columns if many or column.name != "community"]

    def paginate_queryset(self, *args: Any) -> Any:
        paginator, page, activities, is_paged = super().paginate_queryset(*args)
        page.object_list = list(activities)
        present = _how_many_were_there([one.pk for one in page.object_list])
        for activity in page.object_list:
            activity.present = present.get(activity.pk, 0)
        return paginator, page, page.object_list, is_paged


def with_figures(activities: QuerySet[Activity]) -> QuerySet[Activity]:
    """Add to each activity when it first begins, its places in all shifts, and how many have signed up."""
    shifts = Shift.objects.filter(activity=OuterRef("pk"))
    roles = Role.objects.filter(activity=OuterRef("pk")).order_by().values("activity")
    live = SignUp.objects.filter(shift__activity=OuterRef("pk"), cancelled_at=None).order_by().values("shift__activity")
    number = shifts.order_by().values("activity").annotate(number=Count("pk")).values("number")
    found: QuerySet[Activity] = activities.annotate(
        first_start=Subquery(shifts.order_by("starts_at").values("starts_at")[:1]),
        shift_count=Coalesce(Subquery(number, output_field=IntegerField()), 0),
        places=Coalesce(Subquery(roles.annotate(sum=Sum("capacity")).values("sum"), output_field=IntegerField()), 0)
        * F("shift_count"),
        signed_up=Coalesce(Subquery(live.annotate(number=Count("pk")).values("number")), 0),
    )
    return found


def _how_many_were_there(activities: list[int]) -> dict[int, int]:
    """Return how many people were at each activity, by its id."""
    found: dict[int, int] = {}
    answers: Any = ask_how_many_were_there.send(sender=Activity, activities=activities)
    for _receiver, numbers in answers:
        found |= numbers
    return found


def starts_of(activity: Activity) -> str:
    """Return when the first shift begins, for the list; with the year if it is another one."""
    start: dt.datetime | None = getattr(activity, "first_start", None)
    if start is None:
        return ""
    local = timezone.localtime(start)
    year = local.year != timezone.localdate().year
    return f"{formats.day(local, current_language(), weekday=True, year=year)} {formats.clock(local)}"


def state_of(activity: Activity) -> Any:
    """Return the stage in words."""
    return stage_of(activity).label


class ActsColumn(Column):
    """The act that comes next, and the same activity again, each one click away."""

    cell_template_name = "activities/admin/acts_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        return context | {"verb": next_verb(instance, parent_context["request"].user)}


COLUMNS = [
    Column("first_start", label=_("date"), accessor=starts_of, sort_key="first_start"),
    "place",
    Column("places", label=pgettext_lazy("number", "places")),
    Column("signed_up", label=_("signed up")),
    Column("present", label=pgettext_lazy("number", "present")),
    Column("state", label=_("state"), accessor=state_of),
    Column("leader", label=_("activity leader"), accessor="leader.name", sort_key="leader"),
    ActsColumn("acts", label=_("next act")),
    "community",
]
