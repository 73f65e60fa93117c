"""One line of a list of people: the details that would be stored, and every fault."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from academy.core.refusals import Refusal
from academy.core.text import identifier, prose
from academy.people import ages, birth_dates, numbers, resident_ids
from academy.people.names import is_contact, is_mobile, tidy_name, tidy_phone
from academy.people.resident_ids import hide_in
from academy.profiles import documents, words
from academy.profiles.documents import tidy_number
from academy.profiles.models import DocumentType, Profile
from academy.roll.columns import CONSENTS
from academy.roll.faults import SETTLED_BY_NUMBER, Fault, Verdict
from academy.roll.written_names import read_name
from academy.roll.written_words import DOCUMENTS, NO_WORDS, PLACEHOLDERS, SEXES, YES_WORDS
from academy.tables import cells
from academy.tables.reading import Line

YES, NO = "yes", "no"
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_HIDDEN = re.compile(r"[*＊]")
_MIDNIGHT = re.compile(r"[ T]0?0:00(?::00(?:\.0+)?)?$")
_LUNAR = re.compile("[农阴]历|[正冬腊]月|[初廿]|闰")
_EXCEL = dt.date(1899, 12, 30)
_EXCEL_1904 = dt.date(1904, 1, 1)
_SERIALS = range(3_000, 60_000)  # 1908 to 2064: neither a year nor a date of eight digits
_EXACT_DIGITS = 10**15  # from here on Excel loses digits
_NAME_AND_PHONE = re.compile(r"(\D*?)[\s:：（(]*(\+?\d[\d\s-]{6,})[）)]?")
_BIRTH_FAULTS = {
    birth_dates.NO_MONTH: "birth_no_day",
    birth_dates.NO_DAY: "birth_no_day",
    birth_dates.NO_SUCH_MONTH: "birth_no_such_day",
    birth_dates.NO_SUCH_DAY: "birth_no_such_day",
    birth_dates.UNCLEAR_YEAR: "birth_unclear_year",
    birth_dates.IN_FUTURE: "birth_in_future",
    birth_dates.TOO_LONG_AGO: "birth_too_long_ago",
    birth_dates.NOT_READ: "birth_unreadable",
}


@dataclass
class Entry:
    """A line of the list as it was read. An ID number without its kind is only compared."""

    row: int
    name: str = ""
    written: str = ""  # the whole cell of the name, perhaps with a note
    number: str = ""  # of a volunteer, as this product gives it
    phone: str = ""
    birth_date: dt.date | None = None
    guardian: str = ""
    guardian_phone: str = ""
    consents: dict[str, str] = field(default_factory=dict)  # by the name of the kind: yes or no
    id_number: str = ""
    id_type: str = ""
    details: dict[str, Any] = field(default_factory=dict)  # as `profiles.services.details` takes them
    unstored: dict[str, str] = field(default_factory=dict)  # read, but the roll has no place for it
    faults: list[Fault] = field(default_factory=list)
    person: int | None = None  # on the roll (id)
    unit: str = ""  # as the list names it
    unit_ids: list[int] = field(default_factory=list)  # once they are found; the first one is stored
    is_minor: bool = False

    @property
    def verdict(self) -> Verdict:
        return max((fault.verdict for fault in self.faults), default=Verdict.OK)

    def add(self, code: str, **values: Any) -> None:
        self.faults.append(Fault(code, values))

    @property
    def may_be_on_roll(self) -> bool:
        """True unless the line has to be corrected first; its number may settle some faults."""
        hindering = [fault for fault in self.faults if not (self.number and fault.code in SETTLED_BY_NUMBER)]
        return all(fault.verdict < Verdict.REFUSE for fault in hindering)

    @property
    def unit_id(self) -> int | None:
        return self.unit_ids[0] if self.unit_ids else None

    @property
    def document(self) -> dict[str, str]:
        return {"kind": self.id_type, "number": self.id_number}

    def keeps_document(self, all_consented: bool) -> bool:
        """Return whether the document is kept: by the line's consent, else that of the list (V2, N4)."""
        answer = self.consents.get("DOCUMENT", YES if all_consented and not self.is_minor else NO)
        return bool(self.id_type and self.id_number) and answer == YES

    @property
    def granted(self) -> list[str]:
        """The names of the kinds of consent beyond the roll that the line gives."""
        return [kind for kind, answer in self.consents.items() if answer == YES and kind != "REGISTRATION"]


def read_line(line: Line, of: Mapping[str, int], *, today: dt.date, youngest: int) -> Entry:
    """Read a line of a person, with the faults that need no other line."""
    entry = Entry(line.number)
    reader = _Reader(line, of, entry, today)
    if line.is_hidden:
        entry.add("hidden_row")
    reader.read_number()
    reader.read_name()
    reader.read_phone()
    reader.read_document()
    reader.read_birth_date()
    reader.read_sex()
    reader.read_guardian()
    reader.check_age(youngest)
    reader.read_consents()
    reader.read_details()
    reader.read_rest()
    return entry


class _Reader:
    """The cells of one line, read into its entry."""

    def __init__(self, line: Line, of: Mapping[str, int], entry: Entry, today: dt.date) -> None:
        self.line, self.of, self.entry, self.today = line, of, entry, today

    def text(self, name: str) -> str:
        text = self.line.text(self.of.get(name)).removeprefix("'")
        return "" if text.lower() in PLACEHOLDERS else text

    def has(self, name: str) -> bool:
        return self.of.get(name) is not None

    def is_merged_from_above(self, name: str) -> bool:
        top = self.line.covered.get(self.of.get(name, -1))
        return top is not None and top != self.line.number

    def is_readable(self, name: str) -> bool:
        """Return whether the cell holds a value; add the fault of a formula or an error."""
        cell = self.line.cell(self.of.get(name))
        if cells.is_formula(cell):
            self.entry.add("formula")
        elif cells.is_error(cell):
            self.entry.add("error_cell")
        else:
            return True
        return False

    def read_number(self) -> None:
        """Read the number of a volunteer. Another number below such a heading is that of a higher platform."""
        for name in ("number", "platform_number"):
            text = self.text(name)
            if number := numbers.read(text):
                self.entry.number = number
            elif numbers.is_mistyped(text):
                self.entry.add("bad_number", text=text)

    def read_name(self) -> None:
        if self.is_merged_from_above("name"):
            self.entry.add("merged_name")
        if self.is_readable("name"):
            self.entry.name, faults = read_name(self.line.cell(self.of.get("name")))
            self.entry.written = tidy_name(self.text("name"))
            self.entry.faults += faults

    def read_phone(self) -> None:
        name = "phone" if self.text("phone") else "landline"
        text = self.text(name)
        if not text:
            return self.entry.add("no_phone")
        if not self.is_readable(name):
            return None
        phone = tidy_phone(text)
        if is_contact(phone):
            self.entry.phone = phone
            if self.is_merged_from_above(name):
                self.entry.add("merged_phone")
            return None if is_mobile(phone) else self.entry.add("landline")
        if _SCIENTIFIC.fullmatch(text):
            return self.entry.add("phone_lost_digits", text=text)
        if re.search(r"[*＊]|[xX]{2}", text):
            return self.entry.add("masked_phone")
        phones = [part for part in map(tidy_phone, re.split(r"[、,，;；/／\s|或]+", text)) if is_contact(part)]
        if len(phones) > 1:
            self.entry.phone = phones[0]
            return self.entry.add("several_phones", phone=phones[0])
        return self.entry.add("bad_phone", text=text)

    def read_document(self) -> None:
        """Read the ID number, and check it by R3."""
        text = self.text("id_number")
        if not text or not self.is_readable("id_number"):
            return None
        cell, number = self.line.cell(self.of["id_number"]), re.sub(r"[\s-]", "", identifier(text)).upper()
        kind = self.text("id_type")
        is_resident = not kind or ("身份证" in kind and "永久居留" not in kind)
        if self.is_merged_from_above("id_number"):
            self.entry.add("merged_cell")
        too_large = isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= _EXACT_DIGITS
        if too_large or _SCIENTIFIC.fullmatch(text):
            return self.entry.add("id_lost_digits")
        if re.search(r"[*＊]|X{2}", number):
            return self.entry.add("id_masked")
        if not is_resident or (not kind and re.fullmatch(r"[A-Z]{1,3}\d{6,12}", number)):
            return self._read_other_document(kind, number)
        fault = resident_ids.fault_of(number)
        if fault == "id_checksum" and number.endswith("000"):
            return self.entry.add("id_lost_digits")
        if fault == "id_form" and re.fullmatch(r"\d{15}", number):
            return self.entry.add("id_old")
        if fault:
            return self.entry.add(fault, count=len(number))
        self.entry.id_number, self.entry.id_type = number, DocumentType.RESIDENT
        return None

    def _read_other_document(self, kind: str, number: str) -> None:
        self.entry.id_number = number
        if not kind:
            return self.entry.add("id_other_document")
        known = next((one for one, words in DOCUMENTS.items() if any(word in kind for word in words)), "")
        if not known:
            return self.entry.add("unknown_document", text=kind)
        self.entry.id_number = tidy_number(number)
        if refusal := documents.fault_of(known, self.entry.id_number):
            return self.entry.add(refusal.code)
        self.entry.id_type = known
        return None

    @property
    def resident_id(self) -> str:
        number = self.entry.id_number
        return number if number and not resident_ids.fault_of(number) else ""

    def read_birth_date(self) -> None:
        of_id = resident_ids.birth_date_of(self.resident_id) if self.resident_id else None
        cell = self.line.cell(self.of.get("birth_date"))
        answer: dt.date | Fault | None
        if cells.is_formula(cell) or cells.is_error(cell):
            answer = Fault("formula" if cells.is_formula(cell) else "error_cell")
            if of_id is not None:
                self.entry.add("formula_left_out")
                answer = None
        else:
            answer = self._date()
        if isinstance(answer, Fault):
            if of_id is None:
                self.entry.faults.append(answer)
            else:
                self.entry.add("birth_from_id", date=of_id.isoformat())
        elif answer is not None:
            if self.is_merged_from_above("birth_date"):
                self.entry.add("merged_cell")
            if of_id is not None and of_id != answer:
                self.entry.add("birth_contradicts_id", date=answer.isoformat(), other=of_id.isoformat())
        self.entry.birth_date = answer if isinstance(answer, dt.date) else of_id
        if of_id is not None and of_id > self.today:
            self.entry.add("id_date")

    def _date(self) -> dt.date | Fault | None:
        cell, text = self.line.cell(self.of.get("birth_date")), self.text("birth_date")
        if not text:
            return None
        if isinstance(cell, dt.date):
            text = (cell.date() if isinstance(cell, dt.datetime) else cell).isoformat()
        text = _MIDNIGHT.sub("", text)
        if re.fullmatch(r"\d{4,5}(?:\.0+)?", text) and int(float(text)) in _SERIALS and len(text) >= 5:
            day = (_EXCEL_1904 if self.line.since_1904 else _EXCEL) + dt.timedelta(days=int(float(text)))
            self.entry.add("serial_date", date=day.isoformat())
            text = day.isoformat()
        answer = birth_dates.read_birth_date(text, today=self.today)
        if isinstance(answer, Refusal):
            lunar = _LUNAR.search(text) is not None
            return Fault("birth_lunar" if lunar else _BIRTH_FAULTS[answer], {"text": text})
        if (answer is not None and not re.match(r"\d{4}", identifier(text))) or (
            answer is not None and re.fullmatch(r"\d{6}", identifier(text))
        ):
            self.entry.add("two_digit_year", date=answer.isoformat())
        return answer

    def read_sex(self) -> None:
        cell, text = self.line.cell(self.of.get("sex")), self.text("sex")
        of_id = resident_ids.sex_of(self.resident_id) if self.resident_id else ""
        if cells.is_formula(cell) or cells.is_error(cell):
            return self.entry.add("formula_left_out" if of_id else "formula")
        sex = next((sex for sex, words in SEXES.items() if text.lower() in words), "")
        if text and not sex:
            self.entry.add("unclear_sex", text=text)
        elif sex and of_id and sex != of_id:
            self.entry.add("sex_contradicts_id")
        if sex or of_id:
            self.entry.details["sex"] = sex or of_id
        return None

    def read_guardian(self) -> None:
        self.entry.guardian = tidy_name(self.text("guardian"))
        text = self.text("guardian_phone")
        self.entry.guardian_phone = tidy_phone(text)
        if text and not is_contact(self.entry.guardian_phone):
            self.entry.add("bad_guardian_phone", text=text)

    def check_age(self, youngest: int) -> None:
        born = self.entry.birth_date
        if born is None or born > self.today:
            return
        age = ages.age_on(born, self.today)
        self.entry.is_minor = age < ages.ADULT
        whole = self.entry.guardian and self.entry.guardian_phone
        if age < youngest:
            self.entry.add("too_young")
        elif age < ages.SENSITIVE_UNDER and not whole:
            self.entry.add("child_without_guardian")
        elif age < ages.ADULT and not whole:
            self.entry.add("minor_without_guardian")
        if age < ages.ADULT and self.entry.guardian and self.entry.guardian == self.entry.name:
            self.entry.add("guardian_is_self")

    def read_consents(self) -> None:
        for name, kind in CONSENTS.items():
            if not self.has(name):
                continue
            text = self.line.text(self.of[name]).lower()
            if text in YES_WORDS:
                self.entry.consents[kind] = YES
            elif not text or text in NO_WORDS:
                self.entry.consents[kind] = NO
            else:
                self.entry.add("unclear_consent", text=text)
        if self.entry.consents.get("REGISTRATION") == NO:
            self.entry.add("no_consent")  # R2
        if self.entry.granted and ages.is_minor(self.entry.birth_date, self.today):
            self.entry.add("minor_consent")
            self.entry.consents = {kind: NO if kind != "REGISTRATION" else YES for kind in self.entry.consents}

    def read_details(self) -> None:
        """Read the details beyond name, phone and birth date. Name each text that is left out."""
        found = {"area": self.text("address"), "emergency_relation": self.text("emergency_relation")}
        name, phone = self.text("emergency"), self.text("emergency_phone")
        if not phone and (both := _NAME_AND_PHONE.fullmatch(name)):
            name, phone = both[1], both[2]
        found["emergency_name"], found["emergency_phone"] = tidy_name(name), tidy_phone(phone)
        if phone and not is_contact(found["emergency_phone"]):
            self.entry.add("bad_emergency_phone", text=phone)
            found["emergency_phone"] = ""
        column = "platform_number" if self.text("platform_number") else "number"
        number, cell = identifier(self.text(column)), self.line.cell(self.of.get(column))
        if numbers.read(number) or numbers.is_mistyped(number):
            number = ""
        elif _SCIENTIFIC.fullmatch(number) or (isinstance(cell, int | float) and abs(cell) >= _EXACT_DIGITS):
            self.entry.add("platform_lost_digits")
            number = ""
        found["platform_number"] = number
        for key, text in found.items():
            field: Any = Profile._meta.get_field(key)
            longest = field.max_length
            if _HIDDEN.search(text):
                self.entry.add("masked_detail", text=text[:20])
            elif hide_in(text) != text or (longest and len(text) > longest):
                self.entry.add("detail_too_long", text=text[:20])
            elif text:
                self.entry.details[key] = text
        self.entry.unit = prose(hide_in(self.text("unit")))
        if skills := [one for one in words.split(hide_in(self.text("skills"))) if not _HIDDEN.search(one)]:
            self.entry.details["skills"] = skills

    def read_rest(self) -> None:
        if self.entry.id_number and not self.entry.id_type:
            self.entry.unstored["id_number"] = resident_ids.masked(self.entry.id_number)
        for name in ("group", "note", "guardian_phone"):
            if text := self.text(name):
                self.entry.unstored[name] = hide_in(text)
        if self.entry.guardian and not ages.is_minor(self.entry.birth_date, self.today):
            self.entry.unstored["guardian"] = self.entry.guardian
        if self.text("phone") and (landline := self.text("landline")):
            self.entry.unstored["landline"] = landline
