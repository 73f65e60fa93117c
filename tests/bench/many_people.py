"""Search a roll of 20,000 people, for `bench_finding`; print the slowest searches as JSON, in ms.

`python -m tests.bench.many_people`, with the settings of the installation. Each search is asked three times, and the
quickest counts.
"""

import json
import time

import django

django.setup()

from django.utils import timezone  # noqa: E402

from academy.people import finding  # noqa: E402
from academy.people.models import Volunteer  # noqa: E402
from tests.factories import CommunityFactory, VolunteerFactory  # noqa: E402

PEOPLE = 20_000
SEARCHES = {
    "exact": ("王秀英", "wangxiuying", "wxy", "0011"),
    "mistyped": ("wngxiuying", "王秀瑛", "13900000012"),
}


def main() -> dict[str, float]:
    home = CommunityFactory()
    woman = VolunteerFactory(community=home, name="王秀英", phone="13900000011")
    names = [a + b + c for a in "王李张刘陈杨黄赵吴周" for b in "建桂国丽海志文玉春明" for c in "国兰华芳强军平梅玲杰"]
    Volunteer.objects.bulk_create(
        Volunteer(
            community=home,
            number=f"V2027{one:06}X",
            name=names[one % len(names)],
            phone=f"138{one:08}",
            registered_at=timezone.now(),
        )
        for one in range(PEOPLE)
    )
    return {kind: max(_quickest(typed, woman) for typed in typings) for kind, typings in SEARCHES.items()}


def _quickest(typed: str, woman: Volunteer) -> float:
    took = []
    for _try in range(3):
        begins = time.perf_counter()
        assert woman in list(finding.find(Volunteer.objects.all(), typed)[:8]), typed
        took.append((time.perf_counter() - begins) * 1000)
    return min(took)


if __name__ == "__main__":
    print(json.dumps(main()))
