"""Requests that are too large are refused before a byte of them is read or stored."""

import json
from typing import Any

import pytest
from django.test import Client, RequestFactory

from academy.core.bodies import BodySizeMiddleware, takes_files

pytestmark = pytest.mark.django_db

MEGABYTE = 1024 * 1024


class NeverRead:
    """A body that fails the test when it is read."""

    def read(self, *args: Any) -> bytes:
        raise AssertionError("the body is read")

    readline = read


def send(client: Client, path: str, length: str, **more: Any) -> Any:
    """Announce a body of `length` bytes to `path`."""
    return client.generic(
        "POST",
        path,
        **{
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
            "CONTENT_LENGTH": length,
            "wsgi.input": NeverRead(),
            **more,
        },
    )


@pytest.mark.parametrize("path", ["/accounts/login/", "/s/", "/c/", "/i18n/setlang/", "/admin/login/", "/my/ask/1/"])
def test_a_stranger_cannot_send_more_than_memory_holds(client: Client, path: str) -> None:
    response = send(client, path, str(300 * MEGABYTE))
    assert response.status_code == 413
    assert "太大" in response.content.decode()


@pytest.mark.parametrize("digits", [19, 5_000])
def test_an_endless_length_is_too_large(client: Client, digits: int) -> None:
    assert send(client, "/s/", "9" * digits).status_code == 413


def test_the_sentence_is_in_the_readers_language(client: Client) -> None:
    client.cookies["django_language"] = "en"
    assert "choose a smaller file" in send(client, "/s/", str(3 * MEGABYTE)).content.decode()


def test_a_program_gets_the_code(client: Client) -> None:
    response = send(client, "/checkin/sync/", str(3 * MEGABYTE), CONTENT_TYPE="application/json")
    assert (response.status_code, json.loads(response.content)["code"]) == (413, "too_large")


def test_a_body_of_unknown_length_is_refused(client: Client) -> None:
    response = send(client, "/s/", "", HTTP_TRANSFER_ENCODING="chunked")
    assert response.status_code == 411
    assert "多长" in response.content.decode()


class _User:
    def __init__(self, is_authenticated: bool) -> None:
        self.is_authenticated = is_authenticated


@pytest.mark.parametrize(
    ("path", "megabytes", "signed_in", "status"),
    [
        pytest.param("/files/", 59, True, None, id="a file of a signed-in user"),
        pytest.param("/admin/documents/add/", 59, True, None, id="a video for a lesson"),
        pytest.param("/files/", 61, True, 413, id="more than the largest"),
        pytest.param("/files/", 3, False, 413, id="a stranger's file"),
        pytest.param("/words/", 3, True, 413, id="an address without files"),
        pytest.param("/words/", 2, False, None, id="a form"),
    ],
)
def test_files_are_taken_from_signed_in_users_where_a_form_asks_for_them(
    rf: RequestFactory, path: str, megabytes: int, signed_in: bool, status: int | None
) -> None:
    def view(request: Any) -> None: ...

    request = rf.post(path, CONTENT_LENGTH=str(megabytes * MEGABYTE), headers={"X-Requested-With": "XMLHttpRequest"})
    request.user = _User(signed_in)  # type: ignore[assignment]
    refusal = BodySizeMiddleware(view).process_view(request, takes_files(view) if path == "/files/" else view)  # type: ignore[arg-type]
    assert (refusal and refusal.status_code) == status
    if refusal is not None:
        most = 60 if path == "/files/" and signed_in else 2
        assert f"{most} MB" in json.loads(refusal.content)["sentence"]


def test_the_page_for_missing_hours_takes_photos() -> None:
    from django.urls import resolve

    assert resolve("/my/ask/1/").func.takes_files
