from academy.core.models import Community


def found_community(*, name: str, slug: str) -> Community:
    """Return the community with this short name. If it is missing, create it with the name `name`."""
    community, _created = Community.objects.get_or_create(slug=slug, defaults={"name": name})
    return community
