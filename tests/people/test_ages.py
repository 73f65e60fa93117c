import datetime as dt

import pytest

from academy.people import ages

BORN = dt.date(2012, 2, 29)


@pytest.mark.parametrize(
    ("day", "minor"), [(dt.date(2030, 2, 28), True), (dt.date(2030, 3, 1), False)], ids=["still 17", "18"]
)
def test_n2_a_minor_is_of_age_from_the_eighteenth_birthday_on(day, minor):
    assert ages.is_minor(BORN, day) is minor
    assert ages.is_of_age(BORN, day) is not minor


def test_without_a_birth_date_a_person_is_neither_minor_nor_of_age():
    assert not ages.is_minor(None, BORN)
    assert not ages.is_of_age(None, BORN)
