"""The coding of a video file decides whether phones play it."""

import io

import pytest

from cms.video_files import fault_of


def box(name: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return (8 + len(inside)).to_bytes(4, "big") + name + inside


def track(kind: bytes, coding: bytes) -> bytes:
    sample = box(b"stsd", bytes(4) + (1).to_bytes(4, "big"), box(coding, bytes(78)))
    return box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + kind + bytes(13)), box(b"minf", box(b"stbl", sample))))


def film(*tracks: bytes, brand: bytes = b"isom") -> bytes:
    """Return a film as a phone writes it: the pictures first, their description at the end."""
    return box(b"ftyp", brand + bytes(8)) + box(b"mdat", bytes(500)) + box(b"moov", box(b"mvhd", bytes(100)), *tracks)


SOUND = track(b"soun", b"mp4a")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        pytest.param(film(SOUND, track(b"vide", b"avc1")), "", id="as most phones record"),
        pytest.param(film(track(b"vide", b"avc1"), SOUND, brand=b"qt  "), "", id="an iPhone, most compatible"),
        pytest.param(film(track(b"vide", b"hvc1"), SOUND, brand=b"qt  "), "hevc", id="an iPhone, high efficiency"),
        pytest.param(film(track(b"vide", b"hev1")), "hevc", id="an Android phone with HEVC"),
        pytest.param(film(track(b"vide", b"mp4v")), "unknown_coding", id="an old camera"),
        pytest.param(film(SOUND), "no_picture", id="sound alone"),
        pytest.param(b"\x1a\x45\xdf\xa3" + bytes(40), "", id="WebM"),
        pytest.param(b"<html>", "broken", id="no film"),
        pytest.param(b"", "broken", id="empty"),
        pytest.param(film(track(b"vide", b"avc1"))[:-30], "broken", id="cut off"),
        pytest.param(
            box(b"ftyp", bytes(8)) + (4).to_bytes(4, "big") + b"moov", "broken", id="a box shorter than itself"
        ),
        pytest.param(box(b"ftyp", bytes(8)) + box(b"free") * 10_001, "broken", id="boxes without end"),
    ],
)
def test_the_coding_decides(content: bytes, fault: str) -> None:
    file = io.BytesIO(content)
    file.seek(min(3, len(content)))
    assert fault_of(file) == fault
    assert file.tell() == min(3, len(content))


def test_a_large_box_and_one_to_the_end_of_the_file_are_read() -> None:
    moov = box(b"moov", track(b"vide", b"avc1"))
    large = (1).to_bytes(4, "big") + b"mdat" + (16 + 9).to_bytes(8, "big") + bytes(9)
    assert fault_of(io.BytesIO(box(b"ftyp", bytes(8)) + large + moov)) == ""
    open_ended = bytes(4) + moov[4:]
    assert fault_of(io.BytesIO(box(b"ftyp", bytes(8)) + open_ended)) == ""
