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
