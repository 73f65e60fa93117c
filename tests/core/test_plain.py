"""Every text field of our models stores plain text, and every form judges it."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.http import QueryDict
from django.test import RequestFactory

from academy.core.models import Community
from academy.core.plain import OURS, PlainField, PlainTextMiddleware, make_rows_plain
from academy.core.sql import insert_if_absent
from academy.core.text import prose
from academy.people.models import User, Volunteer
from academy.people.names import tidy_name, tidy_phone
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory

TEXTS = [
    field
    for model in apps.get_models(include_auto_created=True)
    if model.__module__.partition(".")[0] in OURS
    for field in model._meta.local_fields
    if isinstance(field, models.CharField | models.TextField)
]


def test_all_apps_with_texts_are_here():
    assert {field.model._meta.app_label for field in TEXTS} >= {
        "activities",
        "cms",
        "hours",
        "people",
        "rulebook",
        "units",
    }


@pytest.mark.django_db
def test_each_text_field_stores_plain_text():
    dirty = "\u202d１\v２\ufe0e\u202c"
    for field in TEXTS:
        row = field.model()
        setattr(row, field.attname, dirty)
        assert isinstance(field, PlainField), field
        stored = field.pre_save(row, add=True)
        assert stored in ("1 2", "12"), field
        assert stored == getattr(row, field.attname) == field.get_prep_value(dirty) == field.to_python(dirty), field


def test_for_migrations_each_is_djangos_own_field():
    assert not [field for field in TEXTS if field.deconstruct()[1].startswith("academy")]


def test_the_fields_of_other_packages_are_left_alone():
    assert not isinstance(apps.get_model("wagtailcore", "Page")._meta.get_field("title"), PlainField)


@pytest.mark.parametrize(("model", "rules"), [(Volunteer, {"name", "phone", "number"}), (User, {"username", "email"})])
def test_a_rule_belongs_to_a_field(model, rules):
    assert rules <= {field.name for field in model._meta.local_fields} & set(model.plain_as)


# Every way into the database


DIRTY, PLAIN = "花园\u200b第１社区\v东", "花园第1社区 东"


def create(name):
    Community.objects.create(name=name, slug="a")


def create_many(name):
    Community.objects.bulk_create([Community(name=name, slug="a")])


def insert(name):
    insert_if_absent(Community(name=name, slug="a"))


def update(name):
    Community.objects.create(name="旧名", slug="a")
    Community.objects.update(name=name)


def update_many(name):
    community = Community.objects.create(name="旧名", slug="a")
    community.name = name
    Community.objects.bulk_update([community], ["name"])


def find_or_create(name):
    Community.objects.get_or_create(name=name, slug="a")
    Community.objects.get_or_create(name=name, defaults={"slug": "b"})


@pytest.mark.django_db
@pytest.mark.parametrize("write", [create, create_many, insert, update, update_many, find_or_create])
def test_whatever_writes_a_text_writes_it_plain(write):
    write(DIRTY)

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM core_community")
        assert cursor.fetchall() == [(PLAIN,)]


@pytest.mark.django_db
def test_the_object_in_hand_is_as_plain_as_its_row():
    community = Community.objects.create(name=DIRTY, slug="a")

    assert community.name == PLAIN


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["exact", "iexact", "contains", "icontains", "startswith", "istartswith", "endswith"])
def test_a_search_finds_the_plain_form_of_what_is_typed(how):
    community = CommunityFactory(name="Lan1")

    assert Community.objects.get(**{f"name__{how}": "Ｌａｎ\u200b１"}) == community


@pytest.mark.django_db
def test_a_search_through_a_relation_follows_the_rule_of_its_field():
    volunteer = VolunteerFactory(name="买买提·吐尔逊", phone="13800000001", login=True)

    for search in ({"volunteer__name__icontains": "提•吐"}, {"volunteer__phone__icontains": "138–0000"}):
        assert User.objects.get(**search) == volunteer.user
    assert not Volunteer.objects.filter(name__icontains="a\x00b").exists()  # PostgreSQL would fail on the zero


@pytest.mark.django_db
def test_a_model_judges_the_plain_form():
    volunteer = VolunteerFactory()
    volunteer.phone = "１３８–００００–０００１"

    volunteer.full_clean()
    assert volunteer.phone == "13800000001"

    volunteer.phone = "138000000a1"
    with pytest.raises(ValidationError):
        volunteer.full_clean()


# From a browser


def passed_on(method, data):
    """Return the data that a view gets."""
    request = getattr(RequestFactory(), method)("/", data)
    PlainTextMiddleware(lambda request: None).process_view(request, None, (), {})
    return request.GET if method == "get" else request.POST


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_view_gets_plain_texts(method):
    got = passed_on(method, {"q": ["１\u200b", "二\v"], "name": "（三）", "empty": ""})

    assert got.getlist("q") == ["1", "二 "]
    assert (got["name"], got["empty"]) == ("（三）", "")
    with pytest.raises(AttributeError):
        got["q"] = "x"


def test_a_password_stays_as_it_is_typed():
    assert passed_on("post", {"password": "１\u200b", "new_password1": "\v"}).dict() == {
        "password": "１\u200b",
        "new_password1": "\v",
    }


def test_rich_text_keeps_the_places_of_its_links():
    body = '{"blocks":[{"text":"☀️ 报名"}],"entityMap":{}}'
    assert passed_on("post", {"body": body, "title": "☀️"}).dict() == {"body": body, "title": "☀"}


def test_another_encoding_is_kept():
    assert QueryDict("a=1").encoding == passed_on("get", {"a": "1"}).encoding


@pytest.mark.django_db
def test_a_required_text_of_nothing_visible_is_missing(client):
    response = client.get("/verify/", {"code": "\u200b\u2060"})

    assert response.context["form"].errors["code"]


# Rows of earlier releases


def store(volunteer, **texts):
    """Write the texts as an earlier release stored them."""
    for field, text in texts.items():
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE people_volunteer SET {field} = %s WHERE id = %s", [text, volunteer.pk])


@pytest.mark.django_db
def test_old_rows_are_read_as_they_are():
    volunteer = VolunteerFactory()
    store(volunteer, name="王\u200b英")

    assert Volunteer.objects.values_list("name", flat=True).get() == "王\u200b英"


@pytest.mark.django_db
def test_old_rows_become_plain_once_and_collisions_stay():
    community = CommunityFactory()
    first, second = (VolunteerFactory(community=community, name=name) for name in ("甲", "乙"))
    store(first, name="买买提•吐尔逊", phone="１３８００００000１")
    store(second, name="买买提．吐尔逊", phone="13800000001")
    Volunteer.objects.update(provisional=True)
    rules = {"name": tidy_name, "phone": tidy_phone}

    assert make_rows_plain(Volunteer, rules) == [second.pk]
    assert make_rows_plain(Volunteer, rules) == [second.pk]
    assert list(Volunteer.objects.order_by("pk").values_list("name", "phone")) == [
        ("买买提·吐尔逊", "13800000001"),
        ("买买提．吐尔逊", "13800000001"),
    ]
    assert make_rows_plain(User, {"first_name": prose}) == []
    assert UserFactory._meta.model is User
