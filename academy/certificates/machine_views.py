"""Answers to machines: certificates and receipts as signed JSON, and the public keys (ADR 129)."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from academy.certificates import addresses, letters, machine, receipts, services
from academy.core import practice
from academy.core.http import unindexed
from academy.core.keys import normalise_key
from academy.people.services import signing

_READABLE = {"ensure_ascii": False, "indent": 1}


@never_cache
@require_GET
def answer(request: HttpRequest, code: str) -> JsonResponse:
    """Send what the page of this code shows, signed; 404 for an unknown code, with the same form."""
    certificate, now = services.find(code), timezone.now()
    if certificate is None and (receipt := receipts.find(code)) is not None and receipts.is_intact(receipt):
        signature = signing.Signature(receipt.key, receipt.signature).as_json()
        return _json({"record": receipts.content_of(receipt), "signature": signature})
    if certificate is None and (letter := letters.find(code)) is not None:
        page = addresses.page_url(letter.code)
        return _json(machine.answer_about_letter(letter, code=normalise_key(code)[:40], page=page, at=now))
    if certificate is not None and certificate.community.is_practice:
        practice.mark(request)
    page = addresses.page_url(certificate.code) if certificate else ""
    told = machine.answer(certificate, code=normalise_key(code)[:40], page=page, at=now)
    return _json(told, status=200 if certificate else 404)


@never_cache
@require_GET
def keys(request: HttpRequest) -> JsonResponse:
    """Send the public keys, as a set of JSON Web Keys."""
    return _json({"keys": signing.published(at=timezone.now())})


def _json(content: dict[str, Any], status: int = 200) -> JsonResponse:
    # Any page may ask: what it gets is public.
    headers = {"Access-Control-Allow-Origin": "*"}
    response = JsonResponse(content, status=status, headers=headers, json_dumps_params=_READABLE)
    return unindexed(response)
