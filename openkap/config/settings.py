"""Django's settings. Everything a clinic may choose comes through openkap.config.environment."""

from pathlib import Path

from django.utils.functional import SimpleLazyObject

from openkap.config import environment
from openkap.config.secret import secret
from openkap.protocol import slot

OPENKAP = environment.read()
slot.folder = OPENKAP.instruments
_WEB = Path(__file__).resolve().parents[1] / "web"

DEBUG = False
ALLOWED_HOSTS = list(OPENKAP.hosts)
# Read when first needed: `openkap screen` must leave no file behind.
SECRET_KEY = SimpleLazyObject(lambda: secret(OPENKAP.secret_file))
TURN_SECRET = SimpleLazyObject(lambda: secret(OPENKAP.turn_secret_file))
DEMO = OPENKAP.demo
REGION = OPENKAP.region

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "openkap.records",
    "openkap.web",
    "openkap.config.checks.StartUp",
]

# Each one costs a thread hop under ASGI, so the list is short. Static files leave before the costly ones.
MIDDLEWARE = [
    "openkap.web.headers.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "openkap.config.urls"
ASGI_APPLICATION = "openkap.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_WEB / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
            ],
        },
    }
]

if OPENKAP.database:
    _DATABASE = environment.postgresql(OPENKAP.database)
else:
    _DATABASE = {
        "ENGINE": "openkap.records.sqlcipher",
        "NAME": OPENKAP.home / "data" / "openkap.sqlite3",
        "OPTIONS": {"key_file": OPENKAP.key_file, "timeout": 20, "transaction_mode": "IMMEDIATE"},
    }
DATABASES = {"default": _DATABASE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Counts failed sign-ins. A full cache forgets at random, so a stranger with many names must not fill it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

AUTH_USER_MODEL = "records.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
SESSION_COOKIE_AGE = 12 * 60 * 60  # one shift
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "openkap.web.faults.stale_form"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OPENKAP.https
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if OPENKAP.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if OPENKAP.https else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True
TIME_ZONE = OPENKAP.time_zone

STATIC_URL = "/static/"
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_USE_MANIFEST = False
SERVESTATIC_USE_STATIC_ROOT = False
SERVESTATIC_ALLOW_ALL_ORIGINS = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
