"""The list of people of an activity as a PDF."""

import datetime as dt
from collections import defaultdict

from django.utils import timezone
from django.utils.translation import gettext as _

from academy.core import formats
from academy.core.look import current_language
from academy.core.practice import is_practice
from academy.core.refusals import Refusal
from academy.insurance.cover import covers_of
from academy.insurance.models import Filing
from academy.insurance.services.filing import FilingState
from academy.insurance.sheets import ListLine, ListPart, PeopleSheet
from academy.insurance.snapshots import Place
from academy.paper.pdf import print_sheet, printable_name
from academy.people.services import personal_data
from academy.profiles.documents import masked
from academy.profiles.models import Profile


def print_pdf(*, state: FilingState, at: dt.datetime) -> bytes | Refusal:
    """Return the list of people as a PDF, A4, in the reader's language; ID numbers are masked (V2).

    Refuses with `missing_glyphs`.
    """
    activity, language = state.activity, current_language()
    people: dict[int, list[Place]] = defaultdict(list)
    for place in state.places:
        people[place.shift.pk].append(place)
    documents = masked_documents(state.places)
    sheet = PeopleSheet(
        title=activity.title,
        place=activity.place,
        content=activity.service_content,
        organiser=activity.organiser,
        leader=printable_name(activity.leader.stays.name),
        filed=tuple(_filed(one) for one in state.latest),
        parts=tuple(
            ListPart(
                when=formats.when(
                    timezone.localtime(cover.shift.starts_at),
                    timezone.localtime(cover.shift.ends_at),
                    language,
                    year=True,
                ),
                policy=str(cover.policy or cover.number),
                lines=tuple(_line(one, documents) for one in people[cover.shift.pk]),
            )
            for cover in covers_of(activity)
        ),
    )
    return print_sheet(sheet, language=language, created=at, practice=is_practice(activity.community_id))


def masked_documents(places: list[Place]) -> dict[int, str]:
    """Return the masked ID numbers of these people, by id (V2). Two statements."""
    profiles = Profile.objects.filter(volunteer__in={one.person.pk for one in places}).exclude(document="")
    read = personal_data.decrypt_all(dict(profiles.values_list("volunteer", "document")))
    return {pk: masked(str(data["number"])) for pk, data in read.items()}


def _line(place: Place, documents: dict[int, str]) -> ListLine:
    return ListLine(
        name=printable_name(place.person.name),
        number=place.person.number,
        document=documents.get(place.person.pk, ""),
        role=place.role_name,
        note=f"+{place.companions}" if place.companions else "",
    )


def _filed(filing: Filing) -> str:
    day = formats.day(filing.filed_on, current_language(), year=True)
    words = {"recipient": filing.get_recipient_display(), "number": filing.number, "day": day}
    return _("%(recipient)s: No. %(number)s, filed on %(day)s") % words
