from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Refusal:
    """A "no" that is an answer: a stable code for machines and a translated sentence that says what to do next.

    It is returned, never raised: raising through `atomic` would undo the fact that records it.
    """

    code: str
    message: Any  # str or lazy translation

    def __str__(self) -> str:
        return str(self.message)
