"""The settings that development, tests and production share. Those set secrets and addresses."""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()


def database(url: str) -> dict[str, Any]:
    """Return the database at `url`, with its engine's options for many users at once."""
    config: dict[str, Any] = environ.Env.db_url_config(url)
    config["CONN_MAX_AGE"] = 600
    if config["ENGINE"] == "django.db.backends.sqlite3":
        # Without IMMEDIATE, a transaction that reads first fails at its write with "database is locked".
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA recursive_triggers = ON;",
        }
    else:
        config["CONN_HEALTH_CHECKS"] = True
        # A statement is prepared at its fifth execution: planning it costs more than running it.
        config["OPTIONS"] = {"server_side_binding": True, "prepare_threshold": 5}
    return config


INSTALLED_APPS = [
    "academy.core",
    "academy.paper",
    "academy.people",
    "academy.units",
    "academy.families",
    "academy.decisions",
    "academy.rulebook",
    "academy.messaging",
    "academy.learning",
    "academy.activities",
    "academy.checkin",
    "academy.hours",
    "academy.transfers",
    "academy.advancement",
    "academy.certificates",
    "academy.audit",
    "academy.home",
    "academy.lead",
    "academy.desk",
    "cms",
    "allauth",
    "allauth.account",
    "wagtail.contrib.simple_translation",
    "wagtail.locales",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "crispy_forms",
    "crispy_bootstrap5",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "academy.core.middleware.ContentSecurityPolicyMiddleware",
    "academy.core.plain.PlainCookiesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "academy.core.middleware.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "academy.core.plain.PlainTextMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "academy.core.middleware.LibraryInputMiddleware",
]

ROOT_URLCONF = "academy.urls"
WSGI_APPLICATION = "academy.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "academy.core.context_processors.look",
            ],
        },
    },
]

# Database

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Caches: files, so that every process sees the same sign-in limits and none needs a server.

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": env.str("CACHE_DIR", default=str(VAR_DIR / "cache")),
    }
}

# Sessions are in the database. Our engine reads them with fixed SQL, not compiled for each request.
SESSION_ENGINE = "academy.people.sessions"

# Tasks run in `manage.py db_worker`.

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# People sign in

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["academy.people.backends.LoginBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/my/"
SESSION_COOKIE_AGE = 180 * 24 * 60 * 60
ACCOUNT_ADAPTER = "academy.people.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "academy.people.forms.SignInForm",
    "reset_password": "academy.people.forms.ForgottenPasswordForm",
}
# For allauth there is one sign-in name; `LoginBackend` accepts several kinds of it.
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
# Failures count per person, not per address: a whole room may sign in from one address.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "5/5m/key"}

# Language and time

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
# The second path holds the sentences of Wagtail that its own Chinese catalogue lacks.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "wagtail"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Files

STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(VAR_DIR / "media"))
# Evidence and other private files: only views send them.
PRIVATE_ROOT = env.str("PRIVATE_ROOT", default=str(VAR_DIR / "private"))

# Forms

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
# A page with many blocks sends more fields than Django's default allows.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# The content that a browser may load. Public pages run no inline code; Wagtail's screens need it.

_POLICY = {
    "default-src": [SELF],
    "img-src": [SELF, "data:", "blob:"],
    "object-src": [NONE],
    "base-uri": [SELF],
    "form-action": [SELF],
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**_POLICY, "frame-ancestors": [NONE]}}
CONTENT_SECURITY_POLICY_ADMIN = {
    **_POLICY,
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "frame-ancestors": [SELF],
}

# Wagtail

WAGTAIL_SITE_NAME = _("Volunteer academy")
WAGTAIL_I18N_ENABLED = True
# A page without a translation is shown in its original language.
WAGTAILSIMPLETRANSLATION_SYNC_PAGE_TREE = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAILSEARCH_BACKENDS: dict[str, dict[str, Any]] = {"default": {"BACKEND": "cms.search"}}
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 50 * 1024 * 1024
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.forms.DocumentForm"
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.forms.ImageForm"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "m4a", "mp3", "mp4", "pdf", "pptx", "txt", "webm", "xlsx", "zip"]

# Logs go to standard output, where Docker, systemd and the terminal of `make demo` pick them up.

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {
        "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"},
        "problems": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "line",
            "level": "WARNING",
        },
    },
    "root": {"handlers": ["stdout"], "level": env.str("LOG_LEVEL", default="INFO")},
    # Django's own handlers write to standard error and to e-mail.
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        # These loggers report each step of each page and task. The worker sets its own level, so the handler limits it.
        "django_tasks": {"handlers": ["problems"], "propagate": False},
        "django_tasks_db": {"handlers": ["problems"], "propagate": False},
        "weasyprint": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}
