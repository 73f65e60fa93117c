from academy.core.models import Community


def found_community(*, name: str, slug: str) -> Community:
    """The community with this short name; a new one called `name` where there is none."""
    community, _created = Community.objects.get_or_create(slug=slug, defaults={"name": name})
    return community
