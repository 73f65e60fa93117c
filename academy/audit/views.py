"""The ends of the ledgers, for any reader who keeps them."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from academy.hours.anchors import anchors


@require_GET
def heads(request: HttpRequest) -> HttpResponse:
    """Send the anchor of each community: numbers and hashes, and no personal data."""
    found = [
        {
            "community": one.community,
            "number": one.number,
            "hash": one.hash,
            "day": one.day.isoformat(),
            "anchor": str(one),
        }
        for one in anchors()
    ]
    return JsonResponse({"heads": found}, json_dumps_params={"indent": 2})
