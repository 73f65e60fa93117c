"""Facts whose loss no single record shows: confirmations without records, and merges of people."""

from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef
from wagtail.models import ModelLogEntry

from academy.hours.models import Confirmation, ServiceRecord
from academy.people.models import Volunteer

MERGE = "people.merge"


def differences() -> Iterator[str]:
    """Yield confirmations whose records are gone, and merges that differ from the log."""
    confirmed = ServiceRecord.objects.filter(
        activity=OuterRef("activity"), confirmed_at=OuterRef("confirmed_at"), confirmed_by=OuterRef("confirmed_by")
    )
    for pk in Confirmation.objects.filter(~Exists(confirmed)).order_by("pk").values_list("pk", flat=True):
        yield f"confirmation {pk}: no record was confirmed by it"
    yield from _differing_merges()


def _differing_merges() -> Iterator[str]:
    people = {
        pk: (number, merged_into)
        for pk, number, merged_into in Volunteer.objects.values_list("pk", "number", "merged_into")
    }
    of_number = {number: pk for pk, (number, _) in people.items()}
    logged: dict[int, str] = {}
    of_volunteers = ModelLogEntry.objects.filter(
        action=MERGE, content_type=ContentType.objects.get_for_model(Volunteer, for_concrete_model=False)
    )
    for key, data in of_volunteers.order_by("pk").values_list("object_id", "data"):
        if "into" in data:
            logged[int(key)] = data["into"]
    for pk, (number, merged_into) in sorted(people.items()):
        into = of_number.get(logged.get(pk, ""))
        while into is not None and (further := of_number.get(logged.get(into, ""))) is not None:
            into = further  # the one who stayed was merged, too
        if merged_into != into:
            yield f"volunteer {number}: merged into {merged_into}, the log says {into}"
