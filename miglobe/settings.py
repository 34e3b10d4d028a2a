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
DEVELOPMENT = env.bool("DEBUG", default=False)
# The demo shows the portal's own error pages, not those of developers.
DEBUG = DEVELOPMENT and not DEMO
TESTING = env.bool("TESTING", default=False)  # set by the test suite alone
PRODUCTION = not (DEVELOPMENT or TESTING)

SECRET_KEY = (
    required("SECRET_KEY", "a long random text, for example the output of `openssl rand -base64 48`.")
    if PRODUCTION
    else os.environ.get("SECRET_KEY", "insecure-key-for-the-demo-and-the-tests-only-0123456789")
)
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "testserver"]
)
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
            config["OPTIONS"] = config.get("OPTIONS", {}) | {
                "pool": {"min_size": 1, "max_size": 8, "timeout": 10}
            }
    else:
        raise ImproperlyConfigured("Set DATABASE_URL to a postgres:// or sqlite:/// address.")
    return config


DATABASES = {"default": database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if DEMO and "sqlite" not in DATABASES["default"]["ENGINE"]:
    raise ImproperlyConfigured(
        "DEMO=1 lets anybody become anybody, so it runs on SQLite only. Unset DEMO or DATABASE_URL."
    )
if DEMO and (HTTPS or not DEVELOPMENT):
    raise ImproperlyConfigured(
        "DEMO=1 lets anybody become anybody, so it never runs with production settings: "
        "unset DEMO, or set DEBUG=1 and a BASE_URL without https."
    )
if TESTING and HTTPS:
    raise ImproperlyConfigured("TESTING=1 is for the test suite alone. Unset it.")

# --- Caches -----------------------------------------------------------------------------------
# What every web process must know alike (how often somebody tried to sign in) is counted in the
# database; what is only read often is kept in each process, for a minute at most.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

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
    "miglobe.site.languages.PathLanguageMiddleware",
    "miglobe.site.middleware.NulMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "miglobe.accounts.middleware.SignInLimitMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "miglobe.accounts.middleware.SecondFactorMiddleware",
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
            "builtins": ["miglobe.mail.templatetags.parts"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "miglobe.site.context_processors.portal",
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
# Each by its own name. The path decides which one a page speaks (miglobe/urls.py).
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["miglobe.site.formats"]
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
    "staticfiles": {"BACKEND": "miglobe.site.static_files.KeptAddresses"},
}
if DEMO:  # files come from where they are; nothing is collected
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True

# Uploaded documents. Text of a form stays under DATA_UPLOAD_MAX_MEMORY_SIZE, files go to disk.
DOCUMENT_MAX_BYTES = 10 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "miglobe.site.uploads.CutOffHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o640


def clamd_address(url: str) -> str:
    """The address of a ClamAV daemon, checked; empty where documents are not looked at for viruses."""
    if not url or re.fullmatch(r"tcp://[\w.-]+:\d{1,5}|unix:///.+", url):
        return url
    raise ImproperlyConfigured(
        "Set CLAMD_URL to the ClamAV daemon, tcp://host:3310 or unix:///path/of/the/socket, or to nothing."
    )


CLAMD_URL = clamd_address(os.environ.get("CLAMD_URL", "").strip())

# A request that is sent sooner than this after it was begun is looked at first. 0 switches that off.
FORM_MIN_SECONDS = env.int("FORM_MIN_SECONDS", default=0 if TESTING else 5)
if FORM_MIN_SECONDS < 0:
    raise ImproperlyConfigured("Set FORM_MIN_SECONDS to a number of seconds, or to 0.")

# --- Accounts ---------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "site:landing"  # the adapter sends each role to its own place
LOGOUT_REDIRECT_URL = "site:landing"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# The session knows the draft of a request, so it lives long; a sign-in in it ends much earlier
# (miglobe.accounts.middleware).
SESSION_COOKIE_AGE = 30 * 24 * 60 * 60
SIGNED_IN_HOURS = env.int("SIGNED_IN_HOURS", default=7 * 24)
SIGNED_IN_HOURS_STAFF = env.int("SIGNED_IN_HOURS_STAFF", default=12)

# Sign-in. Nobody signs up: accounts come from the request form and from invitations.
ACCOUNT_ADAPTER = "miglobe.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]  # without a password field the sign-in form asks for a code
ACCOUNT_EMAIL_VERIFICATION = "none"  # a code or an invitation has proved every address already
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"length": 6, "numeric": True, "dashed": False}
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True  # the second factor is still asked for
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = True  # no "remember me": SIGNED_IN_HOURS decide
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "request_login_code": "20/m/ip,5/10m/key",
    "reset_password": "20/m/ip,5/10m/key",
}
ACCOUNT_FORMS = {
    "login": "miglobe.accounts.forms.RequestCodeForm",
    "confirm_login_code": "miglobe.accounts.forms.ConfirmCodeForm",
    "change_password": "miglobe.accounts.forms.ChangePasswordForm",
    "set_password": "miglobe.accounts.forms.SetPasswordForm",
    "reset_password": "miglobe.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "miglobe.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "miglobe.accounts.forms.ReauthenticateForm",
}
# How many proxies stand before us: without it everybody shares one rate limit.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1 if HTTPS else 0)

# Second factor.
MFA_ADAPTER = "miglobe.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody can sign up with somebody else's address
MFA_TOTP_ISSUER = "MiGlobe"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # http://localhost
MFA_FORMS = {
    "authenticate": "miglobe.accounts.forms.SecondFactorForm",
    "reauthenticate": "miglobe.accounts.forms.SecondFactorAgainForm",
    "activate_totp": "miglobe.accounts.forms.ActivateTOTPForm",
    "add_webauthn": "miglobe.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "miglobe.accounts.forms.RenamePasskeyForm",
}
# Long random texts; the first encrypts new secrets, all of them decrypt. Without one, a key
# derived from SECRET_KEY does.
MFA_ENCRYPTION_KEYS = env.list("MFA_ENCRYPTION_KEYS", default=[])
if any(len(key) < 32 for key in MFA_ENCRYPTION_KEYS):
    raise ImproperlyConfigured(
        "Set MFA_ENCRYPTION_KEYS to texts of 32 characters or more, separated by commas, "
        "for example the output of `openssl rand -base64 48`."
    )

# Sign-in through the host's own identity provider, when OIDC_NAME is set.
OIDC_NAME = os.environ.get("OIDC_NAME", "").strip()
# Whether that provider asks for a second factor itself, so that we need not.
OIDC_IS_SECOND_FACTOR = env.bool("OIDC_IS_SECOND_FACTOR", default=False)
OIDC_ORIGINS: list[str] = []  # where the browser is sent; the content security policy allows it
if OIDC_NAME:
    INSTALLED_APPS.append("allauth.socialaccount.providers.openid_connect")
    oidc_server = required("OIDC_SERVER_URL", "the issuer address of the provider that OIDC_NAME names.")
    OIDC_ORIGINS = ["/".join(oidc_server.split("/")[:3])]
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": OIDC_NAME,
                    "client_id": required("OIDC_CLIENT_ID", "the portal's client id at that provider."),
                    "secret": required("OIDC_CLIENT_SECRET", "the portal's client secret at that provider."),
                    "settings": {
                        "server_url": oidc_server,
                        "oauth_pkce_enabled": True,
                        # An address that the provider has verified signs in the account that has it.
                        "email_authentication": True,
                    },
                }
            ],
        }
    }

# --- Mail -------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = (
    required("DEFAULT_FROM_EMAIL", "the sender of all mails, for example MiGlobe <miglobe@example.org>")
    if PRODUCTION
    else os.environ.get("DEFAULT_FROM_EMAIL", "MiGlobe <miglobe@example.org>")
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# How long a mail waits for others to the same person, which then come as one; 0: no mail waits.
MAIL_BUNDLE_MINUTES = env.int("MAIL_BUNDLE_MINUTES", default=0 if DEMO or TESTING else 10)
if not 0 <= MAIL_BUNDLE_MINUTES <= 120:
    raise ImproperlyConfigured(
        "Set MAIL_BUNDLE_MINUTES to a number of minutes from 0 (no mail waits) to 120."
    )
MAIL_FILES_DIR = VAR_DIR / "mails"
# A function without arguments: what every mail template knows besides its own context.
MAIL_CONTEXT = "miglobe.site.mail_context.mail_context"

# --- Directory of advisors ----------------------------------------------------------------------
# The register of municipalities lies above the pool, so the pool is told here who knows places:
# a function from what somebody typed to an `advisors.search.Place`, and one to the key of a town.
FIND_PLACE = "requests_app.places.find_place"
FIND_TOWN_KEY = "requests_app.places.key_of"


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
        required(
            "MAIL_TRANSPORT", "smtp (with EMAIL_URL or SMTP_HOST), files, or a backend of django-anymail."
        )
        if PRODUCTION
        else os.environ.get("MAIL_TRANSPORT", "files")
    ),
}
# ANYMAIL_BREVO_API_KEY=… in the environment is ANYMAIL["BREVO_API_KEY"].
ANYMAIL = {
    name.removeprefix("ANYMAIL_"): value for name, value in os.environ.items() if name.startswith("ANYMAIL_")
}

# Providers that sign what they report with a key; all others show the name and password of WEBHOOK_SECRET.
WEBHOOK_KEYS = {
    "mailersend": "MAILERSEND_SIGNING_SECRET",
    "mailgun": "MAILGUN_WEBHOOK_SIGNING_KEY",
    "mandrill": "MANDRILL_WEBHOOK_KEY",
    "postal": "POSTAL_WEBHOOK_KEY",
    "resend": "RESEND_SIGNING_SECRET",
}


def mail_webhook(switched_on: bool, backend: str, anymail: dict[str, str]) -> str:
    """Whose reports on bounces we take ("postmark"), or "" where none are taken.

    ``backend``: that of the transport; ``anymail``: anymail's settings. Without a way to tell the
    provider's reports from anybody's the portal does not start.
    """
    if not switched_on:
        return ""
    found = re.fullmatch(r"anymail\.backends\.(\w+)\.EmailBackend", backend)
    if not found:
        raise ImproperlyConfigured(
            "MAIL_WEBHOOK=1 takes a provider's reports: set MAIL_TRANSPORT to a backend of django-anymail, "
            "or unset MAIL_WEBHOOK."
        )
    provider = found[1]
    key = WEBHOOK_KEYS.get(provider, "WEBHOOK_SECRET")
    secret = anymail.get(key, "")
    if len(secret) < 20 or (key == "WEBHOOK_SECRET" and not re.fullmatch(r"[^:]+:[^:]{16,}", secret)):
        how = (
            "a name and a random password of 16 characters or more, joined by a colon; the provider calls "
            "https://name:password@…/mail/bericht/"
            if key == "WEBHOOK_SECRET"
            else "the key with which the provider signs its reports"
        )
        raise ImproperlyConfigured(f"MAIL_WEBHOOK=1 needs a secret: set ANYMAIL_{key} to {how}.")
    return provider


MAIL_WEBHOOK = mail_webhook(
    env.bool("MAIL_WEBHOOK", default=False), str(MAILERS["transport"]["BACKEND"]), ANYMAIL
)

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
        # Who read whose data is kept whatever the level.
        "miglobe.audit": {"level": "INFO"},
        # "Not found: /path" and the like: our own line per request tells it without the path.
        "django.request": {"level": "ERROR"},
        # Scanners that call us by strange host names are answered, and not worth a line.
        "django.security.DisallowedHost": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
# Whoever reads /metrics shows this; without it the page does not exist.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
if METRICS_TOKEN and len(METRICS_TOKEN) < 24:
    raise ImproperlyConfigured("Set METRICS_TOKEN to a random text of 24 characters or more, or to nothing.")

# --- Security ---------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    # The admin's list emits one <style> element; it carries the nonce.
    "style-src": [CSP.SELF, CSP.NONCE],
    "font-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],  # KERN draws its icons from data: addresses
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF, *OIDC_ORIGINS],
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
