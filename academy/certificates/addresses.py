"""The addresses of the public pages behind codes: for screens, for square codes, to type."""

from django.urls import reverse

from academy.core.links import public_address, typed_address


def page_of(code: str) -> str:
    """Return the path of the public page of a certificate, letter or receipt."""
    return reverse("certificates:verify", args=[code])


def page_url(code: str) -> str:
    """Return the whole address of that page, as a screen shows it."""
    return public_address(page_of(code))


def square_code_of(code: str) -> str:
    """Return the same address for a square code, in upper case: the coarser code scans from further away."""
    return page_url(code).upper()


def typed() -> str:
    """Return the address under which people type a code."""
    return typed_address(reverse("certificates:ask"))
