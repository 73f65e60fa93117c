import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.checkin import tokens
from academy.core import keys

NUMBER = st.from_regex(r"V[0-9]{4,20}", fullmatch=True)


@pytest.mark.parametrize(("bits", "length"), [(5, 1), (40, 8), (50, 10), (51, 11), (80, 16)])
def test_a_key_has_at_least_as_many_bits_as_asked(bits, length):
    assert len(keys.random_key(bits)) == length


def test_a_key_is_written_without_look_alikes():
    written = "".join(keys.random_key(500) for _ in range(20))

    assert set(written) == set(keys.ALPHABET)
    assert not set(written) & set("ILOU")


def test_no_key_comes_twice():
    assert len({keys.random_key(80) for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        pytest.param("abcd-efgh", "ABCDEFGH", id="lower case, grouped"),
        pytest.param(" AB CD\tEF\nGH ", "ABCDEFGH", id="blanks"),
        pytest.param("o1I0l", "01101", id="look-alikes"),
        pytest.param("QU4", "QV4", id="U is never written"),
        pytest.param("", "", id="nothing"),
        pytest.param("码", "码", id="what no key holds stays, and finds nothing"),
    ],
)
def test_a_typed_key_is_read_as_it_was_written(typed, key):
    assert keys.normalise_key(typed) == key


@given(st.text(alphabet=keys.ALPHABET, max_size=30))
def test_a_key_survives_being_split_and_typed(key):
    assert keys.normalise_key(keys.split_key(key).lower()) == key


def test_a_key_is_split_into_short_groups():
    assert keys.split_key("ABCDEFGHJK") == "ABCD-EFGH-JK"
    assert keys.split_key("ABCDEFGH", size=5) == "ABCDE-FGH"


@given(NUMBER, st.integers(min_value=1), st.sampled_from("0123456789"))
def test_the_check_character_detects_one_mistyped_digit(number, place, digit):
    place = 1 + place % (len(number) - 1)
    mistyped = number[:place] + digit + number[place + 1 :]

    assert (keys.check_character(mistyped) == keys.check_character(number)) == (mistyped == number)


@given(NUMBER, st.integers(min_value=1))
def test_the_check_character_detects_two_swapped_neighbours(number, place):
    place = 1 + place % (len(number) - 2)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    assert (keys.check_character(swapped) == keys.check_character(number)) == (swapped == number)


def test_checkin_codes_are_written_in_the_same_alphabet():
    # The pure core of check-in imports no other module of ours, so it has its own copy of the alphabet.
    assert tokens._ALPHABET == keys.ALPHABET
