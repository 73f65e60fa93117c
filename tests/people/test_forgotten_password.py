"""The way from the sign-in to the page for a forgotten password."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("has_mail", [True, False])
def test_the_sign_in_leads_to_a_forgotten_password_where_mail_leaves(client, settings, has_mail):
    settings.HAS_MAIL_SERVER = has_mail

    page = BeautifulSoup(client.get(reverse("account_login")).content, "html.parser")

    assert bool(page.select(f'details a[href="{reverse("account_reset_password")}"]')) is has_mail
