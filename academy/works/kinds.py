"""The contract of long acts. The app whose act takes long registers its kind in its `ready`."""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, TypeVar

from academy.core.models import Community
from academy.core.refusals import Refusal


class Line(NamedTuple):
    """Somebody or something that the act left out, with the reason."""

    who: str
    why: str


def nothing_to_settle() -> list[Line]:
    """Return no lines: the act has no rows that must wait for the file."""
    return []


@dataclass(frozen=True)
class Product:
    """The result of the work: a file, and what is stored together with it.

    An act without a file has neither content nor pieces. A large file is given as `pieces`, which are made while they
    are written, so that memory does not grow with it; they may add to `lines`, and tell the progress.

    `settle` is called once, in the transaction that gives the file out: never for a work that was cancelled or whose
    worker died. It returns lines of its own, or a refusal, if it has stored no row: then the work has failed.
    """

    content: bytes | None
    lines: list[Line]
    settle: Callable[[], list[Line] | Refusal] = nothing_to_settle
    name: str = ""  # of the file; by default that of the kind, with the day
    pieces: Iterable[bytes] | None = None


@dataclass(frozen=True)
class Job:
    """One run of a work. Another run of it may have died before, or may go on beside this one."""

    order: Mapping[str, Any]
    community: Community
    by: Any
    at: dt.datetime
    tell: Callable[[int], None]  # takes how many are done; ends the run if the work was cancelled


class Kind(ABC):
    """A kind of long act. Its instances have no state."""

    slug: ClassVar[str]
    label: ClassVar[Any]
    right: ClassVar[str] = ""  # in the community, also when the file is fetched
    file_name: ClassVar[Any] = ""  # without the day, which is added
    suffix: ClassVar[str] = ".pdf"
    is_secret: ClassVar[bool] = False  # keys or ID numbers in the file: it is deleted soon after it was fetched
    in_parts: ClassVar[bool] = False  # what is done stays done when the work stops; another one does the rest
    on_site: ClassVar[bool] = False  # its page is one of the site, for users without the back office too

    def is_allowed(self, by: Any, community: Community, order: Mapping[str, Any]) -> bool:
        """Return whether this login may have the work done, and fetch its file."""
        allowed: bool = by.has_right(self.right, community)
        return allowed

    def next_url(self, order: Mapping[str, Any]) -> str:
        """Return the address of the page where its user goes on afterwards; an empty text without one."""
        return ""

    @abstractmethod
    def make(self, job: Job) -> Product | Refusal:
        """Make the file, outside of any transaction. Call `job.tell` every second or so."""


KINDS: dict[str, type[Kind]] = {}

T = TypeVar("T")
K = TypeVar("K", bound=type[Kind])


def register(kind: K) -> K:
    """Register a kind, as a decorator of its class."""
    KINDS[kind.slug] = kind
    return kind


def counted(items: Iterable[T], tell: Callable[[int], None], *, every: int = 200) -> Iterator[T]:
    """Yield the items, and tell how many were taken, after each `every` of them."""
    for count, item in enumerate(items, 1):
        yield item
        if count % every == 0:
            tell(count)
