"""ID documents (R3): a number in its one form, its check, and its hash (R5)."""

import re

from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.core.text import identifier
from academy.people import resident_ids
from academy.people.services import personal_data
from academy.profiles.models import DocumentType
from academy.profiles.refusals import BAD_DOCUMENT

_OTHER = re.compile(r"[A-Z0-9]{5,20}")


def tidy_number(number: str) -> str:
    """Return a document's number as it is compared: `４３01 02…x` → `430102…X`."""
    return re.sub(r"[\s\-()（）]", "", identifier(number)).upper()


def fault_of(kind: str, number: str) -> Refusal | None:
    """Return why R3 refuses a tidy number, else None.

    The refusals are `id_form`, `id_date`, `id_checksum`, `document_form`.
    """
    if kind == DocumentType.RESIDENT:
        fault = resident_ids.fault_of(number)
        return BAD_DOCUMENT[fault] if fault else None
    return None if _OTHER.fullmatch(number) else BAD_DOCUMENT["document_form"]


def hash_of(community: Community | int, kind: str, number: str) -> str:
    """Return the hash by which one roll finds a document again; other rolls have other hashes."""
    return hashes_of(community, [(kind, number)])[0]


def hashes_of(community: Community | int, documents: list[tuple[str, str]]) -> list[str]:
    """Return the hashes of several documents, in one statement."""
    pk = community if isinstance(community, int) else community.pk
    hashed = personal_data.hasher()
    return [hashed(f"{pk}|{kind}|{number}") for kind, number in documents]


def masked(number: str) -> str:
    """Return the number as screens show it: 4****************X (V2)."""
    return resident_ids.masked(number)
