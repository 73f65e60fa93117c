"""Production. Secrets and addresses come from the environment, without defaults (docs/operations.md)."""

import os
from os.path import abspath, dirname
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

from academy.settings.base import *  # noqa: F403
from academy.settings.base import MEDIA_ROOT, PRIVATE_ROOT, database, env

_REQUIRED = ["SECRET_KEY", "PERSONAL_DATA_KEY", "DATABASE_URL", "PUBLIC_URL", "ALLOWED_HOSTS"]
if _missing := [name for name in _REQUIRED if not os.environ.get(name)]:
    raise ImproperlyConfigured(
        f"Production needs {', '.join(_missing)} in the environment and has no default for it: see .env.example."
    )

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
# The first key encrypts; older ones still decrypt until `manage.py rotate_keys` has run.
PERSONAL_DATA_KEYS = [key.strip() for key in env.list("PERSONAL_DATA_KEY")]
PUBLIC_URL = env.str("PUBLIC_URL").rstrip("/")
WAGTAILADMIN_BASE_URL = PUBLIC_URL
# The container's own health check uses the loopback address.
ALLOWED_HOSTS = [*env.list("ALLOWED_HOSTS"), "127.0.0.1"]
DATABASES = {"default": database(env.str("DATABASE_URL"), pooled=env.bool("DATABASE_POOLER", default=False))}

# Sessions, slips, codes on paper and scanners' tokens derive from it. Django's own check asks for the same strength.
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
    raise ImproperlyConfigured(
        "SECRET_KEY must have at least 50 characters, not one repeated: see .env.example for how to make one."
    )
try:
    for key in PERSONAL_DATA_KEYS:
        Fernet(key)
except ValueError as error:
    raise ImproperlyConfigured(
        "PERSONAL_DATA_KEY is not a Fernet key, or a list of them: see .env.example for how to make one."
    ) from error
if not PUBLIC_URL.startswith("https://"):
    raise ImproperlyConfigured(
        "PUBLIC_URL must begin with https://: printed codes lead there, and phones scan only there."
    )
_public = urlsplit(PUBLIC_URL)
if _public.path or _public.query or _public.fragment:
    raise ImproperlyConfigured("PUBLIC_URL must end after its host: the academy has a host of its own.")
if not validate_host(_public.hostname or "", ALLOWED_HOSTS):
    raise ImproperlyConfigured(
        f"ALLOWED_HOSTS lacks {_public.hostname}, the host of PUBLIC_URL: every printed code would lead to an error."
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
# Off: on an organisation's main domain they would bar all its neighbours that have no certificate, for a year.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
# Django's deployment check asks for both; here each is the operator's choice.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# The worker sends mail. Without a mail server no page offers it, and a message is dropped.
_mail_url = env.str("EMAIL_URL", default="")
HAS_MAIL_SERVER = bool(_mail_url)
_mail = env.email_url_config(_mail_url or "dummymail://")
MAIL_TRANSPORT = _mail.pop("EMAIL_BACKEND")
EMAIL_BACKEND = "academy.core.mail.QueuedBackend" if HAS_MAIL_SERVER else MAIL_TRANSPORT
vars().update(_mail)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="") or f"academy@{env.list('ALLOWED_HOSTS')[0]}"
