"""Views of the back office: a user neither sees nor changes objects of another community."""

import csv
import datetime as dt
import io
import re

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_filters import BooleanFilter
from openpyxl import load_workbook
from wagtail.admin.icons import get_icons
from wagtail.admin.views import generic
from wagtail.admin.viewsets import viewsets
from wagtail.permissions import policy_registry

from academy.core import viewsets as ours
from academy.core.meanwhile import NoticesChanges
from academy.people.models import Issuer
from academy.people.permissions import DutyRole
from academy.units.models import Unit
from tests.factories import ActivityFactory, CommunityFactory, IssuerFactory, UnitFactory, UserFactory, VolunteerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def home():
    return CommunityFactory(name="花园社区")


@pytest.fixture
def abroad():
    return CommunityFactory(name="河畔社区")


@pytest.fixture
def worker(home, client):
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])
    client.force_login(worker)
    return worker


OF_ONE_UNIT = ["edit", "delete", "history", "history_results", "usage"]


@pytest.mark.parametrize("view", OF_ONE_UNIT)
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_view_of_an_object_of_another_community_finds_nothing(client, worker, home, abroad, view, method):
    own, other = UnitFactory(community=home), UnitFactory(community=abroad)

    assert getattr(client, method)(reverse(f"unit:{view}", args=[other.pk])).status_code == 404
    assert client.get(reverse(f"unit:{view}", args=[own.pk])).status_code == 200
    assert Unit.objects.filter(pk=other.pk, name=other.name).exists()


@pytest.mark.parametrize("view", OF_ONE_UNIT)
def test_a_duty_without_the_right_opens_no_view_of_an_object(client, home, view):
    client.force_login(UserFactory(duties=[(home, DutyRole.TRAINER)]))

    assert client.get(reverse(f"unit:{view}", args=[UnitFactory(community=home).pk])).status_code == 404


@pytest.mark.parametrize("view", ["index", "index_results", "add"])
def test_a_duty_without_the_right_opens_no_list(client, home, view):
    client.force_login(UserFactory(duties=[(home, DutyRole.TRAINER)]))

    response = client.get(reverse(f"unit:{view}"))

    assert (response.status_code, response["Location"]) == (302, reverse("wagtailadmin_home"))


@pytest.mark.parametrize("view", ["index", "index_results"])
def test_a_list_and_its_search_hold_the_own_communities_alone(client, worker, home, abroad, view):
    UnitFactory(community=home, name="第一小学")
    UnitFactory(community=abroad, name="第二小学")

    for query in ({}, {"q": "小学"}, {"community": abroad.pk}):
        page = client.get(reverse(f"unit:{view}"), query).content.decode()
        assert "第二小学" not in page
    assert "第一小学" in client.get(reverse(f"unit:{view}"), {"q": "小学"}).content.decode()


def test_a_user_with_duties_in_two_communities_sees_both(client, home, abroad):
    client.force_login(UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER), (abroad, DutyRole.SOCIAL_WORKER)]))
    UnitFactory(community=home, name="第一小学")
    UnitFactory(community=abroad, name="第二小学")

    page = client.get(reverse("unit:index")).content.decode()

    assert "第一小学" in page and "第二小学" in page


def test_rights_of_two_duties_do_not_mix(client, home, abroad):
    """A social worker abroad who is a trainer at home has only a trainer's rights at home."""
    client.force_login(UserFactory(duties=[(home, DutyRole.TRAINER), (abroad, DutyRole.SOCIAL_WORKER)]))

    assert client.get(reverse("unit:edit", args=[UnitFactory(community=home).pk])).status_code == 404
    assert client.get(reverse("unit:edit", args=[UnitFactory(community=abroad).pk])).status_code == 200


def test_a_filter_offers_the_own_communities_alone(client, worker, home, abroad):
    other = CommunityFactory()
    worker.duties.create(community=other, role=DutyRole.SOCIAL_WORKER)
    choices = client.get(reverse("unit:index")).context["filters"].form.fields["community"].queryset

    assert set(choices) == {home, other}


def test_the_only_community_of_a_user_is_filled_in(client, worker, home, abroad):
    form = client.get(reverse("unit:add")).context["form"]

    assert list(form.fields["community"].queryset) == [home]
    assert form.initial["community"] == home.pk


def test_nothing_is_made_in_another_community(client, worker, abroad):
    response = client.post(reverse("unit:add"), {"community": abroad.pk, "name": "第二小学", "kind": "unit"})

    assert response.context["form"].errors["community"]
    assert not Unit.objects.exists()


def test_nothing_moves_to_another_community(client, home, abroad):
    client.force_login(UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER), (abroad, DutyRole.SOCIAL_WORKER)]))
    unit = UnitFactory(community=home)

    client.post(reverse("unit:edit", args=[unit.pk]), {"community": abroad.pk, "name": "改名小学", "kind": "unit"})

    unit.refresh_from_db()
    assert (unit.community, unit.name) == (home, "改名小学")


def test_a_form_offers_only_objects_of_the_own_communities(client, worker, home, abroad):
    own, other = UnitFactory(community=home), UnitFactory(community=abroad)
    volunteer = VolunteerFactory(community=home)

    form = client.get(reverse("unit_membership:add")).context["form"]
    assert list(form.fields["unit"].queryset) == [own]
    response = client.post(reverse("unit_membership:add"), {"unit": other.pk, "volunteer": volunteer.pk})
    assert response.context["form"].errors["unit"]


def test_two_communities_are_not_mixed_in_one_object(client, home, abroad):
    client.force_login(UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER), (abroad, DutyRole.SOCIAL_WORKER)]))
    unit, volunteer = UnitFactory(community=home), VolunteerFactory(community=abroad)

    response = client.post(reverse("unit_membership:add"), {"unit": unit.pk, "volunteer": volunteer.pk})

    assert response.context["form"].errors["volunteer"]


def test_an_object_in_use_is_not_deleted_and_a_message_says_why(client, home):
    client.force_login(UserFactory(duties=[(home, DutyRole.ADMINISTRATOR)]))
    issuer = ActivityFactory(community=home).issuer

    response = client.post(reverse("issuer:delete", args=[issuer.pk]), follow=True)

    assert "还有别处在用" in response.content.decode() or "is in use" in response.content.decode()
    assert Issuer.objects.filter(pk=issuer.pk).exists()


# Choosers


def test_a_chooser_offers_the_own_communities_alone(client, worker, home, abroad):
    own, other = VolunteerFactory(community=home), VolunteerFactory(community=abroad)

    for view in ("choose", "choose_results"):
        page = client.get(reverse(f"volunteer_chooser:{view}"), {"q": "V20"}).content.decode()
        assert own.number in page
        assert other.number not in page
    assert client.get(reverse("volunteer_chooser:chosen", args=[own.pk])).status_code == 200
    assert client.get(reverse("volunteer_chooser:chosen", args=[other.pk])).status_code == 404
    chosen = client.get(reverse("volunteer_chooser:chosen_multiple"), {"id": [own.pk, other.pk], "multiple": 1})
    assert own.number in chosen.content.decode() and other.number not in chosen.content.decode()


def test_a_chooser_is_empty_without_the_right(client, home):
    client.force_login(UserFactory(duties=[(home, DutyRole.TRAINER)]))
    volunteer = VolunteerFactory(community=home)

    assert volunteer.number not in client.get(reverse("volunteer_chooser:choose")).content.decode()
    assert client.get(reverse("volunteer_chooser:chosen", args=[volunteer.pk])).status_code == 404


FORMS_WITH_A_VOLUNTEER = ["complaint", "commendation", "consent", "unit_membership", "certificate"]


@pytest.mark.parametrize("name", FORMS_WITH_A_VOLUNTEER)
def test_a_refused_form_does_not_draw_a_person_of_another_community(client, worker, abroad, name):
    other = VolunteerFactory(community=abroad, name="乙童")

    response = client.post(reverse(f"{name}:add"), {"volunteer": other.pk})

    assert response.context["form"].errors["volunteer"]
    assert other.name not in response.content.decode() and other.number not in response.content.decode()


def test_a_refused_form_still_draws_an_own_choice(client, worker, home):
    own = VolunteerFactory(community=home)

    page = client.post(reverse("complaint:add"), {"volunteer": own.pk}).content.decode()
    assert own.name in page and own.number in page


@pytest.mark.parametrize("text", ["x", "９", "1" * 5000, "-1", ""])
def test_a_choice_that_is_no_id_is_refused_in_its_form(client, worker, text):
    assert client.post(reverse("complaint:add"), {"volunteer": text}).context["form"].errors["volunteer"]


def test_a_choice_that_is_no_id_is_not_found(client, worker):
    assert client.get(reverse("volunteer_chooser:chosen", args=["x"])).status_code == 404
    assert client.get(reverse("volunteer_chooser:chosen_multiple"), {"id": ["x", "9" * 50]}).status_code == 200


# Exports


def exported(client, name, kind):
    response = client.get(reverse(f"{name}:index"), {"export": kind})
    content = b"".join(response.streaming_content)
    if kind == "xlsx":
        return [list(row) for row in load_workbook(io.BytesIO(content)).active.values]
    assert content.startswith(b"\xef\xbb\xbf"), "Excel takes a file without the mark for something else than UTF-8"
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_holds_the_own_communities_alone(client, worker, home, abroad, kind):
    UnitFactory(community=home, name="第一小学")
    UnitFactory(community=abroad, name="第二小学")

    rows = exported(client, "unit", kind)

    assert [row[0] for row in rows[1:]] == ["第一小学"]


@pytest.mark.parametrize("name", ['=HYPERLINK("https://evil.example")', "+86", "@SUM(A1)", "-1"])
def test_a_name_is_no_formula_in_a_spreadsheet(client, worker, home, name):
    UnitFactory(community=home, name=name)

    assert exported(client, "unit", "csv")[1][0] == "'" + name
    assert exported(client, "unit", "xlsx")[1][0] == name


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_leaves_out_what_no_workbook_holds(client, worker, home, kind):
    unit = UnitFactory(community=home)
    with connection.cursor() as cursor:  # a row of an earlier release, pasted from Word
        cursor.execute("UPDATE people_unit SET name = %s WHERE id = %s", ["第一\v小学", unit.pk])

    assert exported(client, "unit", kind)[1][0] == "第一 小学"


def test_an_export_gives_local_times(client, worker, home):
    VolunteerFactory(community=home, at=dt.datetime(2027, 1, 9, 17, 30, tzinfo=dt.UTC))

    _header, row = exported(client, "volunteer", "csv")

    assert "2027-01-10" in row


# All viewsets, of future apps too


def community_viewsets():
    found = [viewset for viewset in viewsets.viewsets if isinstance(viewset, ours.CommunityViewSet)]
    for group in viewsets.viewsets:
        found += [item for item in getattr(group, "items", ()) if isinstance(item, ours.CommunityViewSet)]
    return found


def test_every_view_of_every_community_viewset_is_bounded(client):
    client.get(reverse("wagtailadmin_account"))  # Wagtail registers its hooks at the first request
    assert community_viewsets()
    for viewset in community_viewsets():
        for pattern in viewset.get_urlpatterns():
            view_class = pattern.callback.view_class
            bounds = (ours._ScopedListing, ours._ScopedObject)
            makes = issubclass(view_class, generic.CreateView) and "pk" not in str(pattern.pattern)
            assert makes or issubclass(view_class, bounds), f"{viewset.name}:{pattern.name} is not bounded"


def test_every_form_that_edits_a_stored_object_notices_another_users_save(client):
    """Two users have a form open: the second one asks (ADR 28). Acts with a reason edit no stored value."""
    client.get(reverse("wagtailadmin_account"))
    for viewset in community_viewsets():
        for pattern in viewset.get_urlpatterns():
            view_class = pattern.callback.view_class
            if issubclass(view_class, generic.EditView):
                assert issubclass(view_class, NoticesChanges), f"{viewset.name}:{pattern.name} puts old values back"


def test_no_model_of_ours_is_left_to_djangos_permissions(client):
    client.get(reverse("wagtailadmin_account"))
    for viewset in community_viewsets():
        assert isinstance(policy_registry.get_by_type(viewset.model), ours.CommunityPermissionPolicy)


def test_a_policy_knows_its_users(home, abroad):
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])
    UserFactory(duties=[(abroad, DutyRole.TRAINER)])

    assert list(policy_registry.get_by_type(Unit).users_with_permission("change")) == [worker]


@pytest.mark.slow
def test_a_longer_list_takes_no_more_statements(client, worker, home):
    counts = []
    for _round in range(2):
        IssuerFactory(community=home)
        client.get(reverse("issuer:index"))
        with CaptureQueriesContext(connection) as statements:
            client.get(reverse("issuer:index"))
        counts.append(len(statements))
        for _number in range(10):
            IssuerFactory(community=home)

    assert counts[0] == counts[1]


def test_in_english_every_label_begins_with_a_capital(client, worker, home):
    client.cookies["django_language"] = "en"

    VolunteerFactory(community=home)
    page = client.get(reverse("volunteer:index")).content.decode()
    columns = re.findall(r"<th[^>]*>\s*(?:<a[^>]*>)?\s*(\w[^<]*?)\s*<", page)
    fields = client.get(reverse("volunteer:add")).context["form"]

    labels = [*columns, *(str(field.label) for field in fields)]
    assert {"Phone", "How they consented"} <= set(labels)
    assert [label for label in labels if not label[0].isupper()] == []


def test_every_window_is_called_after_the_product(client, worker):
    for language, name in (("en", "Volunteer academy"), ("zh-hans", "志愿者学院")):
        client.cookies["django_language"] = language
        page = client.get(reverse("volunteer:index")).content.decode()
        assert re.search(rf" -\s+{name}\s*</title>", page)
        assert not re.search(r"Wagtail\s*</title>", page)
        assert re.search(rf"<h1[^>]*>\s*{name}\s*</h1>", client.get(reverse("wagtailadmin_home")).content.decode())


def test_a_yes_no_filter_that_is_set_shows_its_word(client, home):
    client.force_login(UserFactory(duties=[(home, role) for role in DutyRole]))
    client.get(reverse("wagtailadmin_account"))  # as above
    shown = {}
    for viewset in community_viewsets():
        index = reverse(viewset.get_url_name("index"))
        filters = getattr(client.get(index, follow=True).context["view"], "filters", None)
        for name, one in filters.filters.items() if filters else ():
            if isinstance(one, BooleanFilter):
                pages = [client.get(index, {name: value}) for value in ("true", "false")]
                shown[f"{viewset.name} {name}"] = [
                    mark.value for page in pages for mark in page.context["view"].active_filters
                ]
    assert len(shown) >= 8 and "volunteer same" in shown
    assert {filter_: words for filter_, words in shown.items() if words != ["是", "否"]} == {}


def test_wagtail_draws_each_icon_that_we_name(client):
    client.get(reverse("wagtailadmin_login"))  # Wagtail registers its hooks at the first request
    sources = [path for app in ("academy", "cms") for path in (settings.BASE_DIR / app).rglob("*.py")]
    named = {icon for path in sources for icon in re.findall(r'icon(?:_name)?(?:=| = )"([a-z-]+)"', path.read_text())}

    assert {icon for icon in named if f'id="icon-{icon}"' not in get_icons()} == set()


def test_a_list_shows_the_community_to_users_of_several(client, home, abroad, worker):
    IssuerFactory(community=home)
    address = reverse("issuer:index")
    assert "花园社区" not in client.get(address).content.decode()  # neither a column nor a filter
    assert "花园社区" not in client.get(reverse("unit:add")).content.decode()
    client.force_login(UserFactory(duties=[(one, DutyRole.SOCIAL_WORKER) for one in (home, abroad)]))
    assert "花园社区" in client.get(address).content.decode()
