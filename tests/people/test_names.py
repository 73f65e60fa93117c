"""Names as public pages, the gate and the scanner show them."""

import pytest

from academy.people.names import mask_name

ALL_LENGTHS = range(1, 61)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王", "王*"),
        ("王英", "王*"),
        ("王秀英", "王*英"),
        ("欧阳娜娜", "欧**娜"),
        ("欧阳小娜娜", "欧**娜"),
        ("阿卜杜热合曼·麦麦提吐尔逊·阿卜杜热合曼提", "阿**提"),
        ("Elizabeth Montgomery", "E**y"),
        pytest.param("རྒྱ་མཚོ", "རྒྱ**ཚོ", id="Tibetan: stacks and vowels stay with their letter"),
        pytest.param("ཚེ་རིང", "ཚེ**ང", id="Tibetan: a vowel is hidden with its letter"),
        pytest.param("مەمەت", "م**ت", id="Uyghur"),
    ],
)
def test_a_name_is_masked_by_two_stars_at_most(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize("length", ALL_LENGTHS)
def test_no_mask_is_longer_than_four_characters_or_than_needed(length):
    mask = mask_name("名" * length)
    assert len(mask) == max(2, min(length, 4))
