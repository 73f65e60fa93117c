"""Numbers and codes in what people paste."""

import pytest

from academy.certificates.pasted import PastedLine, read

NUMBER, CODE = "ZM01-2026-000123", "7K3M9QXA2B4C5D6E"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(NUMBER, [PastedLine(NUMBER)], id="a number"),
        pytest.param("zm01 2026 000123", [PastedLine(NUMBER)], id="with blanks"),
        pytest.param("ZM012026000123", [PastedLine(NUMBER)], id="without dashes"),
        pytest.param("ＺＭ０１—２０２６—０００１２３", [PastedLine(NUMBER)], id="full width"),
        pytest.param("ZMO1-2026-OOO123", [PastedLine(NUMBER)], id="letters for digits"),
        pytest.param("ZM112-2026-000123", [PastedLine("ZM112-2026-000123")], id="a unit of three digits"),
        pytest.param("演练01-2026-000001", [PastedLine("演练01-2026-000001")], id="practice"),
        pytest.param("7K3M-9QXA-2B4C-5D6E", [PastedLine(code=CODE)], id="a code"),
        pytest.param("7k3m 9qxa 2b4c 5d6e", [PastedLine(code=CODE)], id="a code in small letters"),
        pytest.param("7K3M9QXA2B4C5D6E", [PastedLine(code=CODE)], id="a code without dashes"),
        pytest.param("HTTPS://ACADEMY.EXAMPLE.ORG/VERIFY/7K3M9QXA2B4C5D6E/", [PastedLine(code=CODE)], id="scanned"),
        pytest.param(f"3\t{NUMBER}\t王秀英\t7K3M-9QXA-2B4C-5D6E", [PastedLine(NUMBER, CODE)], id="a row of a sheet"),
        pytest.param(
            f"{NUMBER}、ZM01-2026-000124", [PastedLine(NUMBER), PastedLine("ZM01-2026-000124")], id="two on a line"
        ),
        pytest.param(f"\n{NUMBER}\r\n\n---\n{CODE}\n", [PastedLine(NUMBER), PastedLine(code=CODE)], id="empty lines"),
        pytest.param("王秀英", [PastedLine()], id="a name"),
        pytest.param("34052419800101001X", [PastedLine()], id="an ID number"),
        pytest.param("6222021234567890", [PastedLine()], id="a bank card"),
        pytest.param("13800138000", [PastedLine()], id="a phone"),
        pytest.param("ZM01-2026-0001234", [PastedLine()], id="a digit too many"),
        pytest.param("7K3M-9QXA-2B4C-5D6", [PastedLine()], id="a letter too few"),
        pytest.param("", [], id="empty"),
    ],
)
def test_a_line_is_read_however_it_is_written(text: str, expected: list[PastedLine]) -> None:
    assert list(read(text)) == expected
