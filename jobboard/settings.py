"""The one settings file. Whatever differs between two copies comes from the environment.

The variables are listed in docs/operations.md. What is safe for a site on https (secure cookies,
HSTS, redirect) follows from SITE_URL, so there is no separate "production" switch to forget.
"""

import fcntl
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from jobboard.common import cache
from jobboard.common.storage import replica
from jobboard.databases import postgres_at, sqlite_at
from jobboard.logs import logging_as
from jobboard.packages import need_package

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()


def keep_private(folder: Path) -> None:
    """Emails, key and database are nobody else's, whoever made the folder and however."""
    os.umask(0o077)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.stat()
    if status.st_uid == os.geteuid():
        folder.chmod(0o700)
    elif status.st_mode & 0o007:
        raise ImproperlyConfigured(
            f"Every user of this machine can open {folder}, and it belongs to somebody else. "
            f"Run: chown {os.geteuid()} {folder}"
        )


keep_private(DATA_DIR)

SITE_NAME = env("SITE_NAME", default="Rolebook")
PORT = env.int("PORT", default=8000)
BIND = env("BIND", default="127.0.0.1")  # who reaches the port can forge what proxies say
WEB_CONCURRENCY = env.int("WEB_CONCURRENCY", default=2)  # web processes: one for each core
# In each of them. Enough for more than eight who ask for something dear at once, so that readers
# need not wait for one of them (benchmarks/neighbours.py), and for more than all lines of
# common/web/turns.py hold.
WEB_THREADS = env.int("WEB_THREADS", default=16)
SITE_URL = env("SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname or ""
SITE_IS_LOCAL = SITE_HOST in {"localhost", "127.0.0.1", "::1"}
SITE_IS_HTTPS = SITE_URL.startswith("https://")


def local_secret_key() -> str:
    """The key in DATA_DIR, made at the first start of a copy that runs on its own machine."""
    path = DATA_DIR / "secret_key"
    if path.exists() and (key := path.read_text().strip()):
        return key
    if not SITE_IS_LOCAL:
        raise ImproperlyConfigured(
            "Set SECRET_KEY. It is only generated automatically on a local site."
        )
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # processes that start for the first time share one key
        file.seek(0)
        key = file.read().strip()
        if not key:
            key = secrets.token_urlsafe(50)
            file.write(key)
    return key


SECRET_KEY = env("SECRET_KEY", default="") or local_secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = False
own_hosts = [SITE_HOST]
if SITE_IS_LOCAL:
    own_hosts = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=own_hosts)

INSTALLED_APPS = [
    "roles",
    "jobboard.common",
    "jobboard.accounts",
    "jobboard.you",
    "jobboard.listings",
    "jobboard.feeds",
    "jobboard.search",
    "jobboard.insights",
    "jobboard.recruiting",
    "jobboard.seekers",
    "jobboard.moderation",
    "jobboard.site",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "csp",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "whitenoise.runserver_nostatic",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",  # its templates, of which we have one of our own
]

MIDDLEWARE = [
    "jobboard.common.web.tracing.TraceRequests",
    "jobboard.common.web.middleware.AllowedMethodsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jobboard.site.old_enough.ReadFromReplica",
    "jobboard.site.kept.middleware.KeptPages",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "jobboard.common.web.middleware.CacheHeadersMiddleware",
    "jobboard.common.web.limits.RateLimitMiddleware",
    "jobboard.site.request_bounds.BoundedRequests",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "jobboard.accounts.middleware.EndOldSessions",
    "jobboard.accounts.signing_in.reauthentication.AskAnew",
    "jobboard.accounts.middleware.RequireStaffMFAMiddleware",
]

ROOT_URLCONF = "jobboard.urls"
WSGI_APPLICATION = "jobboard.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jobboard.common.web.http.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "rolebook"

# --- Data -----------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
IS_POOLED = env.bool("DATABASE_POOLED", default=False)  # whether pgbouncer or the like is between
IS_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if IS_SQLITE:
    DATABASES["default"] = sqlite_at(DATABASES["default"]["NAME"])
else:
    need_package("psycopg", "DATABASE_URL")
    DATABASES["default"] = postgres_at(DATABASES["default"], is_pooled=IS_POOLED)
if env("DATABASE_REPLICA_URL", default=""):
    if IS_SQLITE:
        raise ImproperlyConfigured("DATABASE_REPLICA_URL is for a site with PostgreSQL.")
    # Seconds, and milliseconds: a machine that is gone is left soon.
    soon_left = {"connect_timeout": 2, "tcp_user_timeout": 3_000}
    DATABASES[replica.REPLICA] = postgres_at(
        env.db("DATABASE_REPLICA_URL"), is_pooled=IS_POOLED, **soon_left
    )

BACKUP_KEY = env("BACKUP_KEY", default="")  # the file of a public key, for daily backups
SEARCH_FOLDER = DATA_DIR / "search"  # the index of this machine; None: the database answers

# Holds the counters of rate limits, and how far long work of staff has come.
file_cache: dict[str, Any] = {
    "BACKEND": "jobboard.common.cache.DatabaseCache",
    "LOCATION": cache.FILE_TABLE,
    # A counter that is forgotten is a limit that begins anew: there is room for those of a large
    # attack, in 40 MB.
    "OPTIONS": {"MAX_ENTRIES": 200_000, "CULL_FREQUENCY": 20},
}
CACHES: dict[str, dict[str, Any]] = {"default": file_cache, cache.HERE: file_cache}
if not IS_SQLITE:
    CACHES["default"] = {**file_cache, "LOCATION": "cache"}
DATABASES[cache.FILE] = sqlite_at(DATA_DIR / "cache.sqlite3", cache.MAKE_TABLE)
DATABASE_ROUTERS = [
    "jobboard.common.cache.CacheRouter",
    "jobboard.common.storage.replica.ReplicaRouter",
]
REDIS_URL = env("REDIS_URL", default="")
if REDIS_URL:
    if not REDIS_URL.startswith(("redis://", "rediss://", "unix://")):
        raise ImproperlyConfigured(
            "REDIS_URL must look like redis://:password@host:6379/0, rediss://… or unix:///path."
        )
    need_package("redis", "REDIS_URL")
    CACHES[cache.INSTEAD] = CACHES[cache.HERE]
    CACHES["default"] = CACHES[cache.HERE] = {
        "BACKEND": "jobboard.common.cache.SharedCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": SITE_HOST,
    }
# Drawn cards of shared links, by what they show: each machine draws its own, in 40 MB.
CACHES["pictures"] = {
    "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
    "LOCATION": DATA_DIR / "pictures",
    "TIMEOUT": 30 * 86_400,
    "OPTIONS": {"MAX_ENTRIES": 2_000, "CULL_FREQUENCY": 4},
}
# Cards of jobs, by all that they show: each process draws its own, in 10 MB.
CACHES["drawn"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "drawn",
    "TIMEOUT": None,
    "OPTIONS": {"MAX_ENTRIES": 4_000, "CULL_FREQUENCY": 4},
}
# Cookies do not know ports: two copies on one machine would sign each other out under one name.
SESSION_COOKIE_NAME = f"session_{PORT}"
CSRF_COOKIE_NAME = f"csrf_{PORT}"
if SITE_IS_HTTPS:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_HTTPONLY = True  # no script of ours reads it

# --- Static files ---------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- People ---------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["jobboard.accounts.signing_in.passwords.OneAtATimeHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "jobboard.accounts.signing_in.passwords.ContextPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "recruiting:dashboard"
LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "jobboard.accounts.signing_in.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "jobboard.accounts.forms.SignupForm",
    "request_login_code": "jobboard.accounts.forms.RequestCodeForm",
    "reset_password": "jobboard.accounts.forms.ResetForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
# An address is confirmed by a code, typed in the browser that asked for it: a link would let its
# owner confirm an account that somebody else opened with a password.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True  # one address, and a new one takes its place when it is confirmed
ACCOUNT_EMAIL_NOTIFICATIONS = True  # of changes to passwords, addresses and factors
# An open session alone changes neither address nor password.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
# By network and never by address alone, as the library counts: whoever asked a few times a minute
# would keep its owner from asking. See accounts/forms.py.
ACCOUNT_RATE_LIMITS = dict.fromkeys(
    ["request_login_code", "reset_password", "confirm_email"], "20/m/ip"
)
# Seconds; a mail may take some of them.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 10 * 60
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "jobboard.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "jobboard.accounts.forms.RenamePasskeyForm",
    "login_webauthn": "jobboard.accounts.forms.LoginByPasskeyForm",
    "reauthenticate_webauthn": "jobboard.accounts.forms.ReauthenticateByPasskeyForm",
}
MFA_TOTP_ISSUER = SITE_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = SITE_IS_LOCAL and not SITE_IS_HTTPS
USERSESSIONS_TRACK_ACTIVITY = False  # a write with every page, for a column nobody needs
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http"
if SITE_IS_HTTPS:
    ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"

# --- Mail -----------------------------------------------------------------------------------------

CONTACT_EMAIL = env("CONTACT_EMAIL", default=f"hello@{SITE_HOST}")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env(
    "DEFAULT_FROM_EMAIL", default=f"{SITE_NAME} <no-reply@{SITE_HOST}>"
)
# An empty EMAIL_URL counts as none: emails go to files, which site/health.py says.
EMAIL_URL = env("EMAIL_URL", default="") or f"filemail:///{DATA_DIR / 'mail'}"
vars().update(env.email_url_config(EMAIL_URL))
# Django's own, but with an end to what a mail server says.
EMAIL_TRANSPORT = vars()["EMAIL_BACKEND"].replace(
    "django.core.mail.backends.smtp", "jobboard.common.mailing.smtp"
)
EMAIL_BACKEND = "jobboard.common.mail.QueueBackend"
EMAIL_TIMEOUT = 8  # seconds: a sign-in code waits at most so long behind a server that hangs
EMAIL_GOES_TO_FILES = EMAIL_TRANSPORT.endswith("filebased.EmailBackend")
EMAIL_IS_LOCAL = SITE_IS_LOCAL and EMAIL_GOES_TO_FILES

# --- Work in the background -----------------------------------------------------------------------

TASKS = {
    "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["mail", "default", "slow"]}
}

# --- Safety ---------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_IS_HTTPS
SECURE_HSTS_SECONDS = 0
if SITE_IS_HTTPS:
    SECURE_HSTS_SECONDS = 31_536_000  # a year
# For all of a domain, and hard to take back: only where its owner says so.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # which ask for it on each site
# No form has more than one file. Sizes of bodies stand in site/request_bounds.py.
DATA_UPLOAD_MAX_NUMBER_FILES = 1
SECURE_REDIRECT_EXEMPT = [r"^healthz/", r"^metrics$"]  # monitors ask the port itself
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
CSRF_FAILURE_VIEW = "jobboard.site.errors.csrf_failure"
# How many proxies of ours stand in front.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- Language, time, log --------------------------------------------------------------------------

LANGUAGE_CODE = "en"
USE_I18N = False
TIME_ZONE = "UTC"

LOG_FORMAT = env("LOG_FORMAT", default="line")
if LOG_FORMAT not in {"line", "json"}:
    raise ImproperlyConfigured("LOG_FORMAT must be line or json.")
METRICS = env("METRICS", default="")
if METRICS and METRICS != "public" and len(METRICS) < 16:
    raise ImproperlyConfigured("METRICS must be a token of 16 characters or more, or “public”.")
if METRICS:  # where the web processes of this machine add up what they count
    METRICS_FOLDER = DATA_DIR / "metrics"
    METRICS_FOLDER.mkdir(exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(METRICS_FOLDER)
if METRICS or LOG_FORMAT == "json":
    MIDDLEWARE.insert(1, "jobboard.common.web.measuring.MeasureRequests")
SENTRY_DSN = env("SENTRY_DSN", default="")
if SENTRY_DSN:
    need_package("sentry_sdk", "SENTRY_DSN")
    from jobboard.common.web.error_reports import report_errors

    report_errors(SENTRY_DSN, site=SITE_HOST)

LOGGING = logging_as(LOG_FORMAT)
