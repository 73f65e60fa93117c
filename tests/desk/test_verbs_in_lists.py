"""The rows of the roll and of the records offer the verbs of a person and of a record."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

pytestmark = pytest.mark.slow


def acts_of(page, title):
    """Return the addresses of the acts in the row of a list."""
    rows = BeautifulSoup(page.content, "html.parser").select("table.listing tbody tr")
    [row] = [row for row in rows if title in row.get_text()]
    return {link["href"] for link in row.select("a[href]")}


def test_the_row_of_the_roll_offers_what_one_can_do_for_a_person(scene, sign_in):
    person = scene.volunteer()
    scene.serve(person, "06:00", "08:00")

    acts = acts_of(sign_in(scene.social_worker).get("/admin/volunteer/"), person.name)

    who = f"?who={person.number}"
    assert {reverse("home:missing") + who, reverse("home:stars") + who} <= acts
    assert f"{reverse('certificate:add')}?volunteer={person.pk}" in acts


def test_the_row_of_a_record_offers_to_correct_it(scene, sign_in):
    record = scene.serve(scene.volunteer(), "06:00", "08:00")

    acts = acts_of(sign_in(scene.social_worker).get("/admin/service_record/"), record.volunteer.name)

    assert f"{reverse('home:ask_make_up', args=[record.shift_id])}?who={record.volunteer.number}" in acts
