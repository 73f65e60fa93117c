"""The login of a request, and the network that it came from."""

from ipaddress import ip_network

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from academy.people.models import User


def user_of(request: HttpRequest) -> User:
    """Return the login of a request, in a view that requires one."""
    assert isinstance(request.user, User)
    return request.user


def network_of(request: HttpRequest) -> str:
    """Return a keyed hash of the client's network, 16 characters long.

    It is empty if no address is known. An address of IPv6 counts as its /64, which one household can use in whole.
    Behind a proxy, the address is the one that allauth trusts.
    """
    try:
        address = get_adapter().get_client_ip(request)
        network = ip_network((address, 64 if ":" in address else 32), strict=False)
    except (PermissionDenied, ValueError):
        return ""
    return salted_hmac("academy.people.network", str(network), algorithm="sha256").hexdigest()[:16]
