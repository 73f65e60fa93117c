"""The limits of passwords and of mailed links, as the forms use them (ADR 39)."""

from django.forms import BaseForm, ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.people import known_browsers, sign_in_log
from academy.people.http import network_of
from academy.people.services import attempts
from academy.people.services.attempts import Limit, Source

TOO_MANY = "too_many_attempts"
OF_A_NAME = Limit(free=5, half_life=30 * 60)
OF_AN_ADDRESS = Limit(free=100, half_life=60)  # a whole room may sign in from one address
MINUTE = 60

_IN_SECONDS = _(
    "There were too many attempts. Try again in %(seconds)s seconds, or ask at the desk for a sign-in slip."
)
_IN_MINUTES = _(
    "There were too many attempts. Try again in %(minutes)s minutes, or ask at the desk for a sign-in slip."
)


def count_attempt(request: HttpRequest, *, act: str, name: str) -> list[Source]:
    """Count an attempt at `act` under a sign-in name. Return its sources, to take it back if it succeeds.

    A browser that signed in under this name before has a count of its own. Raises `ValidationError` with the code
    `too_many_attempts` while the name or the client's address has to wait.
    """
    if key := known_browsers.key_of(request, name=name):
        sources = [Source(f"{act}.browser", f"{key} {name}", OF_A_NAME)]
    else:
        network = network_of(request)
        sources = [Source(f"{act}.name", name, OF_A_NAME), Source(f"{act}.address", network, OF_AN_ADDRESS)]
    if seconds := attempts.begin(sources=sources, at=timezone.now()):
        sign_in_log.write(f"{act} slowed down", typed=name, wait=seconds)
        params = {"seconds": seconds, "minutes": -(-seconds // MINUTE)}
        raise ValidationError(_IN_SECONDS if seconds < 2 * MINUTE else _IN_MINUTES, code=TOO_MANY, params=params)
    return sources


def mark_too_many(response: HttpResponse, form: BaseForm) -> HttpResponse:
    """Give the page of a refused form the status 429, and the seconds to wait, if it was refused for that."""
    for errors in form.errors.as_data().values():
        for error in errors:
            if error.code == TOO_MANY:
                response.status_code = 429
                response.headers["Retry-After"] = str((error.params or {})["seconds"])
    return response
