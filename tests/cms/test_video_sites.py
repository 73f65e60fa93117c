"""Links to videos as people copy them, and the players that they lead to."""

import pytest

from cms import video_sites
from cms.video_sites import host_of, link_in, player_of

BV = "BV1GJ411x7h7"
BILIBILI = "https://player.bilibili.com/player.html?bvid=BV1GJ411x7h7&page=%s&autoplay=0&isOutside=true"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (f"https://www.bilibili.com/video/{BV}/?spm_id_from=333.337", BILIBILI % 1),
        (f"https://m.bilibili.com/video/{BV}?p=3", BILIBILI % 3),
        (f"https://www.bilibili.com/video/{BV}?p=x", BILIBILI % 1),
        (f"【心肺复苏教学】 https://www.bilibili.com/video/{BV}，看一看", BILIBILI % 1),
        (f"bilibili.com/video/{BV}", BILIBILI % 1),
        (f"https://player.bilibili.com/player.html?bvid={BV}", BILIBILI % 1),
        (
            "https://www.bilibili.com/video/av170001",
            "https://player.bilibili.com/player.html?aid=170001&page=1&autoplay=0&isOutside=true",
        ),
        ("https://v.qq.com/x/page/a0042nzv9kj.html", "https://v.qq.com/txp/iframe/player.html?vid=a0042nzv9kj"),
        (
            "https://v.qq.com/x/cover/mzc00200abcdefg/a0042nzv9kj.html?ptag=x",
            "https://v.qq.com/txp/iframe/player.html?vid=a0042nzv9kj",
        ),
        ("https://m.v.qq.com/play.html?vid=a0042nzv9kj", "https://v.qq.com/txp/iframe/player.html?vid=a0042nzv9kj"),
        ("https://v.youku.com/v_show/id_XNDU1MjU3MjA4NA==.html", "https://player.youku.com/embed/XNDU1MjU3MjA4NA=="),
    ],
)
def test_a_copied_link_leads_to_its_player(typed: str, address: str) -> None:
    player = player_of(typed)
    assert player is not None
    assert player.address == address
    assert address.startswith(video_sites.ORIGINS[player.site] + "/")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "看视频",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "https://b23.tv/abc",
        "https://www.bilibili.com/",
        "https://www.bilibili.com/video/BV1GJ411x7h7%22onload=x",
        "https://v.qq.com/x/page/too-long-for-an-id.html",
        "https://v.qq.com/x/page/a0042nzv9k%22.html",
        "https://v.youku.com/",
        "javascript:alert(1)//www.bilibili.com/video/BV1GJ411x7h7",
        "https://www.bilibili.com.evil.example/video/BV1GJ411x7h7",
        "https://evil.example/https://www.bilibili.com@x",
        "https://[::1",
    ],
)
def test_any_other_text_has_no_player(typed: str) -> None:
    assert player_of(typed) is None


def test_the_link_in_a_shared_text_is_found() -> None:
    assert link_in("8.23 复制打开 https://v.qq.com/x/page/a.html 看看") == "https://v.qq.com/x/page/a.html"
    assert link_in("没有链接") == ""
    assert host_of("https://B23.TV/abc") == "b23.tv"
