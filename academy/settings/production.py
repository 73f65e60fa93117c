"""Production. Secrets and addresses come from the environment, without defaults (docs/operations.md)."""

import os
from os.path import abspath, dirname

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from academy.settings.base import *  # noqa: F403
from academy.settings.base import MEDIA_ROOT, PRIVATE_ROOT, database, env

_REQUIRED = ["SECRET_KEY", "PERSONAL_DATA_KEY", "DATABASE_URL", "PUBLIC_URL", "ALLOWED_HOSTS"]
if _missing := [name for name in _REQUIRED if not os.environ.get(name)]:
    raise ImproperlyConfigured(
        f"Production needs {', '.join(_missing)} in the environment and has no default for it: see .env.example."
    )

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
PERSONAL_DATA_KEY = env.str("PERSONAL_DATA_KEY")
PUBLIC_URL = env.str("PUBLIC_URL").rstrip("/")
WAGTAILADMIN_BASE_URL = PUBLIC_URL
# The container's own health check uses the loopback address.
ALLOWED_HOSTS = [*env.list("ALLOWED_HOSTS"), "127.0.0.1"]
DATABASES = {"default": database(env.str("DATABASE_URL"))}

try:
    Fernet(PERSONAL_DATA_KEY)
except ValueError as error:
    raise ImproperlyConfigured(
        "PERSONAL_DATA_KEY is not a Fernet key: see .env.example for how to make one."
    ) from error
if not PUBLIC_URL.startswith("https://"):
    raise ImproperlyConfigured(
        "PUBLIC_URL must begin with https://: printed codes lead there, and phones scan only there."
    )

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# The proxy in front sends files: a slow reader would hold one of our few threads. Wagtail and django-sendfile2 read the
# three SENDFILE names; /files/ is the proxy's internal address of the directory that holds all files.
FILES_BY = env.str("FILES_BY", default="") or "proxy"
if FILES_BY not in ("proxy", "python"):
    raise ImproperlyConfigured("FILES_BY must be proxy or python: it names the part that sends files.")
if FILES_BY == "proxy":
    SENDFILE_BACKEND = "django_sendfile.backends.nginx"
    SENDFILE_ROOT = dirname(abspath(MEDIA_ROOT))
    SENDFILE_URL = "/files"
    if dirname(abspath(PRIVATE_ROOT)) != SENDFILE_ROOT:
        raise ImproperlyConfigured(
            "MEDIA_ROOT and PRIVATE_ROOT must be in one directory: the proxy sends files from it."
        )

# The proxy in front ends TLS and sets this header.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# Without a mail server, mail is dropped, so that its sender does not fail.
vars().update(env.email_url_config(env.str("EMAIL_URL", default="") or "dummymail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="") or f"academy@{env.list('ALLOWED_HOSTS')[0]}"
