"""Errors of a library over input are answered by 400; errors of our own code stay errors."""

import pytest
from django.test import RequestFactory

from academy.core.keys import check_character
from academy.core.middleware import LibraryInputMiddleware
from tests.factories import UserFactory

MIDDLEWARE = LibraryInputMiddleware(lambda _request: None)  # type: ignore[arg-type, return-value]


def error_of(act) -> Exception:
    with pytest.raises(Exception) as raised:  # noqa: PT011
        act()
    return raised.value


@pytest.mark.parametrize(
    ("path", "act"),
    [
        ("/admin/pages/", lambda: check_character("!")),  # a line of ours
        ("/my/", lambda: int("x")),  # a page of ours
        ("/admin/pages/", lambda: exec("raise RuntimeError")),  # not about input
    ],
)
def test_an_error_that_may_be_ours_stays_an_error(path, act):
    assert MIDDLEWARE.process_exception(RequestFactory().get(path), error_of(act)) is None


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31 23:59"])
def test_a_day_that_no_calendar_holds_is_no_error_of_the_server(client, day):
    client.force_login(UserFactory(is_superuser=True))

    page = client.get("/admin/reports/aging-pages/", {"last_published_at": day})

    assert page.status_code in (200, 400)
