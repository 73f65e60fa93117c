"""Files that only a view gives out, to whoever may see them: no address of the web server leads there."""

import os
import uuid
from pathlib import PurePath
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


@deconstructible(path="academy.core.files.Unguessable")
class Unguessable:
    """For `upload_to`: a name in `folder` that nobody guesses. What the file was called is kept in the database."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __call__(self, instance: Any, name: str) -> str:
        return f"{self.folder}/{uuid.uuid4().hex}{PurePath(name).suffix[:8].lower()}"
