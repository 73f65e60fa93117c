"""Names, phones and numbers as people type and paste them: at the sign-in and in the back office."""

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import slips as people_slips
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory
from tests.typing import ONE_NAME, pasted, wide

pytestmark = pytest.mark.django_db

PASSWORD = "梧桐树下的第三排"
SIGN_IN = reverse("account_login")


@pytest.fixture
def home():
    return CommunityFactory()


@pytest.fixture
def volunteer(home):
    volunteer = VolunteerFactory(community=home, name="买买提·吐尔逊", phone="13800000001", login=True)
    volunteer.user.set_password(PASSWORD)
    volunteer.user.save()
    return volunteer


@pytest.fixture
def worker(client, home):
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])
    client.force_login(worker)
    return worker


def signed_in(client):
    return client.session.get("_auth_user_id")


@pytest.mark.parametrize(
    "typed",
    [
        *(wide("13800000001"), "008613800000001", "138–0000–0001", "+86 138-0000-0001"),
        *("tel:+8613800000001", pasted("13800000001"), "138\u00a00000\u30000001", "۱۳۸۰۰۰۰۰۰۰۱"),
    ],
)
def test_a_phone_signs_in_however_it_is_typed(client, volunteer, typed):
    client.post(SIGN_IN, {"login": typed, "password": PASSWORD})

    assert signed_in(client) == str(volunteer.user.pk)


@pytest.mark.parametrize(
    "write",
    [wide, pasted, str.lower, lambda number: f"{number[:5]}—{number[5:]}", lambda number: number.replace("0", "O")],
)
def test_a_volunteer_number_signs_in_however_it_is_typed(client, volunteer, write):
    client.post(SIGN_IN, {"login": write(volunteer.number), "password": PASSWORD})

    assert signed_in(client) == str(volunteer.user.pk)


def test_a_password_is_compared_as_it_is_typed(client, volunteer):
    volunteer.user.set_password("Ｗｕｔｏｎｇ\u200b２０２７")
    volunteer.user.save()

    client.post(SIGN_IN, {"login": volunteer.number, "password": "Wutong2027"})
    assert signed_in(client) is None

    client.post(SIGN_IN, {"login": volunteer.number, "password": "Ｗｕｔｏｎｇ\u200b２０２７"})
    assert signed_in(client) == str(volunteer.user.pk)


@pytest.mark.parametrize("write", [wide, pasted, lambda code: f"{code[:5]}－{code[5:]}", lambda code: " ".join(code)])
def test_a_slip_signs_in_typed_or_in_the_address(client, volunteer, write):
    [(_slip, code)] = people_slips.print_slips(volunteers=[volunteer], by=None, at=timezone.now())

    assert client.get(f"/s/{write(code)}/").context["volunteer"] == volunteer
    client.post("/s/", {"code": write(code)})
    assert signed_in(client) == str(volunteer.user.pk)


def register(client, home, **typed):
    return client.post(
        reverse("volunteer:add"), {"community": home.pk, "name": "王秀英", "evidence": "登记表", **typed}
    )


@pytest.mark.parametrize("phone", ["138００００0001", "１３８-0000–０００１", pasted("008613800000001")])
@pytest.mark.parametrize("name", ["王\u200b秀\v英", "王　秀　英", "\ufeff王秀英\ufe0e"])
def test_the_roll_holds_plain_names_and_phones(client, worker, home, name, phone):
    register(client, home, name=name, phone=phone)

    person = Volunteer.objects.get()
    assert (person.name, person.phone) == ("王秀英", "13800000001")


@pytest.mark.parametrize(
    ("field", "typed"),
    [("name", "\u200b\u2060"), ("evidence", "\u3164\ufe0f"), ("phone", "１３８"), ("name", "㍿" * 40)],
)
def test_what_is_empty_wrong_or_too_long_is_said_at_its_field(client, worker, home, field, typed):
    response = register(client, home, **{field: typed})

    assert response.status_code == 200
    assert response.context["form"].errors[field]
    assert not Volunteer.objects.exists()


@pytest.mark.parametrize(
    "typed", [*ONE_NAME, "138–0000–0001", "１３８００００", "吐尔逊\u200b", "number", "wide number", "zz\x00"]
)
def test_the_back_office_finds_people_however_they_are_typed(client, worker, volunteer, typed):
    VolunteerFactory(community=volunteer.community, name="李建国")
    typed = {"number": volunteer.number, "wide number": wide(volunteer.number)}.get(typed, typed)

    for page in ("volunteer:index", "volunteer_chooser:choose_results"):
        found = client.get(reverse(page), {"q": typed}).content.decode()
        assert (volunteer.number in found) is (typed != "zz\x00")
        assert "李建国" not in found


def test_text_pasted_from_word_is_stored_plain(client, worker, home):
    activity = ActivityFactory(community=home, place="一号楼\v大厅\ufe0e")

    assert activity.place == "一号楼 大厅"
    assert client.get(reverse("activity:index"), {"export": "xlsx"}).status_code == 200


def test_sharing_the_phone_of_the_roll_stays_possible(client, worker, home, volunteer):
    register(client, home, name="阿依努尔", phone=wide("13800000001"))

    assert Volunteer.objects.filter(phone="13800000001").count() == 2


def test_a_text_of_an_earlier_release_is_shown(client, worker, volunteer):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_volunteer SET name = %s", ["王\v英"])

    assert client.get(reverse("volunteer:edit", args=[volunteer.pk])).status_code == 200


# Entries that may be one person


@pytest.mark.slow
def test_entries_with_one_name_and_phone_are_listed_for_the_social_worker(client, worker, home, volunteer):
    twin, merged = (VolunteerFactory(community=home, name=name, phone="13800000001") for name in ONE_NAME[:2])
    Volunteer.objects.filter(pk=merged.pk).update(merged_into=volunteer)
    VolunteerFactory(community=home, name="李建国", phone="13800000001")
    VolunteerFactory(community=CommunityFactory(), name=volunteer.name, phone="13800000001")
    for _count in range(2):
        VolunteerFactory(community=home, name="无电话", phone="")

    page = client.get(reverse("volunteer:index"), {"same": "true"})

    assert [entry.pk for entry in page.context["object_list"]] == [volunteer.pk, twin.pk]
    assert reverse("volunteer:merge", args=[twin.pk]) in page.content.decode()
    assert "?same=true" in client.get(reverse("volunteer:index")).content.decode()
    assert (
        Volunteer.objects.present().filter(phone="13800000001", community=home).count() == 3
    )  # the twins are still two


def test_an_old_spelling_that_a_constraint_kept_is_listed_too(client, worker, home, volunteer):
    twin = VolunteerFactory(community=home, name="甲", phone="13800000001")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_volunteer SET name = %s WHERE id = %s", [ONE_NAME[4], twin.pk])

    listed = client.get(reverse("volunteer:index"), {"same": "true"}).context["object_list"]
    others = client.get(reverse("volunteer:index"), {"same": "false"}).context["object_list"]

    assert {entry.pk for entry in listed} == {volunteer.pk, twin.pk}
    assert not set(others) & set(listed)
