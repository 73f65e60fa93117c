"""A kind of work for tests: it writes a file at once."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from academy.core.refusals import Refusal
from academy.people.permissions import Right
from academy.works.kinds import Job, Kind, Line, Product


class Counting(Kind):
    """Counts to `order["to"]`; what it met stands in `jobs` and `settled`."""

    slug = "tests.counting"
    label = "数数"
    right: ClassVar[str] = Right.MANAGE_PEOPLE
    file_name = "数字"
    suffix = ".txt"
    is_secret = True
    jobs: ClassVar[list[Job]] = []
    settled: ClassVar[list[int]] = []
    meanwhile: ClassVar[Callable[[Job], Any]] = staticmethod(lambda job: None)

    too_late: ClassVar[Refusal | None] = None  # refuses at the end
    by_pieces: ClassVar[Callable[[Job], Iterator[bytes]] | None] = None

    def make(self, job: Job) -> Product | Refusal:
        Counting.jobs.append(job)
        for number in range(1, job.order["to"] + 1):
            job.tell(number)
        answer = Counting.meanwhile(job)
        if isinstance(answer, Refusal):
            return answer
        if Counting.by_pieces is not None:
            return Product(None, [Line("四", "太大")], self._settle, pieces=Counting.by_pieces(job))
        return Product("一二三".encode(), [Line("四", "太大")], self._settle)

    def _settle(self) -> list[Line] | Refusal:
        if Counting.too_late:
            return Counting.too_late
        Counting.settled.append(1)
        return [Line("五", "来晚了")]
