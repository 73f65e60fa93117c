"""The page that changes a password speaks to people as 您."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory
from tests.pages import text_of

pytestmark = pytest.mark.django_db


def test_the_conditions_of_a_password_are_said_politely():
    user = UserFactory()
    user.set_password("sunflower-2026")
    user.save()
    client = Client()
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"

    page = text_of(client.get(reverse("account_change_password")))
    assert "不能和您的姓名、手机号、邮箱太像。" in page and "你" not in page

    wrong = {"oldpassword": "mistaken-2026", "password1": "12345678", "password2": "12345678"}
    refused = text_of(client.post(reverse("account_change_password"), wrong))
    assert "密码" in refused and "你" not in refused
