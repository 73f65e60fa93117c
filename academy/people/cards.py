"""Check-in cards: issue, replace, find and print them.

A card shows who comes to an activity. It never signs in.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.core import keys
from academy.core.links import link_to, public_address
from academy.core.practice import is_practice
from academy.core.refusals import Refusal
from academy.core.sql import insert_if_absent
from academy.paper.pdf import print_sheet, unprintable
from academy.people.models import Card, Issuer, User, Volunteer
from academy.people.refusals import CARD_REVOKED, OFF_ROLL, UNKNOWN_CARD
from academy.people.sheets import CardFace, CardsSheet

CARD_BITS = 80

NOBODY = Refusal("nobody", _("You may not print a card for any of these people. Choose other people."))


def card_for(*, volunteer: Volunteer, by: User | None, at: dt.datetime) -> Card:
    """Return the volunteer's live card; issue a missing one.

    A merged person has the card of the one who stays.
    """
    (card,) = cards_for(volunteers=[volunteer], by=by, at=at)
    return card


@transaction.atomic
def cards_for(*, volunteers: Iterable[Volunteer], by: User | None, at: dt.datetime) -> list[Card]:
    """Return the live card of each person as `card_for` does, in order and without repetition."""
    people = list({person.pk: person for person in (volunteer.stays for volunteer in volunteers)}.values())
    live = _live_cards(people)
    for person in people:
        if person.pk not in live:
            live[person.pk] = _issue(person, "people.issue_card", by, at)
    return [live[person.pk] for person in people]


@transaction.atomic
def replace_card(*, volunteer: Volunteer, by: User | None, at: dt.datetime) -> Card:
    """Revoke all cards of this person, and return a new one."""
    person = volunteer.stays
    Card.objects.of(person).filter(revoked_at=None).update(revoked_at=at)
    return _issue(person, "people.replace_card", by, at)


def find_card(key: str) -> Card | Refusal:
    """Return the card with this typed or scanned key. Refuses with `unknown_card`, `card_revoked`."""
    cards = Card.objects.select_related("volunteer__merged_into")
    card = cards.filter(key=keys.normalise_key(key)).first()
    if card is None:
        return UNKNOWN_CARD
    return card if card.revoked_at is None else CARD_REVOKED


def card_url(card: Card) -> str:
    """Return the address in the card's code. In capitals the code is coarser, and scans from further away."""
    return (public_address(link_to("check_in_card", card.key))).upper()


def printable(volunteers: Sequence[Volunteer]) -> tuple[list[Volunteer], list[tuple[Volunteer, Refusal]]]:
    """Return whose card can be printed, and those left out, with `off_roll` and `missing_glyphs`."""
    advice = CardsSheet.unprintable_advice
    refusals = [
        (volunteer, OFF_ROLL if volunteer.stays.left_as else unprintable(volunteer.stays.name, advice=advice))
        for volunteer in volunteers
    ]
    return (
        [volunteer for volunteer, refusal in refusals if refusal is None],
        [(volunteer, refusal) for volunteer, refusal in refusals if refusal is not None],
    )


def print_pdf(*, volunteers: Sequence[Volunteer], by: User, at: dt.datetime) -> bytes | Refusal:
    """Return the cards of those of these people whose name can be printed as PDF, ten on a sheet.

    Refuses as `faces_for` does.
    """
    made = faces_for(volunteers=volunteers, by=by, at=at)
    if isinstance(made, Refusal):
        return made
    faces = tuple(face for _person, face in made)
    sheet = CardsSheet(community="、".join(dict.fromkeys(face.community for face in faces)), cards=faces)
    return print_sheet(sheet, created=at, practice=any(is_practice(person.community_id) for person, _face in made))


def faces_for(
    *, volunteers: Sequence[Volunteer], by: User, at: dt.datetime
) -> list[tuple[Volunteer, CardFace]] | Refusal:
    """Return what stands on the cards of those of these people whose name can be printed.

    Refuses with `nobody`, `off_roll` and `missing_glyphs`. The missing cards are issued first, in a transaction of
    their own.
    """
    may, left_out = printable(volunteers)
    if not may:
        return left_out[0][1] if len(left_out) == 1 else NOBODY
    cards = cards_for(volunteers=may, by=by, at=at)
    contacts: dict[int, str] = {}
    communities = {card.volunteer.community_id for card in cards}
    for issuer in Issuer.objects.filter(community__in=communities).order_by("-pk"):
        contacts[issuer.community_id] = f"{issuer.name} {issuer.telephone}"
    return [
        (
            card.volunteer,
            CardFace(
                name=card.volunteer.name,
                number=card.volunteer.number,
                community=str(card.volunteer.community),
                contact=contacts.get(card.volunteer.community_id, ""),
                url=card_url(card),
            ),
        )
        for card in cards
    ]


def _live_cards(people: Iterable[Volunteer]) -> dict[int, Card]:
    cards = Card.objects.filter(volunteer__in=people, revoked_at=None).select_related("volunteer__community")
    return {card.volunteer_id: card for card in cards}


def _issue(person: Volunteer, action: str, by: User | None, at: dt.datetime) -> Card:
    """Return a new live card. On a race, return the card that the other request created."""
    while True:
        card = Card(volunteer=person, key=keys.random_key(CARD_BITS), issued_at=at, issued_by=by)
        made = insert_if_absent(card)
        live: Card | None = _live_cards([person]).get(person.pk)
        if live is not None:
            if made:
                log(person, action, user=by, timestamp=at)
            return live
