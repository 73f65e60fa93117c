"""A person's details: encrypted, unique by document, erased with the person, united by a merge."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from wagtail.log_actions import registry as log
from wagtail.models import ModelLogEntry

from academy.people.key_models import HashKey
from academy.people.models import Consent, PersonalKey, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import consents, master_keys, merging, personal_data
from academy.profiles import words
from academy.profiles.documents import hash_of, tidy_number
from academy.profiles.models import OwnField, OwnValue, Profile, Word
from academy.profiles.services import details, keeping_documents
from tests.answers import code_of
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)
WOMAN = "430102195803051225"  # born on 5 March 1958
OTHER = "34052419800101001X"


@pytest.fixture
def home():
    return CommunityFactory()


@pytest.fixture
def worker(home):
    return UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])


@pytest.fixture
def person(home):
    return VolunteerFactory(community=home, name="王秀英", phone="13900000011", birth_date=None)


def keep(person, number=WOMAN, kind="resident_id", evidence="表上打勾", by=None):
    return keeping_documents.keep_document(volunteer=person, kind=kind, number=number, evidence=evidence, by=by, at=NOW)


def test_a_number_is_encrypted_and_gives_sex_and_birth_date(person, worker):
    profile = keep(person, "43010219580305 1225", by=worker)

    profile.refresh_from_db()
    person.refresh_from_db()
    assert WOMAN not in profile.document
    assert keeping_documents.read_number(profile) == WOMAN
    assert (profile.sex, person.birth_date) == ("female", dt.date(1958, 3, 5))
    consent = consents.latest_consent(person, Consent.Kind.DOCUMENT)
    assert consent is not None and consent.granted and consent.evidence == "表上打勾"
    entry = log.get_logs_for_instance(person).filter(action="profiles.keep_document").get()
    assert entry.data == {"kind": "resident_id"}


@pytest.mark.parametrize(
    ("kind", "number", "code"),
    [
        ("resident_id", "340524198001010013", "id_checksum"),
        ("resident_id", "34052419801301001X", "id_date"),
        ("resident_id", "12345", "id_form"),
        ("passport", "1", "document_form"),
        ("", OTHER, "document_alone"),
        ("passport", "", "document_alone"),
    ],
)
def test_r3_a_wrong_number_is_not_kept(person, kind, number, code):
    assert code_of(keep(person, number, kind)) == code
    assert not Profile.objects.exclude(document="").exists()


@pytest.mark.parametrize(
    "kind", ["passport", "hk_macao_permit", "taiwan_permit", "residence_permit", "foreign_residence"]
)
def test_r3_other_documents_have_no_checksum(person, kind):
    assert isinstance(keep(person, "h 1234567-(8)", kind), Profile)
    assert keeping_documents.read_number(Profile.objects.get()) == "H12345678"


def test_a_number_needs_a_consent_of_its_own(person):
    assert code_of(keep(person, evidence=" ")) == "needs_evidence"
    consents.record_consent(volunteer=person, kind="document", granted=True, evidence="表", by=None, at=NOW)
    assert isinstance(keep(person, evidence=""), Profile)


def test_a_withdrawn_consent_deletes_the_number_alone(person):
    keep(person)
    details.save_details(volunteer=person, changes={"area": "3栋"}, by=None, at=NOW)
    consents.record_consent(volunteer=person, kind="document", granted=False, evidence="口头", by=None, at=NOW)

    profile = Profile.objects.get(volunteer=person)
    assert (profile.document, profile.document_type, profile.document_hash) == ("", "", None)
    assert profile.area == "3栋"


def test_a_birth_date_on_the_roll_is_not_overwritten(home):
    person = VolunteerFactory(community=home, birth_date=dt.date(1958, 3, 6))

    assert code_of(keep(person)) == "birth_date_differs"


def test_r5_one_document_is_on_one_roll_once(home, person):
    keep(person)
    other = VolunteerFactory(community=home, birth_date=None)

    answer = keep(other)

    assert code_of(answer) == "document_known"
    assert person.number in str(answer)
    elsewhere = VolunteerFactory(birth_date=None)
    assert isinstance(keep(elsewhere), Profile)  # another community is not told
    assert hash_of(home, "resident_id", WOMAN) != hash_of(elsewhere.community, "resident_id", WOMAN)


def test_the_database_refuses_the_second_document(home, person):
    kept = keep(person)
    other = Profile.objects.create(volunteer=VolunteerFactory(community=home))
    with pytest.raises(IntegrityError), transaction.atomic():
        Profile.objects.filter(pk=other.pk).update(
            document_type="passport", document="x", document_hash=kept.document_hash
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Profile.objects.filter(pk=other.pk).update(document_type="passport")
    Profile.objects.filter(pk=other.pk).update(document_type="passport", document="x", document_hash="y")


def test_a_document_is_found_again_after_a_new_master_key(person, home, settings):
    keep(person)
    hashed = hash_of(home, "resident_id", WOMAN)
    settings.PERSONAL_DATA_KEYS = ["Z" * 43 + "=", *settings.PERSONAL_DATA_KEYS]
    sealed = HashKey.objects.get().sealed

    master_keys.rotate()

    assert HashKey.objects.get().sealed != sealed
    settings.PERSONAL_DATA_KEYS = settings.PERSONAL_DATA_KEYS[:1]
    assert hash_of(home, "resident_id", WOMAN) == hashed
    assert keeping_documents.read_number(Profile.objects.get()) == WOMAN


def test_the_hash_key_stands_alone():
    with pytest.raises(IntegrityError), transaction.atomic():
        HashKey.objects.create(id=2, sealed="x")


def test_details_are_kept_and_the_log_has_no_values(person, worker):
    changes = {
        "area": "松林小区3栋",
        "emergency_name": "李 明",
        "emergency_phone": "+86 139-0000-0012",
        "body": "膝盖不好，不能久站",
        "words": {"skill": ["理发", "修鞋"]},
    }
    profile = details.save_details(volunteer=person, changes=changes, by=worker, at=NOW)

    profile.refresh_from_db()
    assert (profile.emergency_name, profile.emergency_phone) == ("李明", "13900000012")
    assert "膝盖" not in profile.body and details.body_of(profile) == "膝盖不好，不能久站"
    assert set(profile.words.values_list("text", flat=True)) == {"理发", "修鞋"}
    entry = ModelLogEntry.objects.get(action="profiles.edit")
    assert entry.data == {"fields": ["area", "emergency_name", "emergency_phone", "body", "words"]}

    details.save_details(volunteer=person, changes=changes, by=worker, at=NOW)
    assert ModelLogEntry.objects.filter(action="profiles.edit").count() == 1


def test_a_new_word_joins_the_usual_ones(home, person):
    assert "急救" in words.words_of(home)["skill"]
    details.save_details(volunteer=person, changes={"words": {"skill": ["修鞋"]}}, by=None, at=NOW)

    assert {"急救", "修鞋"} <= set(words.words_of(home)["skill"])
    assert Word.objects.filter(community=home, kind="time").count() == 0
    assert "修鞋" not in words.words_of(CommunityFactory())["skill"]


def test_typed_words_are_separated_by_any_sign():
    assert words.split("理发，电工/ 缝纫；理发") == ["理发", "电工", "缝纫"]


def test_own_values_are_of_the_own_community(home, person):
    own = OwnField.objects.create(community=home, place=1, label="政治面貌")
    foreign = OwnField.objects.create(community=CommunityFactory(), place=1, label="别处")

    details.save_details(volunteer=person, changes={"own": {own.pk: "党员", foreign.pk: "×"}}, by=None, at=NOW)

    assert OwnValue.objects.values_list("field", "text").get() == (own.pk, "党员")
    own.delete()
    assert not OwnValue.objects.exists()


@pytest.mark.parametrize("place", [0, 11])
def test_a_community_has_ten_own_fields_at_most(home, place):
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnField.objects.create(community=home, place=place, label="…")
    for one in range(1, 11):
        OwnField.objects.create(community=home, place=one, label=str(one))
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnField.objects.create(community=home, place=10, label="第十一个")


def test_bodies_are_read_in_two_statements(home, django_assert_num_queries):
    people = [VolunteerFactory(community=home) for _one in range(3)]
    for one in people[:2]:
        details.save_details(volunteer=one, changes={"body": f"不能{one.pk}"}, by=None, at=NOW)
    with django_assert_num_queries(2):
        assert details.bodies_of(people) == {one.pk: f"不能{one.pk}" for one in people[:2]}


def test_a_look_at_the_whole_number_is_logged(person, worker):
    keep(person)

    assert keeping_documents.show_document(volunteer=person, page="/x/", by=worker, at=NOW) == WOMAN
    entry = ModelLogEntry.objects.get(action=personal_data.DOCUMENT_VIEWED)
    assert (entry.user, entry.label, entry.data) == (worker, person.number, {"page": "/x/"})


def test_without_the_right_there_is_no_look(person):
    keep(person)
    trainer = UserFactory(duties=[(person.community, DutyRole.TRAINER)])

    assert code_of(keeping_documents.show_document(volunteer=person, page="/x/", by=trainer, at=NOW)) == "not_allowed"
    assert not ModelLogEntry.objects.filter(action=personal_data.DOCUMENT_VIEWED).exists()


def test_v3_erasing_leaves_no_details(person):
    keep(person)
    details.save_details(volunteer=person, changes={"words": {"skill": ["理发"]}}, by=None, at=NOW)

    details.erase(volunteers=[person])

    assert not Profile.objects.exists()
    assert Volunteer.objects.get(pk=person.pk).number == person.number


def test_v3_without_the_personal_key_the_number_is_gone(person):
    profile = keep(person)
    PersonalKey.objects.all().delete()

    assert code_of(keeping_documents.read_number(profile)) == "personal_data_gone"
    assert details.body_of(profile) == ""


# Merging


def test_a_merge_unites_the_details(home, person, worker):
    goes = VolunteerFactory(community=home, name="王秀英", birth_date=None)
    keep(goes)
    details.save_details(volunteer=goes, changes={"area": "3栋", "words": {"skill": ["理发"]}}, by=None, at=NOW)
    details.save_details(volunteer=person, changes={"area": "5栋", "body": "膝盖"}, by=None, at=NOW)

    assert merging.merge(volunteer=goes, into=person, by=worker, at=NOW, sure=True) == person

    profile = Profile.objects.get()
    assert (profile.volunteer, profile.area, profile.document_type) == (person, "5栋", "resident_id")
    assert keeping_documents.read_number(profile) == WOMAN
    assert details.body_of(profile) == "膝盖"
    assert profile.words.get().text == "理发"


def test_two_documents_are_two_people(home, person, worker):
    goes = VolunteerFactory(community=home, birth_date=None)
    keep(person)
    keep(goes, OTHER)

    assert code_of(merging.merge(volunteer=goes, into=person, by=worker, at=NOW, sure=True)) == "documents_differ"
    goes.refresh_from_db()
    assert goes.merged_into is None
    assert Profile.objects.count() == 2


def test_a_number_has_one_form():
    assert tidy_number("３４０５２４ 19800101-001x") == OTHER


def test_a_deleted_number_leaves_no_consent_to_keep_one(person, worker):
    keep(person)

    keeping_documents.delete_document(volunteer=person, by=worker, at=NOW)
    keeping_documents.delete_document(volunteer=person, by=worker, at=NOW)

    said = Consent.objects.filter(volunteer=person, kind="document").order_by("pk")
    assert [one.granted for one in said] == [True, False]
    assert code_of(keep(person, evidence="")) == "needs_evidence"
