"""Development and `make demo`: works without any environment, on SQLite."""

import base64
import socket

from academy.settings.base import *  # noqa: F403
from academy.settings.base import CACHES, INSTALLED_APPS, LOGGING, MIDDLEWARE, TEMPLATES, VAR_DIR, database, env


def _lan_address() -> str:
    """Return this machine's address in its own network, so that a phone can open a printed code.

    Connecting a datagram socket sends no packet: it only asks the system which address it would use.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


DEBUG = env.bool("DEBUG", default=True)
ALLOWED_HOSTS = ["*"]
SECRET_KEY = env.str("SECRET_KEY", default="for development only: signs nothing that matters to anybody")
PERSONAL_DATA_KEYS = env.list(
    "PERSONAL_DATA_KEY", default=[base64.urlsafe_b64encode(b"for development only, no secret!").decode()]
)
_HOST = _lan_address() if env.str("LAN", default="") == "1" else "127.0.0.1"
PUBLIC_URL = env.str("PUBLIC_URL", default="") or f"http://{_HOST}:{env.int('PORT', default=8000)}"
WAGTAILADMIN_BASE_URL = PUBLIC_URL

INSTALLED_APPS = [*INSTALLED_APPS, "demo"]
# DEMO=0 shows the first set-up of an empty database; the demonstration is founded by its own command.
DEMO = env.bool("DEMO", default=True)
TEMPLATES[0]["OPTIONS"]["context_processors"].append("demo.context_processors.sign_ins")

# The second folder stays empty; WhiteNoise warns if it is missing.
VAR_DIR.mkdir(exist_ok=True)
(VAR_DIR / "static").mkdir(exist_ok=True)
DATABASES = {"default": database(env.str("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'academy.sqlite3'}"))}

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# Static files are served from their sources, without collecting them first.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# One line for each page of the demonstration would hide the sign-ins.
LOGGING["loggers"]["wagtail"] = {"level": "WARNING"}

# `manage.py runserver` counts queries for a developer on this machine; `make demo` runs without it.
if DEBUG:
    CACHES["pages"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}  # a changed template shows at once
    INSTALLED_APPS = [*INSTALLED_APPS, "debug_toolbar"]
    MIDDLEWARE = ["debug_toolbar.middleware.DebugToolbarMiddleware", *MIDDLEWARE]
    MIGRATION_MODULES = {"debug_toolbar": None}  # its history stays in memory, without a table
    INTERNAL_IPS = ["127.0.0.1", "::1"]
