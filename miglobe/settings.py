"""All settings of the portal, read from the environment by typed readers.

A missing or wrong value stops the start with a sentence that says which one and how to
mend it. `docs/configuration.md` lists every variable.
"""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))

env = environ.Env()


def required(name: str, how: str) -> str:
    """The value of an environment variable that production cannot do without."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"Set {name}: {how}")
    return value


# --- What kind of place this is ---------------------------------------------------------------
DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
TESTING = env.bool("TESTING", default=False)  # set by the test suite alone
PRODUCTION = not (DEBUG or TESTING)

SECRET_KEY = (
    required("SECRET_KEY", "a long random text, for example the output of `openssl rand -base64 48`.")
    if PRODUCTION
    else os.environ.get("SECRET_KEY", "insecure-key-for-the-demo-and-the-tests-only-0123456789")
)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "testserver"])
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set ALLOWED_HOSTS: the host names of the portal, separated by commas.")

# Where links in mails lead. No trailing slash.
BASE_URL = (
    required("BASE_URL", "the portal's address, for example https://beratung.example.org")
    if PRODUCTION
    else os.environ.get("BASE_URL", "http://127.0.0.1:8000")
).rstrip("/")
HTTPS = BASE_URL.startswith("https://")
if PRODUCTION and not HTTPS:
    raise ImproperlyConfigured("Set BASE_URL to an address that begins with https://.")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# --- Database ---------------------------------------------------------------------------------
DATABASE_URL = (
    required("DATABASE_URL", "for example postgres://user:password@host:5432/miglobe")
    if PRODUCTION
    else os.environ.get("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'miglobe.sqlite3'}"
)


def database(url: str) -> dict[str, Any]:
    """Django's configuration of a database address; SQLite and PostgreSQL are the two we run on."""
    config: dict[str, Any] = environ.Env.db_url_config(url)
    if config["ENGINE"] == "django.db.backends.sqlite3":
        Path(config["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        # IMMEDIATE takes the write lock at the start of a transaction, so that
        # read-then-write of a case is safe; WAL lets readers go on meanwhile.
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        }
    elif config["ENGINE"] == "django.db.backends.postgresql":
        if not TESTING:
            config["OPTIONS"] = config.get("OPTIONS", {}) | {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}}
    else:
        raise ImproperlyConfigured("Set DATABASE_URL to a postgres:// or sqlite:/// address.")
    return config


DATABASES = {"default": database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if DEMO and "sqlite" not in DATABASES["default"]["ENGINE"]:
    raise ImproperlyConfigured(
        "DEMO=1 lets anybody become anybody, so it runs on SQLite only. Unset DEMO or DATABASE_URL."
    )
if DEMO and (HTTPS or not DEBUG):
    raise ImproperlyConfigured(
        "DEMO=1 lets anybody become anybody, so it never runs with production settings: "
        "unset DEMO, or set DEBUG=1 and a BASE_URL without https."
    )
if TESTING and HTTPS:
    raise ImproperlyConfigured("TESTING=1 is for the test suite alone. Unset it.")

# --- Applications -----------------------------------------------------------------------------
INSTALLED_APPS = [
    # Ours first, so that our templates win over those of Django and allauth.
    "miglobe.ops",
    "requests_app",
    "advisors",
    "miglobe.site",
    "miglobe.mail",
    "miglobe.accounts",
    "miglobe.site.admin_config.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "crispy_forms",
    "anymail",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
]

MIDDLEWARE = [
    "miglobe.ops.request_id.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "miglobe.urls"
WSGI_APPLICATION = "miglobe.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "kern"
CRISPY_TEMPLATE_PACK = "kern"
CRISPY_FAIL_SILENTLY = False

# --- Language and time ------------------------------------------------------------------------
LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True

# --- Static files -----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": os.environ.get("MEDIA_ROOT", str(VAR_DIR / "files"))},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Accounts ---------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# --- Mail -------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = (
    required("DEFAULT_FROM_EMAIL", "the sender of all mails, for example MiGlobe <miglobe@example.org>")
    if PRODUCTION
    else os.environ.get("DEFAULT_FROM_EMAIL", "MiGlobe <miglobe@example.org>")
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_FILES_DIR = VAR_DIR / "mails"
# A function without arguments: what every mail template knows besides its own context.
MAIL_CONTEXT = "miglobe.site.mail_context.mail_context"


def smtp_options() -> dict[str, Any]:
    """How to reach the mail server: from EMAIL_URL, else from the SMTP_… variables."""
    options: dict[str, Any] = {"timeout": env.int("SMTP_TIMEOUT", default=30)}
    if url := os.environ.get("EMAIL_URL"):
        if not url.startswith(("smtp://", "smtp+tls://", "smtp+ssl://")):
            raise ImproperlyConfigured(
                "Set EMAIL_URL to an address that begins with smtp+tls:// (STARTTLS), smtp+ssl:// (TLS from "
                "the start) or smtp:// (unencrypted, for a mail server on the same machine)."
            )
        config = environ.Env.email_url_config(url)
        return options | {
            "host": config["EMAIL_HOST"],
            "port": config["EMAIL_PORT"],
            "username": config["EMAIL_HOST_USER"],
            "password": config["EMAIL_HOST_PASSWORD"],
            "use_tls": config.get("EMAIL_USE_TLS", False),
            "use_ssl": config.get("EMAIL_USE_SSL", False),
        }
    tls = os.environ.get("SMTP_TLS", "starttls")
    if tls not in ("starttls", "ssl", "none"):
        raise ImproperlyConfigured("Set SMTP_TLS to starttls, ssl (TLS from the start) or none.")
    return options | {
        "host": required("SMTP_HOST", "the name of the mail server (or set EMAIL_URL)."),
        "port": env.int("SMTP_PORT", default=None),  # None: 587, 465 or 25, as SMTP_TLS says
        "username": os.environ.get("SMTP_USER", ""),
        "password": os.environ.get("SMTP_PASSWORD", ""),
        "use_tls": tls == "starttls",
        "use_ssl": tls == "ssl",
    }


def mail_transport(name: str) -> dict[str, Any]:
    """The entry of MAILERS that carries mails out of the house: smtp, files or a backend of anymail."""
    if name == "smtp":
        return {"BACKEND": "miglobe.mail.backends.SmtpBackend", "OPTIONS": smtp_options()}
    if name == "files":
        return {"BACKEND": "miglobe.mail.backends.FileBackend", "OPTIONS": {"file_path": MAIL_FILES_DIR}}
    if re.fullmatch(r"anymail\.backends\.\w+\.EmailBackend", name) and find_spec(name.rpartition(".")[0]):
        return {"BACKEND": name}
    raise ImproperlyConfigured(
        "Set MAIL_TRANSPORT to smtp, to files, or to a backend of django-anymail, "
        "for example anymail.backends.brevo.EmailBackend."
    )


MAILERS = {
    # Everything the portal sends is stored first, with the change it tells of …
    "default": {"BACKEND": "miglobe.mail.backends.OutboxBackend"},
    # … and the worker carries it out.
    "transport": mail_transport(
        required("MAIL_TRANSPORT", "smtp (with EMAIL_URL or SMTP_HOST), files, or a backend of django-anymail.")
        if PRODUCTION
        else os.environ.get("MAIL_TRANSPORT", "files")
    ),
}
# ANYMAIL_BREVO_API_KEY=… in the environment is ANYMAIL["BREVO_API_KEY"].
ANYMAIL = {
    name.removeprefix("ANYMAIL_"): value for name, value in os.environ.items() if name.startswith("ANYMAIL_")
}

# --- Security ---------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    # The admin's list emits one <style> element; it carries the nonce.
    "style-src": [CSP.SELF, CSP.NONCE],
    "font-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],  # KERN draws its icons from data: addresses
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31536000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]  # asked over plain http inside the network
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# --- Logs and numbers -------------------------------------------------------------------------
LOG_LEVEL = os.environ.get("LOG_LEVEL", "WARNING" if TESTING else "INFO").upper()
if LOG_LEVEL not in ("DEBUG", "INFO", "WARNING", "ERROR"):
    raise ImproperlyConfigured("Set LOG_LEVEL to DEBUG, INFO, WARNING or ERROR.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "miglobe.ops.logs.RequestIdFilter"}},
    "formatters": {
        "json": {"()": "miglobe.ops.logs.JsonFormatter"},
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s", "datefmt": "%H:%M:%S"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if PRODUCTION else "plain",
            "filters": ["request_id"],
        },
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Replaces Django's own handlers, mails to ADMINS among them.
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # "Not found: /path" and the like: our own line per request tells it without the path.
        "django.request": {"level": "ERROR"},
        # Scanners that call us by strange host names are answered, and not worth a line.
        "django.security.DisallowedHost": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
# Whoever reads /metrics shows this; without it the page does not exist.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
if METRICS_TOKEN and len(METRICS_TOKEN) < 24:
    raise ImproperlyConfigured("Set METRICS_TOKEN to a random text of 24 characters or more, or leave it out.")

