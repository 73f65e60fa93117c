"""The screens of a person's details: of staff, of the volunteer, of the one who decides."""

import datetime as dt

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from academy.decisions import services as decisions
from academy.messaging.models import Message
from academy.people.models import Consent, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import logins, personal_data, volunteers
from academy.profiles.models import IdentityRequest, OwnField, Profile
from academy.profiles.services import details, identity, keeping_documents
from tests.answers import code_of
from tests.factories import CommunityFactory, RuleSetFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)
WOMAN = "430102195803051225"
MASKED = "4****************5"


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def home():
    return CommunityFactory()


@pytest.fixture
def worker(home):
    return UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])


@pytest.fixture
def person(home):
    return VolunteerFactory(community=home, name="王秀英", phone="13900000011", birth_date=dt.date(1958, 3, 5))


def keep(person):
    return keeping_documents.keep_document(
        volunteer=person, kind="resident_id", number=WOMAN, evidence="表", by=None, at=NOW
    )


def url(person):
    return reverse("profile_edit", args=[person.pk])


def test_staff_fill_in_the_sections(client, worker, person, home):
    own = OwnField.objects.create(community=home, place=1, label="党员", kind="choice", choices="是\n否")
    day = OwnField.objects.create(community=home, place=2, label="入党日期", kind="date")
    client.force_login(worker)
    page = client.get(url(person)).content.decode()
    assert page.count("<fieldset") >= 5

    answer = client.post(
        url(person),
        {
            "document_type": "resident_id", "document_number": WOMAN, "document_evidence": "登记表上打勾",
            "area": "3栋", "emergency_name": "李明", "emergency_phone": "13900000012", "body": "不能提重物",
            "skill": ["理发"], "skill_more": "修鞋", "time": ["周末"], f"own_{own.pk}": "是",
            f"own_{day.pk}": "2001-07-01",
        },
    )  # fmt: skip

    assert answer.status_code == 302 and answer.url == reverse("person", args=[person.pk])
    profile = Profile.objects.get()
    assert (profile.sex, profile.area, details.body_of(profile)) == ("female", "3栋", "不能提重物")
    assert set(profile.words.values_list("text", flat=True)) == {"理发", "修鞋", "周末"}
    assert dict(profile.own_values.values_list("field__label", "text")) == {"党员": "是", "入党日期": "2001-07-01"}
    page = client.get(answer.url).content.decode()
    assert MASKED in page and WOMAN not in page
    assert "不能提重物" in page and "修鞋" in page
    again = client.get(url(person)).content.decode()
    assert MASKED in again and WOMAN not in again and "2001-07-01" in again


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"document_number": WOMAN, "document_evidence": "表"}, "document_type"),
        ({"document_type": "resident_id", "document_number": WOMAN}, "document_evidence"),
        ({"document_type": "resident_id", "document_number": WOMAN[:-1] + "1", "document_evidence": "表"},
         "document_number"),
        ({"emergency_phone": "12"}, "emergency_phone"),
    ],
)  # fmt: skip
def test_a_fault_stands_at_its_field_and_nothing_typed_is_lost(client, worker, person, data, field):
    client.force_login(worker)

    answer = client.post(url(person), {**data, "area": "三号楼"})

    assert list(answer.context["form"].errors) == [field]
    assert "三号楼" in answer.content.decode()
    assert not Profile.objects.exclude(area="").exists()


def test_the_number_stays_if_none_is_typed_and_goes_if_asked(client, worker, person):
    keep(person)
    client.force_login(worker)
    client.post(url(person), {"document_type": "resident_id", "area": "3栋"})
    assert keeping_documents.read_number(Profile.objects.get()) == WOMAN

    client.post(url(person), {"document_deleted": "on"})
    assert Profile.objects.get().document == ""


def test_a_known_document_is_named_at_its_field(client, worker, person, home):
    keep(person)
    other = VolunteerFactory(community=home, birth_date=None)
    client.force_login(worker)

    answer = client.post(
        url(other), {"document_type": "resident_id", "document_number": WOMAN, "document_evidence": "表"}
    )

    (said,) = answer.context["form"].errors["document_number"]
    assert person.number in said


def test_nobody_overwrites_what_another_desk_saved(client, worker, person):
    client.force_login(worker)
    token = client.get(url(person)).context["meanwhile"]["token"]
    details.save_details(volunteer=person, changes={"area": "5栋"}, by=None, at=NOW)

    answer = client.post(url(person), {"meanwhile": token, "area": "3栋"})

    assert answer.status_code == 200
    assert Profile.objects.get().area == "5栋"


def test_the_whole_number_takes_an_act_of_its_own(client, worker, person):
    keep(person)
    client.force_login(worker)
    page = reverse("profile_document", args=[person.pk])
    asked = client.get(page)
    assert WOMAN not in asked.content.decode() and MASKED in asked.content.decode()
    assert not ModelLogEntry.objects.filter(action=personal_data.DOCUMENT_VIEWED).exists()

    shown = client.post(page)

    assert WOMAN in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert ModelLogEntry.objects.get(action=personal_data.DOCUMENT_VIEWED).user == worker


def test_the_administrator_reads_who_looked(client, worker, person, home):
    keep(person)
    keeping_documents.show_document(volunteer=person, page=f"/admin/profile/{person.pk}/document/", by=worker, at=NOW)
    client.force_login(UserFactory(duties=[(home, DutyRole.ADMINISTRATOR)]))

    page = client.get(reverse("views_of_people")).content.decode()

    assert str(worker) in page and person.number in page and person.masked_name in page
    assert person.name not in page and WOMAN not in page


def test_a_reader_of_figures_sees_no_details(client, person, home):
    keep(person)
    details.save_details(volunteer=person, changes={"area": "3栋", "body": "膝盖"}, by=None, at=NOW)
    client.force_login(UserFactory(duties=[(home, DutyRole.STREET_VIEWER)]))

    page = client.get(reverse("person", args=[person.pk])).content.decode()

    assert not any(text in page for text in (MASKED, WOMAN, "3栋", "膝盖"))


# The volunteer's own pages


def signed_in(client, person):
    user = logins.login_for(volunteer=person)
    client.force_login(user)
    person.refresh_from_db()
    return user


def test_volunteers_change_their_own_contact(client, person):
    signed_in(client, person)
    assert reverse("profiles:contact") in client.get(reverse("home:settings")).content.decode()

    answer = client.post(
        reverse("profiles:contact"),
        {"phone": "139 0000 0099", "emergency_name": "李明", "emergency_phone": "0731-88881234", "body": "高血压"},
    )

    assert answer.url == reverse("home:settings")
    person.refresh_from_db()
    profile = Profile.objects.get(volunteer=person)
    assert (person.phone, profile.emergency_phone) == ("13900000099", "073188881234")
    assert details.body_of(profile) == "高血压"
    shown = client.get(reverse("profiles:contact")).content.decode()
    assert "0731-88881234" in shown and "高血压" in shown


def test_an_older_page_does_not_put_the_phone_back_that_the_desk_corrected(client, person, worker):
    signed_in(client, person)
    address = reverse("profiles:contact")
    page = client.get(address)
    form = page.context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    assert f'value="{sent["opened"]}"' in page.content.decode()
    volunteers.correct_volunteer(
        volunteer=person, name=person.name, phone="13900000099", birth_date=person.birth_date, by=worker, at=NOW
    )

    assert client.post(address, {**sent, "emergency_name": "李明"}).status_code == 302
    person.refresh_from_db()
    assert (person.phone, Profile.objects.get(volunteer=person).emergency_name) == ("13900000099", "李明")

    answer = client.post(address, {**sent, "phone": "13700000011"})
    assert "13900000099" in str(answer.context["form"].errors["phone"])
    person.refresh_from_db()
    assert person.phone == "13900000099"


def test_a_wrong_phone_is_named_and_nothing_is_lost(client, person):
    signed_in(client, person)

    answer = client.post(reverse("profiles:contact"), {"phone": "12", "emergency_name": "李明"})

    assert list(answer.context["form"].errors) == ["phone"]
    assert "李明" in answer.content.decode()


def test_a_new_name_is_a_request_that_staff_answer(client, person, worker, home):
    RuleSetFactory(community=home)
    signed_in(client, person)
    client.post(
        reverse("profiles:identity"),
        {"name": "王秀瑛", "document_type": "resident_id", "document_number": WOMAN, "reason": "换了身份证"},
    )
    request = IdentityRequest.objects.get()
    person.refresh_from_db()
    assert person.name == "王秀英"
    assert "王秀瑛" not in request.wish and WOMAN not in request.wish
    own = client.get(reverse("home:requests")).content.decode()
    assert "王秀瑛" in own and MASKED in own and WOMAN not in own
    assert IdentityRequest.objects.count() == 1
    assert "等答复" in client.get(reverse("profiles:identity")).content.decode()

    approver = UserFactory(duties=[(home, DutyRole.APPROVER)])
    client.force_login(approver)
    page = client.get(reverse("decisions:list")).content.decode()
    assert "王秀瑛" in page and MASKED in page and WOMAN not in page
    decisions.decide(request=request, by=approver, at=NOW, accepted=True)

    person.refresh_from_db()
    assert person.name == "王秀瑛"
    assert keeping_documents.read_number(Profile.objects.get()) == WOMAN
    assert Consent.objects.filter(volunteer=person, kind="document", granted=True).exists()
    assert Message.objects.filter(volunteer=person, key=f"identity:{request.pk}").exists()


def test_a_no_leaves_the_roll_as_it_is(person, home):
    user = logins.login_for(volunteer=person)
    person.refresh_from_db()
    request = identity.ask_for_change(volunteer=person, wish=identity.Wish(name="王英"), reason="…", by=user, at=NOW)
    approver = UserFactory(duties=[(home, DutyRole.APPROVER)])

    decisions.decide(request=request, by=approver, at=NOW, accepted=False, answer="身份证上不是这样写的")

    assert Volunteer.objects.get(pk=person.pk).name == "王秀英"


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (identity.Wish(), "no_wish"),
        (identity.Wish(name="王秀英"), "no_wish"),
        (identity.Wish(document_type="resident_id", number="123"), "id_form"),
        (identity.Wish(number=WOMAN), "document_alone"),
        (identity.Wish(name="王" * 61), "bad_name"),
    ],
)
def test_a_wish_is_refused(person, wish, code):
    user = logins.login_for(volunteer=person)
    person.refresh_from_db()

    assert code_of(identity.ask_for_change(volunteer=person, wish=wish, reason="", by=user, at=NOW)) == code


def test_one_wish_waits_at_a_time_and_only_ones_own(person, worker):
    user = logins.login_for(volunteer=person)
    person.refresh_from_db()
    ask = dict(volunteer=person, wish=identity.Wish(name="王英"), reason="", at=NOW)

    assert isinstance(identity.ask_for_change(**ask, by=user), IdentityRequest)
    assert code_of(identity.ask_for_change(**ask, by=user)) == "already_asked"
    assert code_of(identity.ask_for_change(**ask, by=worker)) == "not_allowed"


def test_a_volunteer_does_not_learn_that_another_has_the_document(person, home):
    keep(VolunteerFactory(community=home, birth_date=None))
    user = logins.login_for(volunteer=person)
    person.refresh_from_db()
    wish = identity.Wish(document_type="resident_id", number=WOMAN)

    request = identity.ask_for_change(volunteer=person, wish=wish, reason="", by=user, at=NOW)

    assert isinstance(request, IdentityRequest)
    approver = UserFactory(duties=[(home, DutyRole.APPROVER)])
    assert code_of(decisions.decide(request=request, by=approver, at=NOW, accepted=True)) == "document_known"


# Words and own fields


def test_staff_keep_the_words_and_administrators_the_fields(client, worker, home):
    client.force_login(worker)
    answer = client.post(reverse("word:add"), {"community": home.pk, "kind": "skill", "text": "修鞋"})
    assert answer.status_code == 302
    listed = client.get(reverse("word:index")).content.decode()
    assert "修鞋" in listed and "用词" in listed and "评语" not in listed
    admin = UserFactory(duties=[(home, DutyRole.ADMINISTRATOR)])
    client.force_login(admin)
    data = {"community": home.pk, "label": "政治面貌", "kind": "choice", "choices": "党员", "place": 1}
    assert "choices" in client.post(reverse("own_field:add"), data).context["form"].errors
    assert client.post(reverse("own_field:add"), {**data, "choices": "党员\n群众"}).status_code == 302
    assert "place" in client.post(reverse("own_field:add"), {**data, "place": 11}).context["form"].errors
