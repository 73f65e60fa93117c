"""Errors of a library over input are answered by 400; errors of our own code stay errors."""

import pytest
from django.test import RequestFactory

from academy.core.keys import check_character
from academy.core.middleware import LibraryInputMiddleware

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
