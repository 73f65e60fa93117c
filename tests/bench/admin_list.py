"""Time the list of service records in the back office, for `bench_tick`.

`python -m tests.bench.admin_list`, with the settings of the installation that `tick_history` has filled. Prints the
seconds of the first 200 rows, for staff who see the records of all communities.
"""

import json
import statistics
import time

import django

django.setup()

from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from academy.core.models import Community  # noqa: E402
from academy.people.models import User  # noqa: E402
from academy.people.permissions import DutyRole  # noqa: E402
from academy.people.services import duties  # noqa: E402
from tests.bench.site import HOST  # noqa: E402

PAGES, ROWS, ROUNDS = 4, 50, 5  # rows of a page


def main() -> dict[str, float]:
    user, is_new = User.objects.get_or_create(username="bench-staff")
    for community in Community.objects.filter(slug__startswith="bench-") if is_new else ():
        duties.grant_duty(user=user, community=community, role=DutyRole.ADMINISTRATOR, by=None)
    client = Client(HTTP_HOST=HOST, HTTP_X_FORWARDED_PROTO="https")
    client.force_login(user)
    _read(client)  # the first request compiles the templates
    return {"list_s": statistics.median(_read(client) for _round in range(ROUNDS))}


def _read(client: Client) -> float:
    started = time.perf_counter()
    for page in range(1, PAGES + 1):
        answer = client.get(reverse("service_record:index"), {"p": page})
        assert answer.status_code == 200 and answer.content.count(b"<tr") > ROWS, answer.content
    return time.perf_counter() - started


if __name__ == "__main__":
    print(json.dumps(main()))
