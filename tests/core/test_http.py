import pytest
from django.test import RequestFactory

from academy.core.http import posted_id, posted_ids, read_id, safe_next


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[("7", 7), ("0012", 12), ("9" * 17, 10**17 - 1)],
        *[(None, None), ("", None), ("-1", None), ("1.0", None), ("x", None), ("٣", None), ("²", None)],
        pytest.param("9" * 18, None, id="longer than a database's numbers"),
    ],
)
def test_only_a_plain_number_is_an_id(text, expected):
    assert read_id(text) == expected


def test_ids_of_a_form_leave_out_texts_that_are_no_ids(rf: RequestFactory):
    request = rf.post("/", {"record": ["3", "x", "", "5"], "shift": "8"})

    assert posted_ids(request, "record") == [3, 5]
    assert posted_ids(request, "other") == []
    assert (posted_id(request, "shift"), posted_id(request, "other")) == (8, None)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/my/?p=2", "/my/?p=2"),
        ("", ""),
        ("//other.example/", ""),
        ("https://other.example/", ""),
        ("javascript:x", ""),
        ("true", ""),  # the name of a page for `redirect`
    ],
)
def test_next_leads_only_to_an_address_of_this_site(rf: RequestFactory, address, expected):
    assert safe_next(rf.get("/", {"next": address})) == expected
    assert safe_next(rf.post("/", {"next": address})) == expected


def test_next_of_the_form_wins_over_next_of_the_address(rf: RequestFactory):
    assert safe_next(rf.post("/?next=/a/", {"next": "/b/"})) == "/b/"
