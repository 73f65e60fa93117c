"""PDF files of certificates, edited as forgers do: with our own typography, or with a PDF editor."""

import ctypes
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from random import Random
from typing import Any

import pypdfium2
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pypdfium2 import raw

from academy.certificates import addresses, machine, printing
from academy.certificates.models import Certificate
from academy.paper.pdf import print_sheet
from academy.people.services import personal_data

# A forger would write these in place of a value.
VALUES = {
    "name": ("李建国", "王秀兰", "阿卜杜热合曼·麦麦提"),
    "volunteer_number": ("V2026000099K", "V2025000001A"),
    "hours": ("98.5", "15.0", "5.1", "50"),
    "period_from": ("2025年1月1日", "2026年1月2日"),
    "period_to": ("2026年12月31日", "2026年1月30日"),
    "issuer": ("另一个志愿服务队", "志愿服务总队"),
    "person_responsible": ("张三", "赵敏敏"),
    "handler": ("李四", "孙 丽"),
    "telephone": ("010-12345679", "13800138000"),
    "number": ("ZM01-2026-000999", "ZM02-2026-000001"),
    "issued_on": ("2026年2月3日", "2025年2月2日"),
    "remark": ("用于积分入户。", "特此证明"),
    "anchor": ("y:9:0000000000000000",),
    "document_number": ("34052419800101001X",),
}
ROW_VALUES = {
    "date": ("2026年1月11日", "2025年1月10日"),
    "activity": ("春季义诊", "冬季防火入户宣传（一）"),
    "place": ("社区医院", ""),
    "content": ("测量血压", "入户宣传防火知识。"),
    "hours": ("30.0", "3.5", "8"),
}
Edit = Callable[[Random], bytes]


def forged(certificate: Certificate, dice: Random) -> tuple[str, bytes]:
    """Return the certificate with another value, printed as we print, and the name of the value."""
    personal = personal_data.decrypt_for(certificate.volunteer, certificate.personal)
    assert isinstance(personal, dict)
    sheet = printing.sheet_of(certificate, personal)
    if dice.random() < 0.5:
        place, name = dice.randrange(len(sheet.rows)), dice.choice(list(ROW_VALUES))
        row = replace(sheet.rows[place], **{name: _other(getattr(sheet.rows[place], name), ROW_VALUES[name], dice)})
        sheet = replace(sheet, rows=(*sheet.rows[:place], row, *sheet.rows[place + 1 :]))
    else:
        name = dice.choice(list(VALUES))
        sheet = replace(sheet, **{name: _other(getattr(sheet, name), VALUES[name], dice)})
    return name, printed(certificate, sheet)


def with_value(certificate: Certificate, **values: str) -> bytes:
    """Return the certificate with these values, printed as we print."""
    personal = personal_data.decrypt_for(certificate.volunteer, certificate.personal)
    assert isinstance(personal, dict)
    return printed(certificate, replace(printing.sheet_of(certificate, personal), **values))


def printed(certificate: Certificate, sheet: Any) -> bytes:
    personal = personal_data.decrypt_for(certificate.volunteer, certificate.personal)
    assert isinstance(personal, dict)
    record = machine.record_of(certificate, personal, page=addresses.page_url(certificate.code))
    made = print_sheet(sheet, created=certificate.issued_at, practice=False, record=record)
    assert isinstance(made, bytes)
    return made


def edited(pdf: bytes, change: Callable[[pypdfium2.PdfDocument], None]) -> bytes:
    """Return the file after `change`, as a PDF editor saves it."""
    saved = BytesIO()
    with pypdfium2.PdfDocument(pdf) as document:
        change(document)
        document.save(saved)
    return saved.getvalue()


def overridden(pdf: bytes) -> bytes:
    """Return the file with an update behind its bytes, by which a reader shows a blackened first page."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    cover = writer.add_object(generic.StreamObject(stream_data=b"q 0 g 60 300 200 60 re f Q"))
    page["/Contents"] = generic.ArrayObject([cover, page.raw_get("/Contents")])
    writer.update_container(page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def saved_again(pdf: bytes) -> bytes:
    return edited(pdf, lambda document: None)


def cover(left: float, bottom: float, width: float, height: float, shade: int = 255) -> Callable[[Any], None]:
    """Return a change that lays a rectangle over a place, white or darker."""

    def change(document: Any) -> None:
        page = document[0]
        shape = raw.FPDFPageObj_CreateNewRect(left, bottom, width, height)
        raw.FPDFPageObj_SetFillColor(shape, shade, shade, shade, 255)
        raw.FPDFPath_SetDrawMode(shape, raw.FPDF_FILLMODE_WINDING, False)
        raw.FPDFPage_InsertObject(page, shape)
        raw.FPDFPage_GenerateContent(page)

    return change


def write(text: str, left: float, bottom: float, size: float = 11) -> Callable[[Any], None]:
    """Return a change that writes Latin text on a place."""

    def change(document: Any) -> None:
        page = document[0]
        font = raw.FPDFText_LoadStandardFont(document, b"Helvetica")
        words = raw.FPDFPageObj_CreateTextObj(document, font, size)
        encoded = (text + "\0").encode("utf-16-le")
        buffer = ctypes.create_string_buffer(encoded, len(encoded))
        raw.FPDFText_SetText(words, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
        raw.FPDFPageObj_Transform(words, 1, 0, 0, 1, left, bottom)
        raw.FPDFPage_InsertObject(page, words)
        raw.FPDFPage_GenerateContent(page)

    return change


def both(*changes: Callable[[Any], None]) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for one in changes:
            one(document)

    return change


def annotate(left: float, bottom: float) -> Callable[[Any], None]:
    """Return a change that puts a yellow note on the page, as readers' programs do."""

    def change(document: Any) -> None:
        page = document[0]
        note = raw.FPDFPage_CreateAnnot(page, raw.FPDF_ANNOT_HIGHLIGHT)
        raw.FPDFAnnot_SetRect(note, raw.FS_RECTF(left, bottom + 12, left + 60, bottom))
        raw.FPDFAnnot_SetColor(note, raw.FPDFANNOT_COLORTYPE_Color, 255, 255, 0, 255)
        raw.FPDFPage_CloseAnnot(note)

    return change


def remove_words(number: int) -> Callable[[Any], None]:
    """Return a change that takes a piece of text off the page."""

    def change(document: Any) -> None:
        page = document[0]
        texts = list(page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]))
        page.remove_obj(texts[number % len(texts)])
        page.gen_content()

    return change


def attach(text: str) -> Callable[[Any], None]:
    """Return a change that writes another record into the file."""

    def change(document: Any) -> None:
        document.get_attachment(0).set_data(text.encode())

    return change


def add_page(document: Any) -> None:
    document.new_page(595.28, 841.89)


def crop(document: Any) -> None:
    document[0].set_cropbox(0, 100, 595, 842)


def turn(document: Any) -> None:
    document[0].set_rotation(180)


def drawn_over(pdf: bytes, dice: Random) -> bytes:
    """Return the file after one of the changes that a PDF editor offers, at a random place."""
    left, bottom = dice.uniform(70, 450), dice.uniform(120, 740)
    digits = f"{dice.uniform(1, 99):.1f}"
    change = dice.choice(
        [
            write(digits, left, bottom, size=dice.uniform(6, 16)),
            both(cover(left, bottom, 40, 14), write(digits, left + 2, bottom + 3)),
            cover(left, bottom, dice.uniform(3, 80), dice.uniform(3, 30), shade=dice.choice([0, 90])),
            annotate(left, bottom),
            remove_words(dice.randrange(200)),
            attach(f'{{"hours": "{digits}"}}'),
            add_page,
            crop,
            turn,
        ]
    )
    return edited(pdf, change)


def _other(value: str, choices: tuple[str, ...], dice: Random) -> str:
    return dice.choice([choice for choice in choices if choice != value])
