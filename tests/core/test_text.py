import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.core import keys
from academy.core.text import identifier, prose, visible
from academy.people.names import tidy_name, tidy_phone

RULES = (visible, prose, identifier, tidy_name, tidy_phone)
TYPED = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "王秀英𠮷〇々１３８ＡＢｖ–—−－•・．.·˙ \t\n\v\u00a0\u3000\u200b\u202d\u202c\ufe0e\ufeff\U000e0100ﾞｶ⼈é\u0301"
        ),
    ),
    max_size=30,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@given(text=TYPED)
def test_a_rule_applied_again_changes_nothing(rule, text):
    assert rule(rule(text)) == rule(text)


@given(TYPED)
def test_prose_is_never_longer_than_what_was_typed(text):
    assert len(prose(text)) <= len(text)


@given(TYPED)
def test_nothing_invisible_is_left(text):
    left = {unicodedata.category(character) for character in prose(text)} & {"Cc", "Cf", "Cs"}
    assert not left - {"Cc"} and set(prose(text)) & set(map(chr, range(32))) <= {"\n"}


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        pytest.param(
            "（东门）集合：９：００，带上ＡＢ卡。", "（东门）集合：9：00，带上AB卡。", id="Chinese punctuation"
        ),
        pytest.param("东门\v北侧", "东门 北侧", id="a vertical tab from Word"),
        pytest.param("第一段\r\n　　第二段\t完", "第一段\n　　第二段 完", id="paragraphs"),
        pytest.param("义诊\ufe0e⭐\ufe0f", "义诊⭐", id="variation selectors"),
        pytest.param("\ufeff敬老\u200b院\u200d", "敬老院", id="zero width"),
        pytest.param("10\u00a0:\u202f00", "10 : 00", id="unusual blanks"),
        pytest.param("①㎡½——3–5", "①㎡½——3–5", id="signs that carry a meaning"),
        pytest.param("⼈⺟ｶﾞ", "人母ガ", id="radicals of a PDF, narrow letters"),
        pytest.param("cafe\u0301", "café", id="an accent apart"),
        pytest.param("a\x00b\x1bc\ud800\uffff", "abc", id="controls, half a character, none at all"),
        pytest.param("\u3164\u2800\u115f", "", id="letters and signs that nobody sees"),
        pytest.param("𠮷\U000323af", "𠮷\U000323af", id="Han of the other planes"),
    ],
)
def test_prose_is_what_the_eye_sees(typed, plain):
    assert prose(typed) == plain


def test_old_text_keeps_its_width_where_only_the_invisible_goes():
    assert visible("１０\u00a0分\v钟\u200b") == "１０\u00a0分 钟"


@pytest.mark.parametrize(
    ("typed", "one"),
    [
        ("Ｖ２０２７－００００１", "V2027-00001"),
        ("0731–8400−0000", "0731-8400-0000"),
        ("٠١٢٣ ۴", "0123 4"),
        ("志愿．服务．队", "志愿·服务·队"),
        ("得分3.5", "得分3.5"),
        ("lan.li@example.org", "lan.li@example.org"),
        ("スーパー〜", "スーパー〜"),
        (" a\u00a0\n b ", "a b"),
        ("㈱（三）", "(株)(三)"),
    ],
)
def test_an_identifier_is_compared_in_one_form(typed, one):
    assert identifier(typed) == one


@pytest.mark.parametrize("dash", sorted(chr(c) for c in range(0x3000) if unicodedata.category(chr(c)) == "Pd"))
def test_each_dash_is_one_sign_but_the_joiners_of_other_scripts(dash):
    others = "\u058a\u05be\u1400\u1806\u2e17\u2e1a\u2e40\u2e5d"  # Armenian, Hebrew … letters use them
    assert (identifier(f"1{dash}2") == "1-2") is (dash not in others)


@pytest.mark.parametrize(
    "typed",
    [
        *("买买提·吐尔逊", "买买提•吐尔逊", "买买提・吐尔逊", "买买提‧吐尔逊", "买买提．吐尔逊", "买买提.吐尔逊"),
        *("买买提･吐尔逊", "买买提⋅吐尔逊", "买买提∙吐尔逊", "买买提˙吐尔逊", "买买提﹒吐尔逊", "买买提․吐尔逊"),
        *(
            "买买提 · 吐尔逊",
            "买买提·\u200b吐尔逊",
            "\u202d买买提•吐尔逊\u202c",
            "买 买 提．吐 尔 逊",
            "买买提··吐尔逊",
        ),
    ],
)
def test_a_name_with_any_dot_is_one_name(typed):
    assert tidy_name(typed) == "买买提·吐尔逊"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("𠮷　野", "𠮷野"),
        ("〇　英", "〇英"),
        ("王\u00a0秀\u3000英", "王秀英"),
        ("Ｌａｎ　Ｌｉ", "Lan Li"),
        ("Mehmet.Tursun", "Mehmet·Tursun"),
        ("J.R. Smith", "J.R. Smith"),
        ("Jose\u0301", "José"),
        ("葛\U000e0100城", "葛城"),
        ("ﾔﾏﾀﾞ", "ヤマダ"),
    ],
)
def test_a_name_is_one_name_from_every_keyboard(typed, name):
    assert tidy_name(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        *("13800000001", "１３８０００００００１", "138００００0001", "۱۳۸۰۰۰۰۰۰۰۱"),
        *("008613800000001", "＋８６ 138-0000-0001", "+86 138–0000–0001", "8613800000001", "(+86)13800000001"),
        *("\u202d13800000001\u202c", "138.0000.0001", "138　0000　0001", "138ー0000ー0001", "138\u00a00000\u00a00001"),
        *("tel:+86-138-0000-0001", "tel:13800000001;phone-context=+86", "138 0000 0001\u200e"),
    ],
)
def test_a_phone_is_eleven_digits_however_it_is_typed(typed):
    assert tidy_phone(typed) == "13800000001"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("王秀英", "王秀英"), ("138a", "138a"), ("", ""), ("86138", "86138"), ("0731-84000000", "073184000000")],
)
def test_what_is_no_mobile_number_stays_for_the_validator(typed, kept):
    assert tidy_phone(typed) == kept


@pytest.mark.parametrize(
    "typed", ["７Ｋ３Ｍ－９ＱＸＡ", "7k3m 9qxa", "7K3M·9QXA", "\u202d7K3M–9QXA\u202c", "7K3M\u00a09QXA", "7K3M.9QXA"]
)
def test_a_key_is_read_from_every_keyboard(typed):
    assert keys.normalise_key(typed) == "7K3M9QXA"


@pytest.mark.parametrize(
    ("typed", "number"), [("ｖ２０２７-００００01k", "V2027000001K"), ("V2O27 OOOOO1 K", "V2027000001K"), ("Li", "LI")]
)
def test_a_volunteer_number_is_read_from_every_keyboard(typed, number):
    assert keys.normalise_number(typed) == number
