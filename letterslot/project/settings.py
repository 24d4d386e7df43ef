"""Settings of the desk. What a newsroom may change stands in publication.toml, not here.

The only thing read from the environment is where the data folder is; `letterslot` sets it.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

DATA = Path(os.environ.get("LETTERSLOT_DATA", "letterslot-data")).resolve()


def _secret_key() -> str:
    """Django's key for sessions, made by `init`. Without it nobody is signed in and nothing breaks
    but the desk itself, which `letterslot serve` then refuses to start."""
    try:
        return (DATA / "desk" / "secret.key").read_text().strip()
    except FileNotFoundError:
        return ""


def _desk_url() -> SplitResult:
    """Where moderators reach the desk, if through a proxy (see publication.toml)."""
    try:
        table = tomllib.loads((DATA / "publication.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        table = {}
    url = table.get("desk_url")
    return urlsplit(url if isinstance(url, str) else "")


DESK_URL = _desk_url()
SECRET_KEY = _secret_key() or os.urandom(32).hex()
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS: list[str] = []
if DESK_URL.hostname:
    ALLOWED_HOSTS.append(DESK_URL.hostname)
    CSRF_TRUSTED_ORIGINS.append(f"{DESK_URL.scheme}://{DESK_URL.netloc}")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "letterslot.newsroom",
    "letterslot.discussion",
    "letterslot.desk",
]
MIDDLEWARE = [
    "letterslot.desk.middleware.DeskHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "letterslot.desk.middleware.SignedInAndUnlocked",
]
ROOT_URLCONF = "letterslot.project.urls"
WSGI_APPLICATION = "letterslot.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "desk" / "desk.sqlite3",
        "OPTIONS": {
            # A decision that was shown as done survives a crash; two writers wait for each other.
            # A large transaction stays in memory until it is committed: an edition that is only
            # tried, or breaks off, would leave what it did not print in the log, in clear.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; "
                "PRAGMA cache_spill=OFF; PRAGMA temp_store=MEMORY;"
            ),
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "newsroom.Moderator"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/queue/"
LOGOUT_REDIRECT_URL = "/sign-in/"

# Of allauth the desk uses the model of second factors and what checks them. None of its views is
# connected: they write to the second when somebody signed in, and want a mail address.
ACCOUNT_USER_MODEL_USERNAME_FIELD = "name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
MFA_ADAPTER = "letterslot.newsroom.factors.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # periods of 30 seconds that a telephone's clock may be off
MFA_WEBAUTHN_USER_VERIFICATION = "preferred"

# In the memory of the desk's process, see there.
SESSION_ENGINE = "letterslot.desk.sessions"
SESSION_COOKIE_NAME = "desk"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 10 * 3600  # a shift of eight hours with its breaks
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "desk-form"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
# By which a browser is known in which somebody has signed in (desk/attempts.py).
KNOWN_BROWSER_COOKIE = "desk-known"

if DESK_URL.scheme == "https":
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-desk", "__Host-desk-form"
    KNOWN_BROWSER_COOKIE = "__Host-desk-known"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Nothing that a browser sends ever becomes a file. (Django's own handler writes large parts of a
# form to the temporary folder, in clear.)
FILE_UPLOAD_HANDLERS = ["letterslot.desk.uploads.RefuseFiles"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어")]
# The desk's own words, before those that Django and allauth bring along for the same.
LOCALE_PATHS = [Path(__file__).parents[1] / "desk" / "locale"]
LANGUAGE_COOKIE_NAME = "desk-language"  # where a moderator chose one at /keys/
USE_I18N = True

# No address, no path, no text in any log: only what kind of fault, and where in the code.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"place": {"()": "letterslot.project.faultlog.PlaceOnly"}},
    "handlers": {
        "null": {"class": "logging.NullHandler"},
        "faults": {"class": "logging.StreamHandler", "formatter": "place", "level": "ERROR"},
    },
    "loggers": {
        "django": {"handlers": ["null"], "propagate": False},
        "django.request": {"handlers": ["faults"], "propagate": False},
        "django.security": {"handlers": ["null"], "propagate": False},
        "waitress": {"handlers": ["null"], "propagate": False},
        "fido2": {"handlers": ["null"], "propagate": False},
    },
}
