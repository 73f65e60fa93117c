"""The results of the public search, as its page shows them."""

from typing import Any


def shown(response: Any) -> list[str]:
    """Return the titles of all results of a page of the search, in their order."""
    found = response.context.get("found")
    results = [result for group in found.groups for result in group.results] if found else []
    return ["".join(text for text, _ in result.title) for result in results]
