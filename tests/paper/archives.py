"""The rules of PDF/A-3u (ISO 19005-3) that our files could break, read with pikepdf.

No well-kept checker of PDF/A is on PyPI: veraPDF is a program in Java. Each fault begins with its clause. Not checked:
the tables inside fonts and their widths (6.2.11.5), the profile beyond its head, the syntax of content beyond known
operators, tags, and annotations beyond their kinds (we have none).
"""

import json
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

import pikepdf
from lxml import etree
from pikepdf import Name

ACTIONS: Final = {"Launch", "Sound", "Movie", "ResetForm", "ImportData", "Hide", "SetOCGState", "Rendition", "Trans"}
BLENDS: Final = {
    *("Normal", "Multiply", "Screen", "Overlay", "Darken", "Lighten", "ColorDodge", "ColorBurn", "HardLight"),
    *("SoftLight", "Difference", "Exclusion", "Hue", "Saturation", "Color", "Luminosity", "Compatible"),
}
_OPERATORS: Final = """
b B b* B* BDC BI BMC BT c cm CS cs d d0 d1 Do DP EI EMC ET f F f* G g gs h i ID j J K k l M m MP n q Q re RG rg ri
s S sc SC scn SCN sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' "
"""
OPERATORS: Final = frozenset(_OPERATORS.split())
DEEPEST: Final = 28  # of q, which may hold another q
XMP: Final = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
}


def faults_of(pdf: bytes) -> list[str]:
    """Return what an archive would object to; empty for a file that is as it should be."""
    with pikepdf.open(BytesIO(pdf)) as document:
        checks = (_file(document, pdf), _information(document), _colours(document), _attachments(document))
        more = (_objects(document), _pages(document))
        return [fault for check in (*checks, *more) for fault in check]


def _file(document: pikepdf.Pdf, pdf: bytes) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4}", pdf):
        yield "6.1.2 the head of the file"
    if not pdf.rstrip(b"\r\n").endswith(b"%%EOF"):
        yield "6.1.3 bytes after the end"
    if "/ID" not in document.trailer or document.is_encrypted:
        yield "6.1.3 no identifier, or encrypted"
    yield from (f"6.1 {warning}" for warning in document.check_pdf_syntax())
    if "/OCProperties" in document.Root or "/Requirements" in document.Root:
        yield "6.9, 6.11 layers or requirements"
    if "/AcroForm" in document.Root:
        yield "6.4 a form"
    for key in ("/AA", "/OpenAction"):
        if key in document.Root:
            yield f"6.5 {key}"


def _information(document: pikepdf.Pdf) -> Iterator[str]:
    metadata = document.Root.get("/Metadata")
    if metadata is None:
        yield "6.6.2 no XMP"
        return
    tree = etree.fromstring(metadata.read_bytes())
    spaces = {namespace for element in tree.iter() for namespace in (etree.QName(element).namespace,)}
    if foreign := spaces - set(XMP.values()):
        yield f"6.6.2.3 XMP of another schema: {foreign}"
    said = {name: _said(tree, f"pdfaid:{name}") for name in ("part", "conformance")}
    if said != {"part": "3", "conformance": "U"}:
        yield f"6.6.4 it claims {said}"
    pairs = {
        "/Title": "dc:title",
        "/Producer": "pdf:Producer",
        "/Author": "dc:creator",
        "/CreationDate": "xmp:CreateDate",
    }
    for key, name in pairs.items():
        here, there = str(document.docinfo.get(key, "")), _said(tree, name)
        if key == "/CreationDate":
            here, there = (re.sub(r"\D", "", text)[:14] for text in (here, there))
        if here != there:
            yield f"6.6.3 {key}: {here!r}, {there!r}"


def _said(tree: Any, name: str) -> str:
    """Return the text of a property, written as an element or as an attribute."""
    prefix, local = name.split(":")
    full = f"{{{XMP[prefix]}}}{local}"
    for element in tree.iter(f"{{{XMP['rdf']}}}Description"):
        if full in element.attrib:
            return str(element.attrib[full])
    return "".join("".join(element.itertext()) for element in tree.iter(full)).strip()


def _colours(document: pikepdf.Pdf) -> Iterator[str]:
    intents = list(document.Root.get("/OutputIntents", []))
    if [str(one.S) for one in intents] != ["/GTS_PDFA1"]:
        yield "6.2.3 not one output intent for archives"
        return
    profile = intents[0].DestOutputProfile
    content = profile.read_bytes()
    if content[36:40] != b"acsp" or content[16:20] != b"RGB " or content[8] > 4 or int(profile.N) != 3:
        yield "6.2.3 the colour profile"


def _attachments(document: pikepdf.Pdf) -> Iterator[str]:
    files = [one for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/EF" in one]
    associated = list(document.Root.get("/AF", []))
    for file in files:
        if not {"/F", "/UF", "/AFRelationship"} <= set(file.keys()):
            yield "6.8 a file without name or relationship"
        content = file.EF.F
        if content.get("/Subtype") != Name("/application/json") or "/ModDate" not in content.Params:
            yield "6.8 a file without kind or date"
        json.loads(content.read_bytes())
        if not any(one.objgen == file.objgen for one in associated):
            yield "6.8 a file that nothing names"
    if not files:
        yield "6.8 our files carry a record"


def _objects(document: pikepdf.Pdf) -> Iterator[str]:
    for one in document.objects:
        if not isinstance(one, (pikepdf.Dictionary, pikepdf.Stream)):
            continue
        keys = set(one.keys())
        if isinstance(one, pikepdf.Stream):
            if keys & {"/F", "/FFilter", "/FDecodeParms"} or "LZW" in str(one.get("/Filter", "")):
                yield "6.1.7 a stream in another file, or packed by LZW"
            if one.get("/Subtype") == Name.Image and (keys & {"/Alternates", "/OPI"} or one.get("/Interpolate", False)):
                yield "6.2.8 an image with alternatives or interpolation"
            if one.get("/Subtype") == Name.Form and keys & {"/OPI", "/PS", "/Ref", "/Subtype2"}:
                yield "6.2.9 a form of PostScript or of another file"
        if str(one.get("/S", "")).removeprefix("/") in {*ACTIONS, "JavaScript", "GoTo3DView"} or "/JS" in keys:
            yield "6.5 an action"
        blend = str(one.get("/BM", "/Normal")).removeprefix("/")
        if one.get("/Type") == Name.ExtGState and (keys & {"/TR", "/HTP"} or blend not in BLENDS):
            yield "6.2.5, 6.2.10 a state"
        if one.get("/Type") == Name.Font:
            yield from _font(one)
        if one.get("/Type") == Name.Annot:
            yield "6.3 an annotation"
        for text in (value for _key, value in one.items() if isinstance(value, pikepdf.String)):
            if len(bytes(text)) > 32_767:
                yield "6.1.13 a long string"


def _font(font: Any) -> Iterator[str]:
    if font.get("/Subtype") == Name.Type3:
        return
    if font.get("/Subtype") == Name.Type0:
        if str(font.Encoding) not in ("/Identity-H", "/Identity-V"):
            yield "6.2.11.3 an encoding"
        if "/ToUnicode" not in font:
            yield "6.2.11.7 a font without Unicode"
        return
    descriptor = font.get("/FontDescriptor")
    if descriptor is None or not set(descriptor.keys()) & {"/FontFile", "/FontFile2", "/FontFile3"}:
        yield f"6.2.11.4 {font.get('/BaseFont')} is not embedded"
    if font.get("/Subtype") == Name.CIDFontType2 and "/CIDToGIDMap" not in font:
        yield "6.2.11.3.2 no map from characters to glyphs"


def _pages(document: pikepdf.Pdf) -> Iterator[str]:
    for page in document.pages:
        if page.get("/AA") is not None or page.get("/Annots") is not None:
            yield "6.3, 6.5 a page with actions or annotations"
        yield from _content(page, page.get("/Resources", pikepdf.Dictionary()))
        for form in page.get("/Resources", {}).get("/XObject", {}).values():
            if form.get("/Subtype") == Name.Form:
                yield from _content(form, form.get("/Resources", page.Resources))


def _content(stream: Any, resources: Any) -> Iterator[str]:
    """Yield the faults of what is drawn: operators, colours, and glyphs without a character (the u of 3u)."""
    depth, font = 0, None
    for operands, operator in pikepdf.parse_content_stream(stream):
        word = str(operator)
        if word not in OPERATORS:
            yield f"6.2.2 the operator {word}"
        depth += {"q": 1, "Q": -1}.get(word, 0)
        if depth > DEEPEST:
            yield "6.1.13 too many states"
        if word in ("k", "K"):
            yield "6.2.4.3 a colour for another device"
        if word == "Tf":
            if operands[0] not in resources.get("/Font", {}):
                yield f"6.2.2 the font {operands[0]} is not in the resources"
                return
            font = resources.Font[operands[0]]
        if word in ("Tj", "TJ"):
            shown = operands[0] if word == "TJ" else [operands[0]]
            codes = b"".join(bytes(piece) for piece in shown if isinstance(piece, pikepdf.String))
            characters = _characters_of(font)
            for code in {codes[place : place + 2] for place in range(0, len(codes), 2)}:
                if characters.get(int.from_bytes(code, "big"), "\0") in ("\0", "\ufeff", "\ufffe"):
                    yield f"6.2.11.7.2 the glyph {code.hex()} has no character"


def _characters_of(font: Any) -> dict[int, str]:
    """Return the character of each glyph, as the font's map says."""
    text = font.ToUnicode.read_bytes().decode("latin-1")
    pairs = re.findall(
        r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", "".join(re.findall(r"beginbfchar(.*?)endbfchar", text, re.S))
    )
    return {int(glyph, 16): bytes.fromhex(character).decode("utf-16-be") for glyph, character in pairs}
