"""The login and the client's address of a request, and signing in by other means than a password."""

from ipaddress import ip_network

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.crypto import salted_hmac

from academy.people.models import User


def user_of(request: HttpRequest) -> User:
    """Return the login of a request, in a view that requires one."""
    assert isinstance(request.user, User)
    return request.user


def client_address(request: HttpRequest) -> str:
    """Return the client's address, for all limits and logs.

    X-Forwarded-For is believed only as far as `TRUSTED_PROXIES` of our own wrote it.
    """
    address: str = get_adapter().get_client_ip(request)
    return address


def network_of(request: HttpRequest) -> str:
    """Return what counts as one client: an IPv4 address, or the 64 bits of IPv6 that one customer gets."""
    address = client_address(request)
    return str(ip_network((address, 64 if ":" in address else 32), strict=False))


def hashed_network_of(request: HttpRequest) -> str:
    """Return a keyed hash of the client's network, 16 characters long, to be stored."""
    return salted_hmac("academy.people.network", network_of(request), algorithm="sha256").hexdigest()[:16]


def sign_in(request: HttpRequest, user: User, *, method: str, then: str) -> HttpResponse:
    """Sign in a user who proved by `method` who they are, and redirect to `then`.

    A second factor is asked for first. If this user is signed in already, it is a fresh proof. The session of another
    user ends.
    """
    if request.user.is_authenticated and request.user != user:
        logout(request)
    record_authentication(request, user, method)
    if request.user.is_authenticated:
        return HttpResponseRedirect(then)
    response: HttpResponse = perform_login(request, user, redirect_url=then)
    return response
