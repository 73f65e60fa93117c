"""Word files for tests, as Word and WPS write them."""

import io
import zipfile
from collections.abc import Iterable

from PIL import Image

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
REL = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
    '<Default Extension="emf" ContentType="image/x-emf"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.styles+xml"/>'
    '<Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.numbering+xml"/></Types>'
)
_STYLES = (
    f'<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/></w:style></w:styles>'
)
_NUMBERING = (
    f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/>'
    '</w:lvl></w:abstractNum><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl>'
    '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
)


def png(width: int = 400, height: int = 300, colour: str = "#b3261e") -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(data, "PNG")
    return data.getvalue()


def run(text: str, *, bold: bool = False) -> str:
    return f"<w:r>{'<w:rPr><w:b/></w:rPr>' if bold else ''}<w:t xml:space='preserve'>{text}</w:t></w:r>"


def paragraph(*runs: str, style: str = "", number: int = 0) -> str:
    chosen = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number:
        chosen += f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'
    return f"<w:p><w:pPr>{chosen}</w:pPr>{''.join(runs)}</w:p>"


def table(rows: Iterable[Iterable[str]]) -> str:
    cells = ("".join(f"<w:tc>{paragraph(run(cell))}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def picture(relation: str, description: str = "") -> str:
    return (
        '<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        f'<wp:docPr id="1" name="图片 1" descr="{description}"/>'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData>'
        '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill>'
        f'<a:blip xmlns:r="{R}" r:embed="{relation}"/></pic:blipFill></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def word_file(*content: str, media: dict[str, bytes] | None = None, extra: dict[str, bytes] | None = None) -> bytes:
    """Return a .docx; `media` are its pictures by their names, which are also their relations' ids."""
    relations = "".join(
        f'<Relationship Id="{name.partition(".")[0]}" Type="{R}/image" Target="media/{name}"/>' for name in media or {}
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{REL}"><Relationship Id="r" Type="{R}/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        package.writestr(
            "word/document.xml", f'<w:document xmlns:w="{W}"><w:body>{"".join(content)}</w:body></w:document>'
        )
        package.writestr("word/styles.xml", _STYLES)
        package.writestr("word/numbering.xml", _NUMBERING)
        package.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{REL}">'
            f'<Relationship Id="s" Type="{R}/styles" Target="styles.xml"/>'
            f'<Relationship Id="n" Type="{R}/numbering" Target="numbering.xml"/>{relations}</Relationships>',
        )
        for name, content_of in (media or {}).items():
            package.writestr(f"word/media/{name}", content_of)
        for name, content_of in (extra or {}).items():
            package.writestr(name, content_of)
    return data.getvalue()


def lesson_file() -> bytes:
    """Return a lesson as a trainer wrote it in Word."""
    return word_file(
        paragraph(run("怎样拨打 120"), style="1"),
        paragraph(run("先"), run("看清", bold=True), run("自己在哪里，再拨号。")),
        paragraph(run("三件事要说清"), style="2"),
        paragraph(run("地址"), number=2),
        paragraph(run("发生了什么"), number=2),
        paragraph(run("联系电话"), number=2),
        paragraph(picture("i1", "一位老人在打电话")),
        table([["情况", "怎么说"], ["摔倒", "有没有意识"]]),
        paragraph(run("带上证件"), number=1),
        paragraph(picture("i2", "图片包含 人, 描述已自动生成")),
        media={"i1.png": png(), "i2.png": png(colour="#1f6b3a")},
    )
