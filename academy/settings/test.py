"""Tests. `pytest --database` chooses the database before these settings are read."""

import base64

from academy.settings.base import *  # noqa: F403
from academy.settings.base import INSTALLED_APPS, VAR_DIR, WAGTAILSEARCH_BACKENDS, database, env

DEBUG = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
SECRET_KEY = env.str("SECRET_KEY", default="for tests only")
PERSONAL_DATA_KEYS = env.list(
    "PERSONAL_DATA_KEY", default=[base64.urlsafe_b64encode(b"for tests only, and no secret :)").decode()]
)
PUBLIC_URL = "https://academy.test"
WAGTAILADMIN_BASE_URL = PUBLIC_URL

INSTALLED_APPS = [*INSTALLED_APPS, "demo"]
DEMO = True

DATABASES = {"default": database(env.str("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'test.sqlite3'}"))}
SERVING_ROLE = env.str("TEST_SERVING_ROLE", default="")
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Without ORDER BY a row may come at any place: here they come the other way round than a newcomer would expect.
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA reverse_unordered_selects = ON;"
DATABASES["default"]["TEST"] = {"NAME": env.str("TEST_DATABASE_NAME", default=None)}

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # No test commits what it changes, so no page would be forgotten. Tests of the cache bring their own.
    "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# Only the tests of the search need the search index; they update it themselves.
WAGTAILSEARCH_BACKENDS = {"default": {**WAGTAILSEARCH_BACKENDS["default"], "AUTO_UPDATE": False}}

WHITENOISE_USE_FINDERS = True
# Static files are not collected for tests: the finders serve them.
WHITENOISE_AUTOREFRESH = True
