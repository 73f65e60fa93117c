"""Telephone numbers in a line of text: such a line is for staff alone. The standard library alone."""

import re
import unicodedata

_DIGITS = str.maketrans("零〇一幺二两三四五六七八九壹贰叁肆伍陆柒捌玖", "0011223456789123456789")
_BETWEEN = re.compile(r"(?<=\d)[\s\-–—_.·,，、()（）]+(?=\d)")
_DAY = re.compile(r"(?<!\d)(?:19|20)\d\d[-./年]\d{1,2}[-./月]\d{1,2}(?!\d)")
_NUMBER = re.compile(r"\d{7,}")


def holds_telephone(text: str) -> bool:
    """Return whether the text holds seven digits in a row, also wide, spaced or as Chinese numerals."""
    plain = _DAY.sub(" ", unicodedata.normalize("NFKC", text).translate(_DIGITS))
    return bool(_NUMBER.search(_BETWEEN.sub("", plain)))
