"""Files that only a view gives out, to whoever may see them: no address of the web server leads there."""

from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage


class PrivateFiles(FileSystemStorage):
    def url(self, name: Any) -> str:
        raise NotImplementedError("a private file has no address")


def private_files() -> PrivateFiles:
    """Read when it is needed: tests keep theirs elsewhere."""
    return PrivateFiles(location=settings.PRIVATE_ROOT)
