"""Building the demonstration on a database without one: its refusals, and its equal results."""

import pytest
from django.core.management import CommandError, call_command

from academy.core.models import Community
from academy.core.refusals import Refusal
from demo import curriculum
from demo.build import SLUG, build
from tests.demo.scene import NOW, facts, rolled_back
from tests.factories import CommunityFactory, UserFactory

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _fewer_courses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a build four courses of twenty, to save its time: the first, and those that other parts name."""
    few = [path for path in curriculum.files() if path.name.startswith(("01", "10", "12", "16"))]
    monkeypatch.setattr(curriculum, "files", lambda: few)


def test_it_refuses_settings_that_are_not_for_demonstrations(db, settings):
    settings.DEMO = False

    answer = build(at=NOW)

    assert isinstance(answer, Refusal)
    assert answer.code == "not_a_demo"
    assert not Community.objects.exists()


@pytest.mark.parametrize(
    "somebody",
    [
        pytest.param(lambda: CommunityFactory(), id="another community"),
        pytest.param(lambda: CommunityFactory(slug=SLUG), id="a community of that name that is none"),
        pytest.param(lambda: UserFactory(), id="a login, and no community yet"),
    ],
)
def test_it_refuses_a_database_with_real_people(db, somebody):
    somebody()
    before = facts()

    answer = build(at=NOW)

    assert isinstance(answer, Refusal)
    assert answer.code == "real_people"
    assert facts() == before


def test_the_command_ends_with_the_refusals_sentence_and_code(db, settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match=r"\[not_a_demo\]$"):
        call_command("build_demo")


@pytest.mark.soak  # builds the demonstration twice
def test_the_same_day_gives_the_same_data(db):
    first, second = ([facts() for _activity in rolled_back(NOW)] for _build in range(2))

    assert second == first
    assert facts()["people"] == []
