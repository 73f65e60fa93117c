"""The settings that development, tests and production share. Those set secrets and addresses."""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()


def database(url: str, *, pooled: bool = False) -> dict[str, Any]:
    """Return the database at `url`, with its engine's options for many users at once.

    Options in `url` replace ours. `pooled`: a pooler stands in between and may send each transaction to another server
    process, so that no prepared statement and no server-side cursor may outlive a transaction.
    """
    config: dict[str, Any] = environ.Env.db_url_config(url)
    config["CONN_MAX_AGE"] = 600
    if config["ENGINE"] == "django.db.backends.sqlite3":
        # Without IMMEDIATE, a transaction that reads first fails at its write with "database is locked".
        options: dict[str, Any] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA recursive_triggers = ON;",
        }
    else:
        config["CONN_HEALTH_CHECKS"] = True
        config["DISABLE_SERVER_SIDE_CURSORS"] = pooled
        options = {
            "connect_timeout": 10,  # seconds
            "server_side_binding": not pooled,
            # A statement is prepared at its fifth execution: planning it costs more than running it.
            "prepare_threshold": None if pooled else 5,
        }
    config["OPTIONS"] = options | config.get("OPTIONS", {})
    return config


def cache(url: str) -> dict[str, Any]:
    """Return the cache at `url`. All processes and machines must share it: it counts failed sign-ins."""
    config: dict[str, Any] = environ.Env.cache_url_config(url)
    defaults: dict[str, Any] = {}
    if config["BACKEND"] == "django.core.cache.backends.db.DatabaseCache":
        # Django's default of 300 would drop counters of failed sign-ins while they count.
        defaults = {"MAX_ENTRIES": 100_000}
    elif config["BACKEND"] == "django.core.cache.backends.redis.RedisCache":
        defaults = {"socket_connect_timeout": 2, "socket_timeout": 2}  # seconds
    config["OPTIONS"] = defaults | config.get("OPTIONS", {})
    return config


INSTALLED_APPS = [
    "academy.core",
    "academy.works",
    "academy.paper",
    "academy.threads",
    "academy.people",
    "academy.units",
    "academy.families",
    "academy.decisions",
    "academy.rulebook",
    "academy.messaging",
    "academy.profiles",
    "academy.roll",
    "academy.agreements",
    "academy.own_data",
    "academy.designs",
    "academy.learning",
    "academy.activities",
    "academy.checkin",
    "academy.rotas",
    "academy.proposals",
    "academy.feedback",
    "academy.photos",
    "academy.hours",
    "academy.groups",
    "academy.venues",
    "academy.classes",
    "academy.calendars",
    "academy.transfers",
    "academy.insurance",
    "academy.accidents",
    "academy.advancement",
    "academy.certificates",
    "academy.passes",
    "academy.audit",
    "academy.home",
    "academy.lead",
    "academy.desk",
    "cms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "wagtail.contrib.redirects",
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
    "academy.core.bodies.BodySizeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "academy.core.page_cache.PageCacheMiddleware",
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
    "academy.core.kept_forms.KeptFormMiddleware",
    "academy.core.middleware.LibraryInputMiddleware",
    "academy.people.middleware.StaffMiddleware",
    "academy.people.back_office.BackOfficeMiddleware",
    "academy.people.practice_views.PracticeMiddleware",
    "academy.core.choosers.ChooserMiddleware",
    "cms.middleware.OwnRowsMiddleware",
    "cms.middleware.PracticeSiteMiddleware",
    "cms.middleware.FormerAddressMiddleware",
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
                "academy.people.back_office.back_office",
                "academy.people.practice_views.practice",
            ],
        },
    },
]

# Database

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# On PostgreSQL, `migrate` gives this role the rights of web, worker and clock (ADR 41). Empty: one role does all.
SERVING_ROLE = env.str("SERVING_ROLE", default="")

# Cache: in the database, so that all processes see the same sign-in limits, and a full disk of files stops no sign-in.

_CACHE_URL = env.str("CACHE_URL", default="")
PAGES_ROOT = env.str("PAGES_ROOT", default=str(VAR_DIR / "pages"))
CACHES = {
    "default": cache(_CACHE_URL or "dbcache://academy_cache"),
    # Pages of signed-out visitors (ADR 159). Files cost no statement, and all processes of a machine share them.
    "pages": cache(_CACHE_URL or f"filecache://{PAGES_ROOT}") | {"KEY_PREFIX": "pages"},
    # The versions of pictures are rows already: caching them in the same database saves no statement.
    "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}

# Sessions are in the database. Our engine reads them with fixed SQL, not compiled for each request.
SESSION_ENGINE = "academy.people.sessions"

# Tasks run in `manage.py worker`.

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Mail: whether there is a mail server, the backend that reaches it, and how many seconds it may take to answer.

HAS_MAIL_SERVER = True
MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)

# A time-stamp server (RFC 3161) for the signatures of PDF files. Empty: they have no time stamp (ADR 138).

TIME_STAMP_URL = env.str("TIME_STAMP_URL", default="")

# People sign in

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["academy.people.backends.LoginBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "academy.people.passwords.SimilarityValidator"},
    {"NAME": "academy.people.passwords.LengthValidator"},
    {"NAME": "academy.people.passwords.CommonValidator"},
    {"NAME": "academy.people.passwords.NumericValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/my/"
SESSION_COOKIE_AGE = 180 * 24 * 60 * 60
# A login with a duty is signed out after so much idle time (ADR 38).
STAFF_IDLE_SECONDS = env.int("STAFF_IDLE_HOURS", default=12) * 60 * 60
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=False)
ACCOUNT_ADAPTER = "academy.people.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "academy.people.forms.SignInForm",
    "reset_password": "academy.people.forms.ForgottenPasswordForm",
}
# For allauth there is one sign-in name; `LoginBackend` accepts several kinds of it.
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "academy.people.link_tokens.LinkTokens"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
# Pages that change how somebody signs in ask for the slip, password or code of the last ten minutes.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
# Passwords and mailed links have limits of our own (ADR 39). `login_failed` then counts codes of the second factor.
ACCOUNT_RATE_LIMITS = {"login": None, "reset_password": None, "login_failed": "5/5m/key"}
MFA_ADAPTER = "academy.people.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "academy.people.second_factor.CodeForm",
    "reauthenticate": "academy.people.second_factor.FreshCodeForm",
    "activate_totp": "academy.people.second_factor.FirstCodeForm",
}
MFA_TOTP_TOLERANCE = 1  # half a minute: phones' clocks differ
# How many proxies in front write X-Forwarded-For. Without one, the header is not believed.
try:
    ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
except ValueError as error:
    raise ImproperlyConfigured("TRUSTED_PROXIES must be a number: how many proxies stand in front.") from error

# Language and time

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
# The second path holds the sentences of Wagtail that its own Chinese catalogue lacks.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "wagtail"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
TIME_ZONE = "Asia/Shanghai"
# English dates as on our own pages (academy/core/formats.py), in Wagtail's lists too.
FORMAT_MODULE_PATH = "academy.settings.formats"
USE_TZ = True

# Files

STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(VAR_DIR / "media"))
# Evidence and other private files: only views send them.
PRIVATE_ROOT = env.str("PRIVATE_ROOT", default=str(VAR_DIR / "private"))
# `proxy`: views name the file in X-Accel-Redirect, and the proxy in front sends it (ADR 45). `python`: views send it.
FILES_BY = "python"
# The largest request with files, in bytes; the proxies in deploy/ have the same limit.
UPLOAD_MOST_BYTES = 60 * 1024 * 1024

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
# Our own page changes passwords, with a limit and a line in the log; Wagtail's has neither.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 50 * 1024 * 1024
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.forms.DocumentForm"
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.forms.ImageForm"
# With photos as iPhones take them; readers get JPEG (Wagtail's own conversion).
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "heic", "jpeg", "jpg", "png", "webp"]
WAGTAILDOCS_EXTENSIONS = [
    *("csv", "docx", "m4a", "mov", "mp3", "mp4", "odp", "pdf", "ppt", "pptx", "txt", "webm", "xlsx", "zip")
]

# Logs go to standard output, where Docker, systemd and the terminal of `make demo` pick them up.

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s", "datefmt": "%Y-%m-%d %H:%M:%S %z"}
    },
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
        # Who signed in, when and whence: kept at any LOG_LEVEL, since the law asks for it (docs/operations.md).
        "academy.signin": {"level": "INFO"},
        # The key of the first set-up, at any LOG_LEVEL.
        "academy.set_up": {"level": "INFO"},
        "weasyprint": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}
