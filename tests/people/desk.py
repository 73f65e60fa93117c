"""The back office of people, for tests."""

import datetime as dt

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)


def errors(response):
    assert response.status_code == 200, "the form was accepted"
    return response.context["form"].errors
