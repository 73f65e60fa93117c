"""Private files. They have no public address: a view sends them to users who may see them."""

import os
import uuid
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from django.utils.deconstruct import deconstructible


@deconstructible(path="academy.core.files.PrivateFiles")
class PrivateFiles(FileSystemStorage):
    """Storage below `PRIVATE_ROOT`."""

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
    """Maker of file names in `folder` that cannot be guessed, for `upload_to`.

    The database keeps the original name.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __call__(self, instance: Any, name: str) -> str:
        return f"{self.folder}/{uuid.uuid4().hex}{PurePath(name).suffix[:8].lower()}"


def private_file(file: FieldFile, name: str) -> FileResponse:
    """Send a private file as a download called `name`, never as a page. 404 if the file is missing."""
    if not file:
        raise Http404
    try:
        content = file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/octet-stream")
