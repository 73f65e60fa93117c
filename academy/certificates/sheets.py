"""The certificate as it is printed."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from academy.paper.sheets import FillableSheet


@dataclass(frozen=True, kw_only=True)
class CertificateRow:
    """One line of a certificate's 服务内容."""

    index: str  # "1"
    date: str
    activity: str
    content: str
    hours: str  # "2.5"
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class CertificateSheet(FillableSheet):
    """志愿服务记录证明, with all fields (P2). It is in Chinese only: Chinese law prescribes the form."""

    template: ClassVar[str] = "certificates/paper_certificate.html"
    style: ClassVar[str] = "certificates/paper_certificate.css"
    unprintable_advice: ClassVar[Any] = _("The social worker has to see to this certificate by hand.")
    row_class: ClassVar[type[CertificateRow]] = CertificateRow
    row_stretch: ClassVar[str] = "content"

    name: str
    volunteer_number: str
    hours: str  # "38.5"
    rows: tuple[CertificateRow, ...]
    period_from: str  # "2026年1月1日"
    period_to: str
    issuer: str
    person_responsible: str
    handler: str
    telephone: str
    number: str
    issued_on: str  # "2026年12月1日"
    verify_url: str  # in the code, in upper case
    verify_address: str  # to type: "academy.example.org/verify/"
    verify_code: str  # in groups: "7K3M-9QXA-2B4C"
    document_type: str = ""
    document_number: str = ""
    remark: str = ""
    school: str = ""  # in the form that schools ask for
    school_class: str = ""
    anchor: str = ""  # the end of the ledger when it was issued, for `audit_ledger --anchor`


@dataclass(frozen=True, kw_only=True)
class StatementBar:
    """A month of the yearly statement."""

    month: str
    height: str  # in millimetres


@dataclass(frozen=True, kw_only=True)
class StatementSheet:
    """The figures of a person's year, as a picture to share. It is no certificate, and has no number."""

    template: ClassVar[str] = "certificates/paper_statement.html"
    style: ClassVar[str] = "certificates/paper_statement.css"
    unprintable_advice: ClassVar[Any] = _("The social worker has to see to this certificate by hand.")

    name: str
    community: str
    year: str
    times: str
    hours: str
    bars: tuple[StatementBar, ...]
    until: str = ""  # the day of a year that still goes on
