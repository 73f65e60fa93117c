"""Links to the video sites that people here use, and the address of each site's player."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Player:
    """A video on another site: the site's key, and the address of its player."""

    site: str
    address: str


# The player's origin of each site, which a page with such a video allows as a frame.
ORIGINS: Final = {
    "bilibili": "https://player.bilibili.com",
    "qq": "https://v.qq.com",
    "youku": "https://player.youku.com",
}
_BILIBILI: Final = {"bilibili.com", "www.bilibili.com", "m.bilibili.com", "player.bilibili.com"}
_QQ: Final = {"v.qq.com", "m.v.qq.com"}
_YOUKU: Final = {"v.youku.com", "m.youku.com", "player.youku.com"}
HOSTS: Final = frozenset(_BILIBILI | _QQ | _YOUKU)
SHORT: Final = {"b23.tv", "m.tb.cn", "url.cn"}  # lead to any address: only the network knows it
_LINK: Final = re.compile(r"https?://[^\s<>\"'，。；）】》]+", re.ASCII)
_QQ_ID: Final = re.compile(r"[A-Za-z0-9]{11}")


def link_in(typed: str) -> str:
    """Return the first link in what was typed: a phone's “share” copies the title together with it.

    A link without https:// is completed; an empty text if there is no link.
    """
    if found := _LINK.search(typed):
        return found[0]
    words = typed.split()
    return f"https://{words[0]}" if len(words) == 1 and "." in words[0] else ""


def host_of(link: str) -> str:
    """Return the host of a link; an empty text if it has none."""
    try:
        return (urlsplit(link).hostname or "").lower()
    except ValueError:
        return ""


def player_of(typed: str) -> Player | None:
    """Return the player of the video that a link leads to; None for any other site or page."""
    link = link_in(typed)
    host = host_of(link)
    if not host:
        return None
    parts = urlsplit(link)
    asked = {name: values[0] for name, values in parse_qs(parts.query[:2_000]).items()}
    if host in _BILIBILI:
        return _bilibili(parts.path, asked)
    if host in _QQ:
        return _qq(parts.path, asked)
    return _youku(parts.path) if host in _YOUKU else None


def _bilibili(path: str, asked: dict[str, str]) -> Player | None:
    found = re.search(r"/(BV[0-9A-Za-z]{10}|av[0-9]{1,12})(?:/|$)", path)
    name = found[1] if found else asked.get("bvid", "")
    page = asked.get("p") or asked.get("page") or "1"
    if not re.fullmatch(r"[0-9]{1,3}", page, re.ASCII):
        page = "1"
    if re.fullmatch(r"BV[0-9A-Za-z]{10}", name):
        query = f"bvid={name}"
    elif name.startswith("av"):
        query = f"aid={name[2:]}"
    else:
        return None
    return Player("bilibili", f"{ORIGINS['bilibili']}/player.html?{query}&page={page}&autoplay=0&isOutside=true")


def _qq(path: str, asked: dict[str, str]) -> Player | None:
    last = path.rstrip("/").rpartition("/")[2].removesuffix(".html")
    name = asked.get("vid") or last
    if not _QQ_ID.fullmatch(name):
        return None
    return Player("qq", f"{ORIGINS['qq']}/txp/iframe/player.html?vid={name}")


def _youku(path: str) -> Player | None:
    found = re.search(r"/(?:v_show/id_|embed/|alipay_video/id_|video/id_)(X[0-9A-Za-z]{8,20}={0,2})", path)
    return Player("youku", f"{ORIGINS['youku']}/embed/{found[1]}") if found else None
