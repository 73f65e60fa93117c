"""The back office of people, for tests."""

import datetime as dt
from types import SimpleNamespace

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import SESSION_KEY

from academy.people.models import User

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)


def errors(response):
    assert response.status_code == 200, "the form was accepted"
    return response.context["form"].errors


def prove(client):
    """Give the client's session a proof of this moment, as a sign-in does."""
    session = client.session
    record_authentication(SimpleNamespace(session=session), User.objects.get(pk=session[SESSION_KEY]), "password")
    session.save()
