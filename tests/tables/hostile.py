"""Small workbooks that ask for much: `HOSTILE` are refused, `LARGEST` are the most that is read."""

from tests.tables.packages import SHEET, packed, parts_of, workbook

NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEADINGS = '<row r="1"><c t="inlineStr"><is><t>姓名</t></is></c><c t="inlineStr"><is><t>日期</t></is></c></row>'


def sheet(rows: str, after: str = "") -> bytes:
    xml = f"<worksheet {NAMESPACE}><sheetData>{HEADINGS}{rows}</sheetData>{after}</worksheet>"
    return with_part(SHEET, xml)


def with_part(name: str, xml: str) -> bytes:
    return packed(parts_of(workbook(["姓名", "日期"], ["王秀英", "2026-01-10"])) | {name: xml.encode()})


def texts(count: int, part: str = "xl/sharedStrings.xml") -> bytes:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    parts = parts_of(workbook(["姓名", "日期"]))
    types = parts["[Content_Types].xml"].decode()
    listed = f'<Override PartName="/{part}" ContentType="{kind}"/></Types>'
    parts["[Content_Types].xml"] = types.replace("</Types>", listed).encode()
    return packed(parts | {part: f"<sst {NAMESPACE}>{'<si><t>x</t></si>' * count}</sst>".encode()})


def styles(content: str) -> bytes:
    return with_part("xl/styles.xml", f"<styleSheet {NAMESPACE}>{content}</styleSheet>")


def many_sheets(count: int) -> bytes:
    parts = parts_of(workbook(["姓名", "日期"]))
    book = parts["xl/workbook.xml"].decode()
    start = book.index("<sheet ")
    tag = book[start : book.index("/>", start) + 2]
    parts["xl/workbook.xml"] = book.replace(tag, tag * count).encode()
    return packed(parts)


FONT = '<font><sz val="1"/></font>'
MERGED = '<mergeCell ref="A2:B3"/>'
OTHER_FORMATS = "<fonts><font/></fonts><fills><fill><patternFill/></fill></fills><borders><border/></borders>"
FORMATS = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
HOSTILE = {
    "cells of one row": lambda: sheet(f"<row>{'<c><v>1</v></c>' * 400_000}</row>"),
    "empty cells": lambda: sheet(f"<row>{'<c/>' * 300_000}</row>"),
    "rows": lambda: sheet("<row><c><v>1</v></c></row>" * 120_000),
    "empty rows": lambda: sheet("<row/>" * 150_000),
    "rows inside rows": lambda: sheet("<row>" * 50_000 + "</row>" * 50_000),
    "elements inside one another": lambda: sheet("", "<a>" * 50_000 + "</a>" * 50_000),
    "texts inside one another": lambda: sheet("<row><c>" + "<is>" * 1_000 + "</is>" * 1_000 + "</c></row>"),
    "elements after the rows": lambda: sheet("", "<a/>" * 1_600_000),
    "one long text": lambda: sheet(f"<row><c t='inlineStr'><is><t>{'长' * 9_000_000}</t></is></c></row>"),
    "fonts": lambda: styles(f"<fonts>{FONT * 20_000}</fonts>"),
    "formats": lambda: styles(f"<cellXfs>{FORMATS * 60_000}</cellXfs>"),
    "texts": lambda: texts(130_000),
    "texts in a part of another name": lambda: texts(20_000, "xl/texts.bin"),
    "merged areas": lambda: sheet("", f"<mergeCells>{MERGED * 30_000}</mergeCells>"),
    "one sheet under many names": lambda: many_sheets(90),
    "too many sheets": lambda: many_sheets(2_000),
}
LARGEST = {
    "a whole list": lambda: sheet(f"<row>{'<c><v>1</v></c>' * 39}</row>" * 4_999),
    "scattered": lambda: sheet('<row r="99999"><c r="BH99999"><v>1</v></c></row>'),
    "formats": lambda: styles(f"{OTHER_FORMATS}<cellXfs>{FORMATS * 49_000}</cellXfs>"),
    "texts": lambda: texts(120_000),
    "merged": lambda: sheet("", f"<mergeCells>{MERGED * 20_000}</mergeCells>"),
}
