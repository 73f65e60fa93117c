"""A copy of a person's data is complete: no model can be forgotten (V3, ADR 90)."""

import json

import pytest
from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from academy.messaging import services as messaging
from academy.messaging.kinds import ANSWER
from academy.own_data import copying
from academy.people.holding import held, left_out
from academy.people.models import Volunteer
from academy.people.services import merging
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory, sign_up


def points_at(model: type[Model], targets: set[type[Model]]) -> bool:
    fields = model._meta.get_fields()
    return any(field.concrete and field.is_relation and field.related_model in targets for field in fields)


def leading_to_people() -> set[type[Model]]:
    """Return the models with a relation to a volunteer, and those with one to a person's own facts."""
    own = {one.model for one in held() if one.is_own and one.path in ("volunteer", "pk")}
    ours = [model for model in apps.get_models() if model.__module__.partition(".")[0] in ("academy", "cms")]
    return {model for model in ours if points_at(model, own | {Volunteer})}


def test_each_model_that_leads_to_a_person_is_in_the_copy_or_left_out_with_a_reason():
    declared = {one.model for one in held()} | left_out().keys()

    forgotten = sorted(model._meta.label for model in leading_to_people() - declared)
    assert not forgotten, f"Declare them in the module `holdings` of their app: {forgotten}"


def test_no_model_is_both_and_each_reason_is_a_sentence():
    assert not {one.model for one in held()} & left_out().keys()
    assert all(reason.endswith(".") for reason in left_out().values())


def test_the_names_of_the_parts_are_unique():
    names = [one.name for one in held()]

    assert len(names) == len(set(names))


@pytest.mark.django_db
@pytest.mark.parametrize("holding", held(), ids=lambda one: one.name)
def test_each_part_can_be_read(holding):
    volunteer = VolunteerFactory(login=True)

    for row in holding.rows(volunteer):
        assert len(holding.values(row)) == len(holding.fields)
        assert holding.further is None or holding.further(row)
    assert len(holding.heads()) == len(holding.fields) > 0


@pytest.mark.django_db
def test_the_copy_holds_the_persons_own_rows_and_no_others():
    home, now = CommunityFactory(), timezone.now()
    volunteer = VolunteerFactory(community=home, name="王秀英", phone="13900000011", login=True)
    other = VolunteerFactory(community=home, name="李建国", phone="13900000022", login=True)
    goes = VolunteerFactory(community=home, name="王秀荣", phone="13900000033")
    activity = ActivityFactory(community=home, title="敬老院探访")
    for person in (volunteer, other):
        sign_up(person, activity.shifts.get())
        messaging.send(kind=ANSWER, volunteer=person, key="hello", text=f"{person.name}您好", at=now)
    worker = UserFactory(duties=[(home, "social_worker")])
    merging.merge(volunteer=goes, into=volunteer, by=worker, at=now)

    text = copying.as_json(volunteer, at=now).decode()
    copy = json.loads(text)

    assert {"people.volunteer", "people.consent", "activities.signup", "messaging.message", "log"} <= {
        part["name"] for part in copy["parts"]
    }
    assert all(word in text for word in ("王秀英", "13900000011", "敬老院探访", "王秀英您好", "王秀荣"))
    assert "李建国" not in text and "13900000022" not in text


@pytest.mark.django_db
@pytest.mark.slow
def test_a_character_without_a_glyph_does_not_stop_the_pdf():
    volunteer = VolunteerFactory(name="王\U0003ffff英".replace("\U0003ffff", "\U00030000"))

    assert copying.as_pdf(volunteer, at=timezone.now())[:4] == b"%PDF"
