"""Decisions that no seal covers: stars, published rules, imports taken back."""

from typing import Any

import pytest
from django.db.models import Model, QuerySet

from academy.advancement.models import StarRating
from academy.audit import services as audit
from academy.decisions.services import decide
from academy.hours.models import (
    Import,
    ImportReversal,
)
from academy.people.models import User
from academy.people.permissions import DutyRole
from academy.rulebook import services as rulebook
from academy.rulebook.models import Publication, RuleSet
from academy.transfers.services import importing
from tests.factories import UserFactory
from tests.hours.scene import AUDITED, ISSUED_AT, Scene, moment
from tests.roles import unguarded_facts
from tests.transfers.lists import import_list, row

pytestmark = pytest.mark.slow


@pytest.fixture
def approver(scene: Scene) -> User:
    user: User = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    return user


def change(model: type[Model], **values: Any) -> list[str]:
    """Change all rows behind the program's back, and return what the audit finds."""
    with unguarded_facts():
        QuerySet(model).update(**values)
    return list(audit.differences(at=AUDITED))


def test_stars_rest_on_hours_that_the_ledger_had(scene: Scene, approver: User) -> None:
    scene.serve(volunteer := scene.volunteer(login=True), "09:00", "12:00")
    standing = {"minutes": 180, "evaluations": 1, "average": 5.0, "complaints": 0, "stars": 0}
    asked = StarRating.objects.create(volunteer=volunteer, stars=1, standing=standing, asked_at=ISSUED_AT)
    assert list(audit.differences(at=AUDITED)) == []
    decided = {"accepted": True, "decided_by": approver, "decided_at": ISSUED_AT}
    rating = f"star rating {asked.pk}"
    assert change(StarRating, **decided) == [f"{rating}: 1 stars, what it rests on allows 0"]
    said = change(StarRating, standing={**standing, "minutes": 6000})
    assert said == [f"{rating}: it rests on 6000 minutes, the ledger had 180"]
    assert change(StarRating, standing={"minutes": 6000}) == [f"{rating}: what it rests on cannot be read"]


def test_published_rules_rest_on_a_second_person_and_the_log(scene: Scene, approver: User) -> None:
    scene.social_worker.duties.create(community=scene.community, role=DutyRole.ADMINISTRATOR)
    at = moment("09:00")
    draft = rulebook.draft_rule_set(community=scene.community, by=scene.social_worker, at=at)
    assert isinstance(draft, RuleSet)
    asked = rulebook.open_for_comments(rule_set=draft, reason="新的一年", by=scene.social_worker, at=at)
    assert isinstance(decide(request=asked, by=approver, at=at, accepted=True), Publication)
    assert list(audit.differences(at=AUDITED)) == []
    rules = f"rule set {draft.pk}"
    said = change(Publication, decided_by=scene.social_worker)
    assert said == [f"{rules}: no second person published it"]
    change(Publication, decided_by=approver)
    found = change(RuleSet, published_at=moment("10:00"))
    assert f"publication {asked.pk}: accepted, and {rules} was not published by it" in found
    assert f"{rules}: the log does not say that it was published at this moment" in found


def test_an_import_that_was_taken_back_stays_so(scene: Scene) -> None:
    import_list(scene, row(scene.volunteer().number))
    done = Import.objects.get()
    reversal = importing.take_back(done=done, reason="传错了", by=scene.social_worker, at=moment("09:00"))
    assert isinstance(reversal, ImportReversal)
    assert list(audit.differences(at=AUDITED)) == []
    assert change(ImportReversal, count=2) == [f"import {done.pk}: 2 records were withdrawn with it, 1 are"]
    with unguarded_facts():
        reversal.delete()
    assert list(audit.differences(at=AUDITED)) == [
        f"import {done.pk}: the log says that it was taken back, and it was not"
    ]
