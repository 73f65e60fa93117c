"""A person's name, phone and e-mail address as they are written, each in one form."""

import re
import unicodedata

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from academy.core.pinyin import spelled
from academy.core.text import identifier

_FULL_STOP_IN_NAME = re.compile(r"(?<=[^\W\d_]{2})\.(?=[^\W\d_]{2})")  # not that of an initial: J.R. Smith
_PHONE = re.compile(r"(?:tel:)?([+\d\s().·/_ー-]+)(?:;.*)?", re.IGNORECASE)
_MAINLAND = re.compile(r"(?:00)?86(?=1\d{10}$)")
_LANDLINE = r"(?:10|2\d)[2-9]\d{7}|[3-9]\d\d[2-9]\d{6,7}"  # without the 0 of the area code
_LANDLINE_FROM_ABROAD = re.compile(rf"(?:00)?860?(?=(?:{_LANDLINE})$)")
_WITH_EXTENSION = re.compile(
    r"([+\d\s()-]*?\d{2,3}[\s)-]*\d{7,8})\s*(?:-|转接|转|分机号?|ext\.?|x|#|,)[\s:.]*(\d{1,6})", re.IGNORECASE
)
EXTENSION = "转"

MOBILE = r"1[3-9][0-9]{9}"
CONTACT = rf"{MOBILE}|0(?:{_LANDLINE})(?:{EXTENSION}[0-9]{{1,6}})?"

mobile_number = RegexValidator(rf"^{MOBILE}\Z", _("Give a mainland mobile number of 11 digits."), code="bad_phone")
contact_number = RegexValidator(
    rf"^(?:{CONTACT})\Z",
    _("Give a mobile number of 11 digits, or a landline with its area code, such as 0731-88881234."),
    code="bad_phone",
)


def tidy_name(name: str) -> str:
    """Return the name in its one form: `王　英` → `王英`, `买买提•吐尔逊` → `买买提·吐尔逊`.

    Beyond `text.identifier`, a full stop between two parts of a name is a middle dot.
    """
    return _FULL_STOP_IN_NAME.sub("·", identifier(name))


def tidy_phone(phone: str) -> str:
    """Return the digits of a phone without +86 (R4): `＋86 138–0013–8000` → `13800138000`.

    A landline has its area code, and perhaps an extension: `(0731) 8888 1234` → `073188881234`, `0731-88881234-802` →
    `073188881234转802`. A text that is no phone number stays, for the validator to refuse.
    """
    phone = identifier(phone)
    if both := _WITH_EXTENSION.fullmatch(phone):
        number = _digits(both[1])
        if is_contact(number) and not is_mobile(number):
            return f"{number}{EXTENSION}{both[2]}"
    found = _PHONE.fullmatch(phone)
    return _digits(found[1]) if found else phone


def _digits(text: str) -> str:
    digits = "".join(filter(str.isdecimal, text))
    return _LANDLINE_FROM_ABROAD.sub("0", _MAINLAND.sub("", digits))


def is_mobile(phone: str) -> bool:
    """Return whether a tidy phone is a mobile: a landline never signs in (R4)."""
    return re.fullmatch(MOBILE, phone) is not None


def is_contact(phone: str) -> bool:
    """Return whether a tidy phone is a number at which a person can be reached."""
    return re.fullmatch(CONTACT, phone) is not None


def phone_in_words(phone: str) -> str:
    """Return a stored phone as people write it: `073188881234` → `0731-88881234`."""
    found = re.match(r"(010|02\d|0[3-9]\d\d)(?=\d{7})", phone)
    return f"{found[0]}-{phone[found.end() :]}" if found else phone


def phone_tail(phone: str) -> str:
    """Return the last four digits of a stored phone, which tell two people of one name apart."""
    return phone.partition(EXTENSION)[0][-4:]


def tidy_email(address: str) -> str:
    """Return the e-mail address in lower case and without blanks, as it is compared."""
    return "".join(identifier(address).split()).lower()


def alphabetical(name: str) -> list[str]:
    """Return the key that sorts names by their pinyin, as a list on paper is searched."""
    return spelled(name)


def mask_name(name: str) -> str:
    """Return the name as public pages show it: 王秀英 → 王*英, 王英 → 王* (K6, P5).

    Two stars stand for two or more characters, so that a long name does not fill a row: 阿卜杜热合曼 → 阿**曼. The
    scanner's search reads them so (static/js/scanner/judge.js). A letter keeps the marks above and below it, as a
    Tibetan one its vowel.
    """
    letters = _letters(name)
    if len(letters) < 3:
        return "".join(letters[:1]) + "*"
    hidden = sum(map(len, letters[1:-1]))
    return letters[0] + "**"[:hidden] + letters[-1]


def _letters(name: str) -> list[str]:
    letters: list[str] = []
    for character in name:
        if letters and unicodedata.category(character).startswith("M"):
            letters[-1] += character
        else:
            letters.append(character)
    return letters
