"""Private files, which have no public address, and how views send stored files (ADR 45)."""

import mimetypes
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import PurePath
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.deconstruct import deconstructible
from django.utils.http import content_disposition_header
from django_sendfile import sendfile

_CHUNK = 64 * 1024
PHOTO_KINDS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic", ".pdf"})


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


def is_photo(file: UploadedFile[Any], *, most: int) -> bool:
    """Return whether the name is that of a photo or a PDF, and the file has at most `most` bytes."""
    return (file.size or 0) <= most and PurePath(str(file.name)).suffix.lower() in PHOTO_KINDS


def delete_on_commit(names: Iterable[str], *, most: int | None = None) -> int:
    """Delete these private files, as far as they exist, when the transaction ends. Return how many.

    The rows that name them stay: a fact is not changed, and its file is missing from then on.
    """
    there = list(islice((name for name in names if private_files.exists(name)), most))

    def delete() -> None:
        for name in there:
            private_files.delete(name)

    transaction.on_commit(delete)
    return len(there)


def private_file(request: HttpRequest, file: FieldFile, name: str) -> HttpResponseBase:
    """Send a private file as a download called `name`, never as a page. 404 if the file is missing."""
    if not file:
        raise Http404
    response = send_file(request, file.path, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = str(content_disposition_header(True, name))
    return response


def send_file(request: HttpRequest, path: str, *, content_type: str = "") -> HttpResponseBase:
    """Send the file at `path` whole, or the piece that a player requests; 404 if it is missing.

    The caller has checked that the user may read it. The type is guessed from the name unless `content_type` is given.
    """
    kind = content_type or mimetypes.guess_type(path)[0] or "application/octet-stream"
    if settings.FILES_BY == "proxy":
        response: HttpResponseBase = sendfile(request, path, mimetype=kind)
        del response.headers["Content-Length"]  # the proxy knows the length of what it sends; our own body is empty
        return response
    try:
        content = open(path, "rb")  # noqa: SIM115  # the response closes it
    except OSError as error:
        raise Http404 from error
    return _send_from_python(request, content, kind)


def _send_from_python(request: HttpRequest, content: BinaryIO, kind: str) -> HttpResponseBase:
    size = os.fstat(content.fileno()).st_size
    response: HttpResponse | StreamingHttpResponse
    requested = re.fullmatch(r"bytes=([0-9]{0,18})-([0-9]{0,18})", request.headers.get("Range", ""))
    if requested is None or requested.groups() == ("", ""):
        response = FileResponse(content, content_type=kind)
    else:
        first, last = requested.groups()
        start = int(first) if first else max(size - int(last), 0)
        end = min(int(last), size - 1) if first and last else size - 1
        if start > end:
            content.close()
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        response = StreamingHttpResponse(_piece(content, start, end + 1 - start), status=206, content_type=kind)
        response.headers["Content-Range"] = f"bytes {start}-{end}/{size}"
        response.headers["Content-Length"] = str(end + 1 - start)
    response.headers["Accept-Ranges"] = "bytes"
    return response


def _piece(file: BinaryIO, start: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while length > 0 and (chunk := file.read(min(_CHUNK, length))):
            length -= len(chunk)
            yield chunk
