"""Service that adds recording units."""

from django.db import transaction

from academy.core.models import Community
from academy.people.models import Issuer


@transaction.atomic
def add_issuer(
    *, community: Community, name: str, person_responsible: str, handler: str, telephone: str, credit_code: str = ""
) -> Issuer:
    """Return the community's recording unit with this registered name (P3); create a missing one."""
    issuer, _created = Issuer.objects.get_or_create(
        community=community,
        name=name,
        defaults={
            "credit_code": credit_code,
            "person_responsible": person_responsible,
            "handler": handler,
            "telephone": telephone,
        },
    )
    return issuer
