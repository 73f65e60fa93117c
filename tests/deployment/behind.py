"""The server behind the proxies in short tests: it names a file, or returns what has arrived.

One thread of gunicorn runs it, so a proxy that passes on a half-sent request stops it.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Name the file of `/file/<path>` to the proxy; return other requests' length and headers as JSON."""
    path = environ["PATH_INFO"]
    if path.startswith("/file/"):
        headers = {
            "X-Accel-Redirect": environ["RAW_URI"].removeprefix("/file"),
            "Content-Type": "video/mp4",
            "Content-Disposition": "attachment; filename*=utf-8''%E7%AD%BE.mp4",
            "Cache-Control": "private",
            "Content-Security-Policy": "default-src 'none'",
        }
        start_response("200 OK", list(headers.items()))
        return [b""]
    body = environ["wsgi.input"].read()
    arrived = {
        "length": len(body),
        "client": environ.get("HTTP_X_FORWARDED_FOR"),
        "scheme": environ.get("HTTP_X_FORWARDED_PROTO"),
        "host": environ.get("HTTP_HOST"),
    }
    start_response("200 OK" if path != "/files/private/a.mp4" else "404 Not Found", [("Content-Type", "text/plain")])
    return [json.dumps(arrived).encode(), b" " * 5000]
