"""Certificates of many people in the background: issued, and printed as one PDF or as a ZIP."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar
from zipfile import ZIP_STORED, ZipFile

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext, pgettext_lazy

from academy.certificates import batches, integrity, printing, printouts
from academy.certificates.batch_models import Batch
from academy.certificates.models import Certificate
from academy.core import practice
from academy.core.refusals import Refusal
from academy.paper import fonts
from academy.paper.binding import bound_in_order
from academy.paper.pdf import print_many
from academy.paper.sheets import Sheet
from academy.people.models import Volunteer
from academy.people.names import alphabetical
from academy.people.permissions import Right
from academy.profiles.models import Profile
from academy.units.models import UnitMembership
from academy.works.kinds import Job, Kind, Line, Product, register

CHUNK = 20  # certificates that are read together
SHARED = 100  # that are filled in together

FONTS_MISSING = Refusal(
    "fonts_missing",
    _("The fonts for printing are missing on the server, so nothing was printed. Tell the administrator."),
)
NONE_PRINTABLE = Refusal(
    "none_printable",
    _("None of these certificates can be printed: they were revoked or replaced, or lack a character. Issue new ones."),
)


class Order(models.TextChoices):
    """The orders in which many certificates are printed."""

    NUMBER = "number", pgettext_lazy("order of certificates", "by number")
    NAME = "name", pgettext_lazy("order of certificates", "by name, as in a dictionary")
    AREA = "area", pgettext_lazy("order of certificates", "by building, then by name")
    UNIT = "unit", pgettext_lazy("order of certificates", "by local unit, then by name")


class Form(models.TextChoices):
    """The files that many certificates are printed to."""

    PDF = "pdf", _("One PDF to print")
    ZIP = "zip", _("A ZIP with a PDF for each person")


def in_order(certificates: Iterable[Certificate], order: str) -> list[int]:
    """Return the ids of these certificates in this order. People without building or unit come last."""
    found = list(certificates)
    people = {one.volunteer.stays.pk: one.volunteer.stays for one in found}
    groups = _groups(people, order)

    def key(one: Certificate) -> tuple[Any, ...]:
        person = one.volunteer.stays
        name = (alphabetical(person.name), person.number, one.number)
        group = groups.get(person.pk, "")
        return (one.number,) if order == Order.NUMBER else (not group, _natural(group), *name)

    return [one.pk for one in sorted(found, key=key)]


def _groups(people: Mapping[int, Volunteer], order: str) -> dict[int, str]:
    if order == Order.AREA:
        return dict(Profile.objects.filter(volunteer__in=people).values_list("volunteer", "area"))
    if order == Order.UNIT:
        members = UnitMembership.objects.current().filter(volunteer__in=people).order_by("-pk")
        return dict(members.values_list("volunteer", "unit__name"))
    return {}


def _natural(text: str) -> list[tuple[int, int, list[str]]]:
    """Return the key by which building 9 comes before building 10."""
    parts = re.split(r"(\d+)", text)
    return [(0, int(part), []) if part.isdecimal() else (1, 0, alphabetical(part)) for part in parts if part]


@register
class IssuingCertificates(Kind):
    """The certificates of a batch, one after the other. A second run goes on with those that are missing."""

    slug = "certificates.issue"
    label = _("Issue certificates of many people")
    right: ClassVar[str] = Right.ISSUE_CERTIFICATES
    in_parts = True

    def next_url(self, order: Mapping[str, Any]) -> str:
        return reverse("certificate_batch:inspect", args=[order["batch"]])

    def make(self, job: Job) -> Product | Refusal:
        batch = Batch.objects.select_related("issuer", "community").get(pk=job.order["batch"])
        answer = batches.issue_batch(batch=batch, by=job.by, at=job.at, tell=job.tell)
        return answer if isinstance(answer, Refusal) else Product(None, answer)


class _Printing(Kind):
    """Certificates that exist, in the order of their ids in `order["certificates"]`."""

    label = _("Print certificates")
    right: ClassVar[str] = Right.ISSUE_CERTIFICATES
    is_secret = True  # names, and whole ID numbers on some

    def make(self, job: Job) -> Product | Refusal:
        if not fonts.are_there():
            return FONTS_MISSING
        run = _Run(job)

        def settle() -> list[Line] | Refusal:
            if not run.printed:
                return NONE_PRINTABLE
            for start in range(0, len(run.printed), CHUNK):
                some = Certificate.objects.filter(pk__in=run.printed[start : start + CHUNK])
                given = {"page": reverse("certificate:index"), "by": job.by, "at": job.at}
                printouts.note(certificates=_with_people(some), way=printouts.Way.BATCH, **given)
            return []

        copies = npgettext("file name", "%(n)s certificate", "%(n)s certificates", run.total) % {"n": run.total}
        name = f"{copies}_{timezone.localdate(job.at)}{self.suffix}"
        return Product(None, run.lines, settle, name, self.written(run))

    def written(self, run: "_Run") -> Iterator[bytes]:
        """Yield the file with the certificates of this run."""
        raise NotImplementedError


@register
class PrintingAsOne(_Printing):
    """One PDF of all, most of them filled in together (ADR 137)."""

    slug = "certificates.pdf"

    def written(self, run: "_Run") -> Iterator[bytes]:
        return bound_in_order(self._parts(run), double_sided=run.job.order.get("double_sided", False))

    def _parts(self, run: "_Run") -> Iterator[tuple[list[int], bytes]]:
        """Yield PDFs with the places of their certificates among all."""
        given: dict[str, Any] = {"practice": practice.is_practice(run.job.community.pk), "created": run.job.at}
        for start, some in run.chunks(SHARED):
            sheets: dict[int, Sheet] = {}
            for place, sheet in enumerate(printing.prepare(some)):
                if isinstance(sheet, Refusal):
                    run.note([some[place]], sheet)
                else:
                    sheets[place] = sheet
            places = list(sheets)
            for made in print_many(list(sheets.values()), **given):
                run.note([some[places[one]] for one in made.places], made.content)
                if not isinstance(made.content, Refusal):
                    yield [start + places[one] for one in made.places], made.content


@register
class PrintingSingly(_Printing):
    """A ZIP with a PDF for each certificate, which bears name and number."""

    slug = "certificates.zip"
    suffix = ".zip"

    def written(self, run: "_Run") -> Iterator[bytes]:
        output = _Drained()
        with ZipFile(output, "w", ZIP_STORED) as archive:  # type: ignore[call-overload]
            for _start, some in run.chunks(CHUNK):
                for certificate in some:
                    answer = printing.render(certificate, at=run.job.at)
                    run.note([certificate], answer)
                    if not isinstance(answer, Refusal):
                        archive.writestr(file_name_of(certificate), answer)
                        yield output.drain()
        yield output.drain()


KINDS_OF_FORM: Mapping[str, type[Kind]] = {Form.PDF: PrintingAsOne, Form.ZIP: PrintingSingly}


class _Drained:
    """A file that is read while it is written; it drops the part that was read."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, some: bytes) -> int:
        self._waiting += some
        return len(some)

    def flush(self) -> None:
        """Do nothing: all is there to be read."""

    def drain(self) -> bytes:
        some = bytes(self._waiting)
        self._waiting.clear()
        return some


def file_name_of(certificate: Certificate) -> str:
    """Return the name of a single file: 张桂兰_ZM01-2026-000123.pdf."""
    name = re.sub(r'[\\/:*?"<>|\s]+', " ", certificate.volunteer.stays.name).strip(" .") or "—"
    return f"{name}_{certificate.number}.pdf"


class _Run:
    """The certificates that a work prints, and what became of them so far."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.lines: list[Line] = []
        self.printed: list[int] = []
        self._pks: list[int] = job.order["certificates"]
        self._done = 0

    @property
    def total(self) -> int:
        return len(self._pks)

    def chunks(self, size: int) -> Iterator[tuple[int, list[Certificate]]]:
        """Yield those of the community in this order, some at a time, with the place of the first one."""
        own = _with_people(Certificate.objects.filter(community=self.job.community))
        for start in range(0, len(self._pks), size):
            pks = self._pks[start : start + size]
            found = integrity.with_evidence(own).in_bulk(pks)
            yield start, [found[pk] for pk in pks if pk in found]

    def note(self, certificates: Sequence[Certificate], answer: bytes | Refusal) -> None:
        """Keep whether these certificates were printed, and tell the progress."""
        if isinstance(answer, Refusal):
            # V3: read again, since a name may have been erased since the chunk was read.
            refused = _with_people(Certificate.objects.filter(pk__in=[one.pk for one in certificates]))
            self.lines += [Line(f"{one.volunteer.stays} · {one.number}", str(answer)) for one in refused]
        else:
            self.printed += [one.pk for one in certificates]
        self._done += len(certificates)
        self.job.tell(self._done)


def _with_people(certificates: "models.QuerySet[Certificate]") -> "models.QuerySet[Certificate]":
    return certificates.select_related("volunteer__merged_into", "issuer", "community")
