"""A browser that fills in the pages of the first set-up."""

from django.test import Client

from cms import set_up_key
from cms.models import FirstSetUp
from cms.set_up_forms import FORMS
from tests.pages import text_of

KEY = "/set-up/"
TYPED = {
    "community": {"name": "松林社区", "slug": ""},
    "unit": {
        "issuer": "松林社区居民委员会",
        "credit_code": "52430000mja0000001",
        "person_responsible": "赵敏",
        "handler": "孙丽",
        "telephone": "0731 8888 1234",
    },
    "desk": {"address": "松林路 8 号", "desk_hours": "周一至周六 9:00–17:00"},
    "staff": {
        "administrator": "周静",
        "administrator_phone": "13900000001",
        "social_worker": "李梅",
        "social_worker_phone": "139 0000 0002",
        "approver": "王建国",
        "approver_phone": "13900000003",
    },
    "pages": {},
}


def give_key(client: Client, row: FirstSetUp) -> Client:
    assert client.post(KEY, {"key": set_up_key.key_of(row)}).status_code == 302
    return client


def defaults() -> dict[str, str]:
    """Return the rules as the browser sends them unchanged."""
    form = FORMS["rules"]()
    return {bound.name: str(bound.value()) for bound in form}


def fill_in(client: Client, **steps: dict[str, str]) -> None:
    for name, texts in {**TYPED, "rules": defaults(), **steps}.items():
        response = client.post(f"/set-up/{name}/", texts)
        assert response.status_code == 302, (name, text_of(response))
