"""Check-ins of the whole product against a floor that inserts one row, and the weight of the page.

The two sides take turns on the same database, server and workers; medians of rounds. People are signed in and signed
up, each check-in is a first one, connections are kept alive.
"""

import gzip
import random
import re
import statistics
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from academy.checkin import tokens
from tests.bench import load
from tests.bench.load import Answers
from tests.bench.site import HOST, Server, Site, site

ROUNDS = 3
EACH = 250  # check-ins of a round
CLIENTS = (8, 32)
ALONE = 200  # check-ins, one after the other
BURST = 500
BURST_SECONDS = 60
CSRF = "c" * 32
FLOOR_SECRET, FLOOR_CHECKPOINT, FLOOR_STEP = b"the floor's own", "FL00R", 29_000_000


@dataclass
class Crowd:
    """The people of an installation, each to be checked in once."""

    checkpoint: str
    people: list[dict[str, Any]]

    def take(self, count: int) -> list[dict[str, Any]]:
        taken, self.people = self.people[:count], self.people[count:]
        assert len(taken) == count, "not enough people were made"
        return taken

    def check_ins(self, count: int) -> list[bytes]:
        return [_check_in(self.checkpoint, person) for person in self.take(count)]


def run() -> Iterator[dict[str, Any]]:
    for vendor in ("postgresql", "sqlite"):
        with site(vendor) as installation:
            yield from _measure(installation)
    with site("postgresql") as installation:
        yield from _growth(installation)


def _measure(installation: Site) -> list[dict[str, Any]]:
    vendor = installation.vendor
    alone = ALONE if vendor == "postgresql" else 0
    burst = BURST if vendor == "postgresql" else 0
    needed = ROUNDS * EACH * len(CLIENTS) + EACH + alone + burst
    seeded = installation.script("tests.bench.checkin_people", needed, 1)
    crowd = Crowd(seeded["checkpoint"], seeded["people"])
    with installation.serve("academy.wsgi") as product, installation.serve("tests.bench.floor") as floor:
        load.run(product.port, crowd.check_ins(EACH), clients=8)  # warm up every worker and connection
        load.run(floor.port, _floor_scans(EACH), clients=8)
        results = _against_floor(vendor, crowd, product, floor)
        if vendor == "postgresql":
            results.append(_result("checkin_statements", seeded["statements"], "statements", 6, 4))
            results.append(_repeats(crowd, product))
            results.append(_burst(crowd, product))
            results += _weight(seeded["checkpoint"], seeded["walk_ins"][0], product)
    return results


def _against_floor(vendor: str, crowd: Crowd, product: Server, floor: Server) -> list[dict[str, Any]]:
    ratios, slowness, errors, cpu = [], [], 0, []
    for clients in CLIENTS:
        mine, reference = [], []
        for _round in range(ROUNDS):
            before = product.cpu_seconds()
            answers = load.run(product.port, crowd.check_ins(EACH), clients=clients)
            cpu.append((product.cpu_seconds() - before) / EACH)
            errors += EACH - answers.statuses.get(302, 0)
            mine.append(answers)
            reference.append(load.run(floor.port, _floor_scans(EACH), clients=clients))
        ratios.append(_median_rate(mine) / _median_rate(reference))
        slowness.append(_median_p99(mine) / _median_p99(reference))
    aim = 0.4 if vendor == "postgresql" else None
    results = [_result(f"checkin_vs_floor_{vendor}", round(min(ratios), 3), "ratio", 0.2, aim)]
    if vendor == "sqlite":
        results.append(_result("checkin_sqlite_errors", errors, "errors", 0, 0))
    else:
        assert not errors
        results.append(_result("checkin_p99_vs_floor", round(slowness[-1], 2), "ratio", 8, 4))
        results.append(_result("checkin_cpu_ms", round(1000 * statistics.median(cpu), 2), "ms, app", None, 3))
    return results


def _repeats(crowd: Crowd, product: Server) -> dict[str, Any]:
    """Measure a repeated scan against a first one, by one client, one after the other."""
    firsts = crowd.check_ins(ALONE)
    both = [request for first in firsts for request in (first, first)]
    seconds = load.run(product.port, both, clients=1).seconds
    ratio = statistics.median(seconds[1::2]) / statistics.median(seconds[::2])
    return _result("checkin_repeat_vs_first", round(ratio, 2), "ratio", 0.9, 0.6)


def _burst(crowd: Crowd, product: Server) -> dict[str, Any]:
    """Measure a crowd: all people open the page and tap the button within a minute."""
    chance = random.Random(1)
    moments = sorted(chance.uniform(0, BURST_SECONDS) for _ in range(BURST))
    people = crowd.take(BURST)
    requests = [
        request
        for moment, person in zip(moments, people, strict=True)
        for request in ((moment, _page(crowd.checkpoint, person)), (moment + 2, _check_in(crowd.checkpoint, person)))
    ]
    answers = load.run_timed(product.port, sorted(requests), clients=64)
    assert answers.statuses == {200: BURST, 302: BURST}, answers.statuses
    return _result("burst_500_p99_ms", round(1000 * answers.percentile(0.99), 1), "ms", 1000, 200)


def _growth(installation: Site) -> list[dict[str, Any]]:
    """Measure a check-in on a million stored scans against a thousand, each against its floor, in turns."""
    seeded = installation.script("tests.bench.checkin_people", 2 * (1 + ROUNDS) * ALONE, 1)
    crowd = Crowd(seeded["checkpoint"], seeded["people"])
    costs = []
    for scans in (0, 1_000_000):
        if scans:
            installation.script("tests.bench.checkin_history", scans)
        with installation.serve("academy.wsgi") as product, installation.serve("tests.bench.floor") as floor:
            load.run(product.port, crowd.check_ins(ALONE), clients=8)
            load.run(floor.port, _floor_scans(ALONE), clients=8)
            mine, reference = [], []
            for _round in range(ROUNDS):
                mine.append(statistics.median(load.run(product.port, crowd.check_ins(ALONE), clients=1).seconds))
                reference.append(statistics.median(load.run(floor.port, _floor_scans(ALONE), clients=1).seconds))
        costs.append(statistics.median(mine) / statistics.median(reference))
    return [_result("checkin_growth_1m", round(costs[1] / costs[0], 2), "ratio", 1.1, 1.0)]


def _weight(checkpoint: str, person: dict[str, Any], product: Server) -> list[dict[str, Any]]:
    """Measure the bytes that a phone loads: page, style sheet and pictures, compressed."""
    page, sent = _fetch(product, f"/c/{checkpoint}/", person)
    urls = set(re.findall(r'<(?:link|script|img)\b[^>]*?(?:href|src)="(/[^"]+)"', page))
    rest = sum(_fetch(product, url, person)[1] for url in urls)
    return [
        _result("checkin_page_kb", round((sent + rest) / 1024, 1), "KB", 60, 30),
        _result("checkin_page_requests", 1 + len(urls), "requests", 6, 4),
        # Files with a hash in their name are cached for ever; the page itself never is.
        _result("checkin_page_repeat_kb", round(sent / 1024, 1), "KB", 10, 5),
    ]


def _fetch(product: Server, url: str, person: dict[str, Any]) -> tuple[str, int]:
    headers = {
        "Host": HOST,
        "X-Forwarded-Proto": "https",
        "Accept-Encoding": "gzip",
        "Cookie": f"sessionid={person['session']}",
    }
    request = urllib.request.Request(f"http://127.0.0.1:{product.port}{url}", headers=headers)
    with urllib.request.urlopen(request) as answer:
        body = answer.read()
        text = gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body
    return text.decode(errors="replace"), len(body)


def _page(checkpoint: str, person: dict[str, Any]) -> bytes:
    return _request("GET", f"/c/{checkpoint}/", person["session"])


def _check_in(checkpoint: str, person: dict[str, Any]) -> bytes:
    body = f"csrfmiddlewaretoken={CSRF}&who={person['volunteer']}:in:{uuid4()}"
    return _request("POST", f"/c/{checkpoint}/", person["session"], body)


def _floor_scans(count: int) -> list[bytes]:
    code = tokens.code_for(FLOOR_SECRET, FLOOR_CHECKPOINT, FLOOR_STEP)
    return [
        _request("POST", f"/c/{code}/", "0" * 32, f"csrfmiddlewaretoken={CSRF}&who={number}:in:{uuid4()}")
        for number in range(count)
    ]


def _request(method: str, url: str, session: str, body: str = "") -> bytes:
    head = [
        f"{method} {url} HTTP/1.1",
        f"Host: {HOST}",
        "X-Forwarded-Proto: https",
        f"Origin: https://{HOST}",
        f"Cookie: sessionid={session}; csrftoken={CSRF}; django_language=zh-hans",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    ]
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


def _median_rate(rounds: list[Answers]) -> float:
    return statistics.median(answers.per_second for answers in rounds)


def _median_p99(rounds: list[Answers]) -> float:
    return statistics.median(answers.percentile(0.99) for answers in rounds)


def _result(name: str, value: float, unit: str, budget: float | None, aim: float | None) -> dict[str, Any]:
    return {"id": name, "value": value, "unit": unit, "budget": budget, "aim": aim}
