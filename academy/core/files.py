"""Files that only a view gives out, to whoever may see them: no address of the web server leads there."""

import os
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible


@deconstructible(path="academy.core.files.PrivateFiles")
class PrivateFiles(FileSystemStorage):
    """Below `PRIVATE_ROOT`."""

    @property
    def base_location(self) -> str:
        return str(settings.PRIVATE_ROOT)

    @property
    def location(self) -> str:
        return os.path.abspath(self.base_location)

    def url(self, name: Any) -> str:
        raise NotImplementedError("a private file has no address")


private_files = PrivateFiles()
