"""The words of a community about its people: the usual ones, until it has its own."""

from collections.abc import Iterable, Mapping

from academy.core.models import Community
from academy.core.text import identifier
from academy.profiles.models import Word

USUAL: dict[str, tuple[str, ...]] = {
    Word.Kind.SKILL: (
        "急救", "理发", "家电维修", "水电维修", "摄影摄像", "书法绘画", "文艺表演", "电脑手机",
        "教学辅导", "法律咨询", "心理疏导", "医护", "驾驶", "烹饪", "缝纫", "手语",
    ),
    Word.Kind.TIME: ("工作日白天", "工作日晚上", "周末", "节假日", "寒暑假", "随叫随到"),
    Word.Kind.INTEREST: (
        "敬老助残", "儿童关爱", "环境清洁", "文明劝导", "平安巡逻", "社区议事", "应急救援", "文体活动", "知识宣讲",
        "活动组织",
    ),
}  # fmt: skip
LONGEST = 20


def words_of(community: Community | int) -> dict[str, list[str]]:
    """Return the words of each kind to choose from. A kind without own words has the usual ones."""
    found: dict[str, list[str]] = {kind: [] for kind in Word.Kind.values}
    for kind, text in Word.objects.filter(community=community).values_list("kind", "text"):
        found[kind].append(text)
    return {kind: own or list(USUAL[kind]) for kind, own in found.items()}


def split(typed: str) -> list[str]:
    """Return the words of a typed text: `理发、 电工；理发` → 理发, 电工."""
    text = identifier(typed)
    for sign in "，,;；/\n":
        text = text.replace(sign, "、")
    return list(dict.fromkeys(word.strip()[:LONGEST] for word in text.split("、") if word.strip()))


def keep(community: Community, wanted: Mapping[str, Iterable[str]]) -> list[Word]:
    """Return the words of `wanted`, given by their kind; store new ones.

    With the first own word of a kind, its usual words are stored too.
    """
    kept = {(word.kind, word.text): word for word in Word.objects.filter(community=community)}
    own_kinds = {kind for kind, _text in kept}
    new: dict[tuple[str, str], Word] = {}
    for kind, texts in wanted.items():
        asked = [identifier(text) for text in texts]
        missing = [text for text in asked if (kind, text) not in kept]
        if missing and kind not in own_kinds:
            missing = [*USUAL[kind], *missing]
        new |= {(kind, text): Word(community=community, kind=kind, text=text) for text in missing}
    if new:
        Word.objects.bulk_create(new.values(), ignore_conflicts=True)
        kept = {(word.kind, word.text): word for word in Word.objects.filter(community=community)}
    return [kept[kind, identifier(text)] for kind, texts in wanted.items() for text in texts]
