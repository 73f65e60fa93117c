"""The back office's screens for volunteers. Every act calls its service."""

from typing import Any

from django.forms import ModelForm
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button

from academy.core.actions import ActionView, Refusable
from academy.core.links import link_to
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.core.viewsets import CommunityViewSet
from academy.people import cards, finding
from academy.people.admin_forms import ReasonForm, RegistrationForm, VolunteerForm
from academy.people.bulk_actions import print_cards_url, print_slips_url
from academy.people.comparing import Alike, compare, compared_people
from academy.people.exports import ROLL
from academy.people.http import user_of
from academy.people.linking_views import LinkLoginView, UnlinkLoginView, own_button
from academy.people.merge_views import AcceptView, MergeView
from academy.people.models import Volunteer
from academy.people.names import alphabetical
from academy.people.permissions import Right
from academy.people.refusals import ERASED, LOOKS_KNOWN
from academy.people.roll import (
    FigureColumn,
    VolunteerFilterSet,
    figures,
    read_figures,
    remarks_of,
)
from academy.people.selectors import alike_on_roll
from academy.people.services import registration, volunteers


class _ComparesPeople(Refusable):
    """Mixin for the forms of a person: they show people who may be the same one, and ask once (R5)."""

    refusal_field: str | None = "birth_date"
    alike: Alike | None = None

    def form_valid(self, form: Any) -> HttpResponse:
        self.besides = compared_people(self.request)
        return super().form_valid(form)

    def show_alike(self, community: Community, data: dict[str, Any], *, own: int | None = None) -> None:
        """Look for the people whom the service has found, for the page that answers its refusal."""
        known = {*self.besides, *([own] if own else [])}
        found = alike_on_roll(community, data["name"], data["phone"], data["birth_date"], besides=known)
        self.alike = compare(self.request, found, data, earlier=self.besides)
        self.refusal_field = None  # the sentence stands above the form, with the people

    def form_invalid(self, form: Any) -> HttpResponse:
        if self.alike:  # the refusal's sentence follows it
            self.produced_error_message = _("Nothing is stored yet.")
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(alike=self.alike, **kwargs)  # type: ignore[misc]
        return context


_EVIDENCE = "evidence of the last registration"  # in the session, for the next form of the same pile
_SAME_EVIDENCE = "same-evidence"  # in the address of that form


class RegisterView(_ComparesPeople, generic.CreateView):
    """The form of a new person. “Save and register the next one” opens it again with the same evidence."""

    template_name = "people/admin/register.html"
    page_subtitle = _("Register a volunteer")
    success_message = _("%(object)s is on the roll.")
    submit_button_label = _("Register")

    def get_initial(self) -> dict[str, Any]:
        same = {"evidence": self.request.session.get(_EVIDENCE, "")} if _SAME_EVIDENCE in self.request.GET else {}
        return {**super().get_initial(), **same}

    def serve(self, form: RegistrationForm) -> Volunteer | Refusal:
        data = form.cleaned_data
        answer = registration.register_volunteer(
            **data, besides=self.besides, by=user_of(self.request), at=timezone.now()
        )
        if answer == LOOKS_KNOWN:
            self.show_alike(data["community"], data)
        return answer

    def get_success_url(self) -> str:
        if "next" not in self.request.POST:
            return link_to("person", self.object.pk)
        self.request.session[_EVIDENCE] = self.form.cleaned_data["evidence"]
        return f"{self.add_url}?{_SAME_EVIDENCE}"

    def get_success_buttons(self) -> list[Any]:
        page = messages.button(link_to("person", self.object.pk), _("Open"))
        slip = messages.button(print_slips_url(self.object), _("Print a sign-in slip"))
        return [page, slip] if "next" in self.request.POST else [slip]  # the page itself comes next


class VolunteerEditView(_ComparesPeople, generic.EditView):
    template_name = "people/admin/edit.html"

    def serve(self, form: VolunteerForm) -> Volunteer | Refusal:
        data = {name: form.cleaned_data[name] for name in ("name", "phone", "birth_date")}
        # The form has changed its own instance; the service gets the stored one.
        volunteer = Volunteer.objects.get(pk=form.instance.pk)
        answer = volunteers.correct_volunteer(
            volunteer=volunteer, **data, besides=self.besides, by=user_of(self.request), at=timezone.now()
        )
        if answer == LOOKS_KNOWN:
            self.show_alike(volunteer.community, data, own=volunteer.pk)
        return answer

    def get_success_url(self) -> str:
        return link_to("person", self.object.pk)


class SuspendView(ActionView):
    after = "person"
    form_class = ReasonForm
    act = _("Suspend")
    lead = _(
        "This person can then neither sign up nor check in, is signed out everywhere, and their sign-ups to come are "
        "withdrawn. Their hours stay as they are."
    )
    done = _("%(object)s is suspended.")
    serious = True

    def perform(self, form: ReasonForm) -> None:
        volunteers.suspend(
            volunteer=self.object, reason=form.cleaned_data["reason"], by=user_of(self.request), at=timezone.now()
        )


class LeaveView(ActionView):
    after = "person"
    form_class = ReasonForm
    act = _("Record a departure")
    lead = _(
        "For a person who moves away or stops. Card, slips and sign-ins end at once, sign-ups to come are withdrawn. "
        "Hours and certificates stay theirs, and they can return at any time."
    )
    done = _("%(object)s has left.")
    serious = True
    died = False

    def perform(self, form: ReasonForm) -> Refusal | None:
        answer = volunteers.leave(
            volunteer=self.object,
            reason=form.cleaned_data["reason"],
            died=self.died,
            by=user_of(self.request),
            at=timezone.now(),
        )
        return answer if isinstance(answer, Refusal) else None


class DeathView(LeaveView):
    act = _("Record a death")
    lead = _(
        "Card, slips and sign-ins end at once, their login is closed, and sign-ups to come are withdrawn. Hours and "
        "certificates stay; the family gets papers at the desk."
    )
    done = _("%(object)s: the death is recorded.")
    died = True


class ReinstateView(ActionView):
    after = "person"
    act = _("Let them take part again")
    lead = _(
        "This person can then sign up and check in again. Sign-ups that were withdrawn stay so; after a departure, "
        "print a new card and a new slip."
    )
    done = _("%(object)s may take part again.")

    def perform(self, form: Any) -> None:
        volunteers.reinstate(volunteer=self.object, by=user_of(self.request), at=timezone.now())


class SignOutView(ActionView):
    after = "person"
    act = _("Sign out everywhere")
    lead = _("All phones and computers on which this person is signed in are signed out. A new slip signs in again.")
    done = _("%(object)s is signed out everywhere.")
    serious = True

    def perform(self, form: Any) -> Refusal | None:
        answer = volunteers.sign_out_everywhere(volunteer=self.object, by=user_of(self.request), at=timezone.now())
        return answer if isinstance(answer, Refusal) else None


class ReplaceCardView(ActionView):
    after = "person"
    act = _("Replace a lost card")
    lead = _("The card this person has now stops working at once. Print the new one afterwards.")
    done = _("%(object)s has a new card. Print it now.")
    serious = True

    def perform(self, form: Any) -> Refusal | None:
        if self.object.erased_at:
            return ERASED
        cards.replace_card(volunteer=self.object, by=user_of(self.request), at=timezone.now())
        return None


class VolunteerIndexView(generic.IndexView):
    @property
    def columns(self) -> list[Any]:
        columns = super().columns
        last = columns.pop() if columns[-1].name == "community" else None
        figured = [FigureColumn(figure.name, label=capfirst(figure.label)) for figure in figures()]
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type="volunteer"),
            *columns,
            *figured,
            *([last] if last else []),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        read_figures(list(context["object_list"]), timezone.now())
        return context

    @property
    def header_more_buttons(self) -> list[Button]:
        return [
            *super().header_more_buttons,
            Button(_("Import a list"), url=link_to("import_roll"), icon_name="upload", priority=49),
            Button(_("Print slips for everybody"), url=print_slips_url(), icon_name="print", priority=50),
            Button(_("Print cards for everybody"), url=print_cards_url(), icon_name="print", priority=51),
            Button(_("Marked at the gate"), url=marked_url(), icon_name="user", priority=52),
            Button(_("Perhaps the same person"), url=same_people_url(), icon_name="group", priority=53),
            *own_button(user_of(self.request)),
        ]

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().listed().select_related("user")

    def paginate_queryset(self, queryset: Any, page_size: int) -> Any:
        """Sort names by their pinyin, as a list on paper is searched; a database sorts them by their signs."""
        if self.ordering not in ("name", "-name"):
            return super().paginate_queryset(queryset, page_size)
        rows = queryset.order_by().values_list("name", "number", "pk")
        ordered = sorted(rows, key=lambda row: (alphabetical(row[0]), row[1]), reverse=self.ordering == "-name")
        paginator = WagtailPaginator(ordered, page_size)
        page = paginator.get_page(self.request.GET.get(self.page_kwarg))
        people = queryset.order_by().in_bulk([pk for _name, _number, pk in page.object_list])
        page.object_list = [people[pk] for _name, _number, pk in page.object_list if pk in people]
        return paginator, page, page.object_list, page.has_other_pages()

    def search_queryset(self, queryset: Any) -> Any:
        """Find people as the one search does: the entry that stays also by a merged entry's name and number."""
        return finding.on_roll(queryset, self.search_query) if self.is_searching else queryset

    def _get_title_column(self, *args: Any, **kwargs: Any) -> Any:
        """Link the name to the person's page; the form is behind “⋯”."""
        column = super()._get_title_column(*args, **kwargs)
        column._get_url_func = lambda person: link_to("person", person.pk)
        return column


def marked_url() -> str:
    """Return the list of people marked at the gate who are neither accepted nor merged yet."""
    return reverse("volunteer:index") + "?provisional=true"


def same_people_url() -> str:
    """Return the list of entries with the same name and phone as another entry."""
    return reverse("volunteer:index") + "?same=true"


class VolunteerViewSet(CommunityViewSet):
    model = Volunteer
    rights = {"view": Right.MANAGE_PEOPLE, "add": Right.MANAGE_PEOPLE, "change": Right.MANAGE_PEOPLE}
    icon = "user"
    list_display = [
        "name",
        "number",
        Column("phone_end", label=_("Phone")),
        Column("remarks", label=_("remarks"), accessor=remarks_of),
        "community",
    ]
    filterset_class = VolunteerFilterSet
    search_fields = ["name"]  # it only asks for the field: `finding` searches
    ordering = "number"
    list_per_page = 50
    list_export = ROLL
    index_template_name = "core/admin/index.html"
    index_view_class = VolunteerIndexView
    add_view_class = RegisterView
    edit_view_class = VolunteerEditView

    def get_form_class(self, for_update: bool = False) -> type[ModelForm[Any]]:
        return VolunteerForm if for_update else RegistrationForm

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("suspend/<int:pk>/", self.construct_view(SuspendView), name="suspend"),
            path("leave/<int:pk>/", self.construct_view(LeaveView), name="leave"),
            path("death/<int:pk>/", self.construct_view(DeathView), name="death"),
            path("reinstate/<int:pk>/", self.construct_view(ReinstateView), name="reinstate"),
            path("accept/<int:pk>/", self.construct_view(AcceptView), name="accept"),
            path("join/<int:pk>/", self.construct_view(MergeView), name="merge"),
            path("replace-card/<int:pk>/", self.construct_view(ReplaceCardView), name="replace_card"),
            path("sign-out/<int:pk>/", self.construct_view(SignOutView), name="sign_out"),
            path("link-login/<int:pk>/", self.construct_view(LinkLoginView), name="link_login"),
            path("unlink-login/<int:pk>/", self.construct_view(UnlinkLoginView), name="unlink_login"),
        ]
