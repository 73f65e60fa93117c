import base64

import pytest

from academy.core import encryption

DATA = {"name": "刘䶮", "phone": "13800138000", "nested": {"list": [1, None, True]}}


def another_master_key():
    return base64.urlsafe_b64encode(b"another master key of 32 bytes..").decode()


def test_the_holder_of_the_personal_key_reads_the_data_again():
    key = encryption.new_personal_key()

    assert encryption.decrypt(key, encryption.encrypt(key, DATA)) == DATA


def test_encrypted_text_shows_no_part_of_the_data():
    key = encryption.new_personal_key()
    text = encryption.encrypt(key, DATA)

    assert text.isascii()
    assert "13800138000" not in text
    assert encryption.encrypt(key, DATA) != text


def test_another_persons_key_does_not_fit():
    text = encryption.encrypt(encryption.new_personal_key(), DATA)

    with pytest.raises(encryption.DecryptionError):
        encryption.decrypt(encryption.new_personal_key(), text)


@pytest.mark.parametrize(
    "spoil", [lambda text: text[:-4], lambda text: "", lambda text: text[::-1], lambda text: "汉字"]
)
def test_changed_text_is_unreadable(spoil):
    key = encryption.new_personal_key()

    with pytest.raises(encryption.DecryptionError):
        encryption.decrypt(key, spoil(encryption.encrypt(key, DATA)))


def test_a_stored_key_is_worth_nothing_without_the_master_key(settings):
    key = encryption.new_personal_key()
    text = encryption.encrypt(key, DATA)
    settings.PERSONAL_DATA_KEYS = [another_master_key()]

    with pytest.raises(encryption.DecryptionError):
        encryption.decrypt(key, text)
    with pytest.raises(encryption.DecryptionError):
        encryption.encrypt(key, DATA)


def test_a_damaged_key_is_unreadable_rather_than_an_error():
    text = encryption.encrypt(encryption.new_personal_key(), DATA)

    with pytest.raises(encryption.DecryptionError):
        encryption.decrypt(b"not a key", text)


def test_no_two_people_share_a_key():
    assert encryption.new_personal_key() != encryption.new_personal_key()


def sealed(*pieces, size=10, monkeypatch):
    monkeypatch.setattr(encryption, "PIECE", size)
    return list(encryption.seal_pieces(pieces))


@pytest.mark.parametrize("pieces", [(), (b"",), (b"0123456789",), (b"01234", b"5678901234", b"5")])
def test_a_large_file_is_sealed_by_pieces_and_read_again(pieces, monkeypatch):
    lines = sealed(*pieces, monkeypatch=monkeypatch)

    assert b"".join(encryption.unseal_pieces(lines)) == b"".join(pieces)
    assert len(lines) == max(1, -(-len(b"".join(pieces)) // 10))
    assert b"01234" not in b"".join(lines)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda mine, other: mine[:-1],
        lambda mine, other: mine[1:],
        lambda mine, other: [mine[1], mine[0], *mine[2:]],
        lambda mine, other: [*mine[:2], other[2]],
        lambda mine, other: [*mine, mine[-1]],
        lambda mine, other: [],
        lambda mine, other: [*mine[:2], mine[2][:-9]],
    ],
    ids=["cut off", "first missing", "moved", "of another file", "one too many", "none", "damaged"],
)
def test_a_piece_that_is_missing_moved_or_foreign_is_noticed(spoil, monkeypatch):
    mine, other = (sealed(b"012345678901234567890123", monkeypatch=monkeypatch) for _ in range(2))

    with pytest.raises(encryption.DecryptionError):
        list(encryption.unseal_pieces(spoil(mine, other)))
