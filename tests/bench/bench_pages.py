"""A visitor's course page against a bare view of the same size, in turns; and the statements of pages."""

import statistics
from collections.abc import Iterator
from typing import Any

from tests.bench import load
from tests.bench.site import HOST, site

ROUNDS = 5
EACH = 2000  # requests of a round
CLIENTS = 8


def run() -> Iterator[dict[str, Any]]:
    with site("postgresql") as installation:
        found = installation.script("tests.bench.site_pages")
        page, bare = _get(found["path"]), _get(f"/bare/{found['size']}/")
        mine, floor = [], []
        with installation.serve("academy.wsgi") as product, installation.serve("tests.bench.floor") as reference:
            for turn in range(1 + ROUNDS):
                for port, request, rates in ((product.port, page, mine), (reference.port, bare, floor)):
                    answers = load.run(port, [request] * EACH, clients=CLIENTS)
                    assert answers.statuses == {200: EACH}, answers.statuses
                    if turn:  # the first warms every worker up
                        rates.append(answers.per_second)
    ratio = statistics.median(mine) / statistics.median(floor)
    short, long = found["signed_in"]["short"], found["signed_in"]["long"]
    for id, value, unit, budget, aim in (
        ("page_cached_vs_bare", round(ratio, 3), "ratio", 0.5, 0.8),
        ("page_cached_statements", found["kept"], "statements", 0, 0),
        ("page_signed_in_statements", long, "statements", 10, 6),
        ("page_signed_in_growth", long - short, "statements", 0, 0),
    ):
        yield {"id": id, "value": value, "unit": unit, "budget": budget, "aim": aim}


def _get(path: str) -> bytes:
    head = [f"GET {path} HTTP/1.1", f"Host: {HOST}", "X-Forwarded-Proto: https", "Cookie: django_language=zh-hans"]
    return ("\r\n".join(head) + "\r\n\r\n").encode()
