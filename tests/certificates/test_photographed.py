"""An official photographs certificates: the codes are read, and what could not be read is said."""

import datetime as dt
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pillow_heif
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, ImageDraw, ImageFile

from academy.certificates import office_views, photographed, printing, receipt_printing, receipts
from academy.certificates.models import Certificate, Receipt
from academy.paper import apart, photos, picture_reader
from tests.answers import code_of, messages_of
from tests.certificates.issuing import issue, issued
from tests.hours.scene import ISSUED_AT, SATURDAY, Scene
from tests.paper.reading import pages, picture, scanned

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LATER = ISSUED_AT + dt.timedelta(days=9)


def page_of(certificate: Certificate, *, dpi: int = 150) -> Image.Image:
    made = printing.render(certificate, at=ISSUED_AT)
    assert isinstance(made, bytes)
    return picture(made, dpi=dpi)


def saved(image: Image.Image, kind: str = "JPEG") -> bytes:
    content = BytesIO()
    image.save(content, kind)
    return content.getvalue()


def beside(images: Sequence[Image.Image]) -> Image.Image:
    """Return papers on a dark table, as one photo of them."""
    table = Image.new("L", (sum(one.width + 60 for one in images), images[0].height + 120), 60)
    for number, one in enumerate(images):
        table.paste(one, (30 + number * (one.width + 60), 60))
    return table


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read photos in this process: another one takes its time to start."""

    def read(_reader: Any, content: bytes, *, seconds: float) -> bytes:
        return photos.json.dumps(picture_reader.read(content)).encode()

    monkeypatch.setattr(photos, "read_apart", read)


@pytest.fixture
def two(scene: Scene, certificate: Certificate) -> list[Certificate]:
    return [certificate, issued(issue(scene, certificate.volunteer, period=(SATURDAY, SATURDAY)))]


def sent(client: Client, *files: bytes, lines: str = "", names: Sequence[str] = ()) -> Any:
    uploads = [
        SimpleUploadedFile(names[number] if names else f"IMG_{number}.jpg", content, "image/jpeg")
        for number, content in enumerate(files)
    ]
    with time_machine.travel(LATER, tick=False):
        return client.post("/verify/many/", {"lines": lines, "photos": uploads})


# A photo


def test_a_process_of_its_own_reads_the_codes_of_a_photo(
    two: list[Certificate], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gets none of our environment."""
    seen: dict[str, Any] = {}
    run = apart.subprocess.run
    monkeypatch.setattr(apart.subprocess, "run", lambda *args, **given: seen.update(given) or run(*args, **given))
    answer = photos.read_codes(saved(scanned(beside([page_of(one) for one in two]))))
    assert isinstance(answer, photos.CodesOnPhoto) and answer.damaged == 0
    assert {text.rsplit("/", 2)[1] for text in answer.texts} == {one.code for one in two}
    assert seen["env"] == {}


@pytest.mark.usefixtures("read_here")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_each_kind_of_photo_is_read(certificate: Certificate, kind: str) -> None:
    if kind == "HEIF":
        pillow_heif.register_heif_opener()
    answer = photos.read_codes(saved(page_of(certificate).convert("RGB").rotate(90, expand=True), kind))
    assert isinstance(answer, photos.CodesOnPhoto) and len(answer.texts) == 1


@pytest.mark.usefixtures("read_here")
def test_a_file_that_is_no_photo_is_refused(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)  # WeasyPrint sets it, and is not in that process
    jpeg = saved(page_of(certificate))
    for content, code in (
        (b"", "no_photo"),
        (b"%PDF-1.7", "no_photo"),
        (b"GIF89a" + b"\0" * 99, "no_photo"),
        (saved(page_of(certificate), "PNG")[:60], "damaged_photo"),
        (b"\0" * (photos.MOST_BYTES + 1), "large_photo"),
    ):
        assert code_of(photos.read_codes(content)) == code
    # A small file may be a huge picture.
    assert code_of(photos.read_codes(saved(Image.new("1", (20_000, 20_000)), "PNG"))) == "large_photo"
    monkeypatch.setattr(picture_reader, "MOST_PIXELS", 1_000_000)
    assert code_of(photos.read_codes(jpeg)) == "large_photo"


def test_a_photo_that_takes_too_long_is_given_up_and_another_one_waits(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "_SECONDS", 0.001)
    assert code_of(photos.read_codes(saved(page_of(certificate)))) == "damaged_photo"
    monkeypatch.setattr(photos, "_WAIT", 0.01)
    with photos._turn:
        assert code_of(photos.read_codes(b"")) == "photos_busy"


def test_a_process_that_fails_is_no_answer(tmp_path: Any) -> None:
    reader = tmp_path / "reader.py"
    reader.write_text("raise SystemExit(3)")
    assert apart.read_apart(reader, b"", seconds=20) is None


# A list of photos


@pytest.mark.usefixtures("read_here")
def test_what_could_not_be_read_is_said_by_photo(two: list[Certificate]) -> None:
    first, second = (page_of(one) for one in two)
    spoiled = first.copy()
    ours = picture_reader.zxingcpp.read_barcodes(first)[0].position
    left, top, right, bottom = ours.top_left.x, ours.top_left.y, ours.bottom_right.x, ours.bottom_right.y
    side = (right - left) // 3
    ImageDraw.Draw(spoiled).rectangle((left + side, top + side, right - side // 3, bottom - side // 3), fill=0)
    poster = Image.new("L", (400, 400), 255)
    photos_sent = [
        ("a.jpg", saved(beside([first, second]))),
        ("b.jpg", saved(first)),
        ("blank.jpg", saved(poster)),
        ("spoiled.jpg", saved(spoiled)),
        ("\u202ea.pdf", b"%PDF"),
    ]
    found = photographed.read(photos_sent)
    assert {one.code for one in found.lines if one.code} == {one.code for one in two}
    assert len([one for one in found.lines if one.code]) == 2  # each once
    assert sum(one.on_photo for one in found.lines) == 3
    said = "\n".join(found.remarks)
    for name in ("blank.jpg", "spoiled.jpg"):
        assert name in said
    assert "a.jpg" not in said and "\u202e" not in said and str(photos.NO_PHOTO) in said


@pytest.mark.usefixtures("read_here")
def test_a_code_that_belongs_to_no_certificate_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["https://academy.test/c/7/ABCD/", "weixin://x", "7K3M-9QXA-2B4C-5D6E", "https://x/verify/7K3M9QXA2B4C5D6F"]
    monkeypatch.setattr(photos, "read_codes", lambda content, **given: photos.CodesOnPhoto(texts, 0))
    found = photographed.read([("a.jpg", b"")])
    assert [one.code for one in found.lines] == ["7K3M9QXA2B4C5D6E", "7K3M9QXA2B4C5D6F"]
    (remark,) = found.remarks
    assert "2" in remark and "a.jpg" in remark


def test_the_photos_of_one_request_share_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, taken = [100.0], []

    def read(_reader: Any, content: bytes, *, seconds: float) -> bytes | None:
        taken.append(seconds)
        clock[0] += 10
        return photos.json.dumps({"fault": "", "texts": [], "damaged": 0}).encode() if seconds >= 10 else None

    for module in (photos, photographed):
        monkeypatch.setattr(module, "monotonic", lambda: clock[0])
    monkeypatch.setattr(photos, "read_apart", read)
    found = photographed.read((f"{number}.jpg", b"") for number in range(5))
    assert taken == [20, 15, 5]  # of twenty for one photo, and twenty-five for all
    said = [str(photos.PHOTOS_BUSY) in remark for remark in found.remarks]
    assert said == [False, False, True, True, True] and len(found.lines) == 5


def test_a_photo_that_waits_in_vain_ends_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    monkeypatch.setattr(photos, "read_codes", lambda content, **given: asked.append(content) or photos.PHOTOS_BUSY)
    found = photographed.read((f"{number}.jpg", b"") for number in range(3))
    assert len(asked) == 1 and len(found.remarks) == len(found.lines) == 3


# The page


@pytest.mark.usefixtures("read_here")
def test_an_official_photographs_certificates_and_gets_a_receipt(client: Client, two: list[Certificate]) -> None:
    response = sent(client, saved(beside([page_of(one) for one in two])), saved(Image.new("L", (300, 300), 255)))
    receipt = Receipt.objects.get()
    assert response.headers["Location"] == f"/verify/receipt/{receipt.code}/"
    assert sorted(line["state"] for line in receipt.lines) == ["unread_photo", "valid", "valid"]
    (said,) = messages_of(response)
    assert "IMG_1.jpg" in said
    assert "照片上没有读出查验码" in client.get(response.headers["Location"]).content.decode()
    made = receipt_printing.render(receipt)
    assert isinstance(made, bytes)
    (text,) = pages(made)
    assert "照片上未读出查验码" in text and "IMG" not in text


@pytest.mark.usefixtures("read_here")
def test_photos_and_a_pasted_list_go_together(client: Client, two: list[Certificate]) -> None:
    sent(client, saved(page_of(two[0])), lines=two[1].number)
    assert [line["by_code"] for line in Receipt.objects.get().lines] == [False, True]


def test_nothing_or_too_many_photos_give_no_receipt(client: Client, certificate: Certificate) -> None:
    assert str(receipts.NO_LINES) in sent(client).content.decode()
    page = sent(client, *[b"x"] * (photographed.MOST_PHOTOS + 1)).content.decode()
    assert "一次最多" in page and not Receipt.objects.exists()


def test_a_flood_of_photos_from_one_network_ends(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "read_codes", lambda content, **given: photos.NO_PHOTO)
    free = office_views.OF_PHOTOS.free
    assert [sent(client, b"x").status_code for _time in range(free + 1)] == [200] * free + [429]
    assert sent(client, lines="ZM01-2026-000001").status_code != 429  # a list of numbers has no brake


def test_a_visitor_may_send_photos_up_to_a_limit(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Elsewhere a visitor's request stays small."""
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000
    for field, path, status in (("x", "/verify/many/", 200), ("x", "/verify/file/", 413)):
        assert client.post(path, {field: "y" * 2_000}).status_code == status, path
    monkeypatch.setattr(office_views.many, "takes_from_strangers", 1_500)
    assert client.post("/verify/many/", {"x": "y" * 2_000}).status_code == 413
