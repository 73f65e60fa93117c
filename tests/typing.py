"""Text as other keyboards write it."""


def wide(text: str) -> str:
    """Return the text in full width, as a Chinese keyboard may write it."""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def pasted(text: str) -> str:
    """Return the text between two marks of direction, as some phones copy it."""
    return f"\u202d{text}\u202c"


# One name from seven keyboards
ONE_NAME = [f"买买提{dot}吐尔逊" for dot in ("·", "•", "・", "‧", "．", ".", " · \u200b")]
