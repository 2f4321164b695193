"""Settings, from the environment. `docs/running.md` lists every variable."""

import contextlib
import os
import secrets
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import dj_database_url
import structlog
from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from partnerhub import env, languages, logs, single_sign_on
from partnerhub.running import servers_under
from partnerhub.theme import UNFOLD as UNFOLD

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where and how we run ------------------------------------------------------------------------------------------

DATA_DIR = env.folder("DATA_DIR", BASE_DIR / ".data")
PORT = env.number("PORT", 8000, low=1, high=65535)
DATABASE_URL = env.url("DATABASE_URL", ("postgres", "postgresql"))
REDIS_URL = env.url("REDIS_URL", ("redis", "rediss", "unix"))
BROKER_URL = env.url("BROKER_URL", ("amqp", "amqps", "redis", "rediss", "unix"))
EMAIL_URL = env.url("EMAIL_URL", ("smtp", "smtps", "smtp+tls"))

EMBEDDED = not DATABASE_URL
DEMO = env.flag("DEMO", EMBEDDED)
DEBUG = env.flag("DEBUG", False)
TESTING = env.flag("TESTING", False)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname
    return host in (None, "localhost", "127.0.0.1", "::1") or unquote(host).startswith("/")


if DEMO and DATABASE_URL and not _is_loopback(DATABASE_URL):
    raise ImproperlyConfigured("DEMO is 1, but DATABASE_URL names another machine; demo data is only put on this one. Set DEMO=0.")
if DATABASE_URL and not urlsplit(DATABASE_URL).path.strip("/"):
    raise ImproperlyConfigured(f"DATABASE_URL is “{env.shown(DATABASE_URL)}”, which names no database; end it with /partnerhub.")
if not EMBEDDED:
    for name, value in {"SECRET_KEY": env.text("SECRET_KEY"), "EMAIL_URL": EMAIL_URL, "REDIS_URL": REDIS_URL,
                        "ALLOWED_HOSTS": env.hosts("ALLOWED_HOSTS")}.items():  # fmt: skip
        if not value:
            raise ImproperlyConfigured(f"{name} is missing; with DATABASE_URL set it must be set, too.")

_servers = servers_under(DATA_DIR) if EMBEDDED else None
if _servers:
    REDIS_URL = REDIS_URL or _servers.redis_url
    EMAIL_URL = EMAIL_URL or _servers.email_url
# Without servers the address leads nowhere: commands that need no database still work, others say what to do.
REDIS_URL = REDIS_URL or f"unix://{DATA_DIR}/not-running.sock"


def _secret_key() -> str:
    if key := env.text("SECRET_KEY"):
        return key
    kept = DATA_DIR / "secret_key"
    if not kept.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        partial = DATA_DIR / f"secret_key.{os.getpid()}"
        with open(os.open(partial, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):  # another process was quicker: its key holds
            os.link(partial, kept)
        partial.unlink()
    return kept.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
PORTAL_NAME = env.text("PORTAL_NAME") or "PartnerHub"
SITE_URL = env.url("SITE_URL", ("http", "https")) or f"http://localhost:{PORT}"
BEHIND_PROXY = env.flag("BEHIND_PROXY", False)
EDGE_PORT = env.number("EDGE_PORT", 0, low=0, high=65535)
_EDGE_URL = f"http://localhost:{EDGE_PORT}" if EMBEDDED and EDGE_PORT else ""
TRACKING_URL = env.url("TRACKING_URL", ("http", "https")) or _EDGE_URL or SITE_URL
CSRF_TRUSTED_ORIGINS = [SITE_URL]
HTTPS = SITE_URL.startswith("https://")

# --- The house -----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "portal",
    "enablement",
    "collaboration",
    "communications",
    "context",
    "partners",
    "search",
    "accounts",
    "activity",
    "partnerhub",
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "partnerhub.middleware.PackedPagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "partnerhub.middleware.AdminPolicyMiddleware",
    "partnerhub.middleware.StorableAddressMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "partners.middleware.CurrentContactMiddleware",
    "partners.middleware.ReaderTimeMiddleware",
    "partners.middleware.ReaderLanguageMiddleware",
    "partnerhub.middleware.EnglishAdministrationMiddleware",
    "partnerhub.middleware.WrongMethodMiddleware",
    "partners.middleware.OtherPartnerMiddleware",
]

ROOT_URLCONF = "partnerhub.urls"
WSGI_APPLICATION = "partnerhub.wsgi.application"
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
                "portal.context_processors.portal",
            ],
            "libraries": {"heroicons": "portal.templatetags.icons"},
        },
    },
]

# --- Data ----------------------------------------------------------------------------------------------------------

DATABASES = {
    "default": dj_database_url.parse(
        DATABASE_URL or (_servers.database_url if _servers else f"postgres://postgres@{quote(str(DATA_DIR), safe='')}/partnerhub"),
        conn_max_age=60,
        conn_health_checks=True,
    )
}
CACHES = {
    "default": {
        "BACKEND": "partnerhub.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
        "OPTIONS": {"socket_connect_timeout": 0.3, "socket_timeout": 0.5},
    }
}
# How long a migration waits for a table that somebody is using, before it gives up.
MIGRATION_LOCK_SECONDS = env.number("MIGRATION_LOCK_SECONDS", 3, low=1, high=600)
MEDIA_ROOT = env.folder("MEDIA_ROOT", DATA_DIR / "media")
STATIC_ROOT = env.folder("STATIC_ROOT", DATA_DIR / "static")
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
FILES = env.file_store("FILES_URL")
STORAGES = {
    "default": {"BACKEND": "partnerhub.storage.WholeFiles"},
    "library": FILES.as_storage if FILES else {"BACKEND": "partnerhub.storage.WholeFiles"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG or TESTING  # look a file up when asked, scan none at the start
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
LIBRARY_MAX_BYTES = env.number("LIBRARY_MAX_MB", 200, low=1, high=5000) * 1024 * 1024
VIRUS_SCAN_URL = env.url("VIRUS_SCAN_URL", ("tcp",))
ATTACHMENT_MAX_BYTES = 10 * 1024 * 1024
IMPORT_MAX_BYTES = 200 * 1024 * 1024

# --- People --------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.PermissionsAtOnce",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if TESTING:
    # A slow hash is right for people and wrong for a suite that makes a thousand logins.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "accounts.adapters.SocialAccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.sign_in.LoginForm",
    "request_login_code": "accounts.forms.sign_in.RequestLoginCodeForm",
    "reset_password": "accounts.forms.sign_in.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.sign_in.ResetPasswordKeyForm",
    "change_password": "accounts.forms.sign_in.ChangePasswordForm",
    "set_password": "accounts.forms.sign_in.SetPasswordForm",
    "add_email": "accounts.forms.sign_in.AddEmailForm",
}
MFA_FORMS = {"add_webauthn": "accounts.forms.sign_in.AddWebAuthnForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
if env.text("OIDC_URL") and not (env.text("OIDC_CLIENT_ID") and env.text("OIDC_SECRET")):
    raise ImproperlyConfigured("OIDC_URL is set, but OIDC_CLIENT_ID or OIDC_SECRET is missing; sign-in needs all three.")
OIDC_URL = env.url("OIDC_URL", ("http", "https"))
SOCIALACCOUNT_PROVIDERS = single_sign_on.providers(
    name=env.text("OIDC_NAME") or "Single sign-on",
    url=OIDC_URL,
    client_id=env.text("OIDC_CLIENT_ID"),
    secret=env.text("OIDC_SECRET"),
)
INVITATION_VALID_DAYS = 14
# A partner's admin is reminded of what is to be confirmed at most once in so many days; 0 sends none.
REMINDER_DAYS = env.number("REMINDER_DAYS", 14, low=0, high=365)

# --- Language and time: stored in UTC, shown in the reader's zone ----------------------------------------------------

LANGUAGE_CODE = "en"
CONTENT_LANGUAGES = [("en", _("English")), ("de", _("German")), ("fr", _("French")), ("es", _("Spanish"))]
languages.compile_stale(BASE_DIR / "locale")
INTERFACE_LANGUAGES = languages.complete_in(BASE_DIR / "locale")
# Pages are never offered in a language that only a library knows, which would be a mixture with English.
LANGUAGES = [(code, name) for code, name in CONTENT_LANGUAGES if code in INTERFACE_LANGUAGES]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["partnerhub.formats"]
TIME_ZONE = "UTC"

# --- Mail ----------------------------------------------------------------------------------------------------------

_mail = urlsplit(EMAIL_URL or "smtp://localhost:25")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = _mail.hostname or "localhost"
EMAIL_PORT = _mail.port or {"smtps": 465, "smtp+tls": 587}.get(_mail.scheme, 25)
EMAIL_HOST_USER = unquote(_mail.username or "")
EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
EMAIL_USE_SSL = _mail.scheme == "smtps"
EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
MAIL_CONNECTIONS = env.number("MAIL_CONNECTIONS", 4, low=1, high=50)  # of each worker process
MAIL_SERVER_CONNECTIONS = env.number("MAIL_SERVER_CONNECTIONS", 0, low=0, high=10_000)  # of all of them together; 0: any number
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 30, low=1, high=600)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "PartnerHub <partners@partnerhub.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
ALARM_EMAIL = env.addresses("ALARM_EMAIL")
METRICS_TOKEN = env.text("METRICS_TOKEN")
BOUNCE_ADDRESS = env.mailbox("BOUNCE_ADDRESS")
BOUNCE_MAILBOX = env.mailbox_to_read("BOUNCE_MAILBOX_URL")
MEETINGS_ADDRESS = env.mailbox("MEETINGS_ADDRESS")
MEETINGS_MAILBOX = env.mailbox_to_read("MEETINGS_MAILBOX_URL")
REPLY_ADDRESS = env.mailbox("REPLY_ADDRESS")
MAIL_EVENTS_FROM, ANYMAIL = env.mail_events("MAIL_EVENTS_FROM", "MAIL_EVENTS_SECRET", "MAIL_EVENTS_KEY")
MAIL_PROVIDER, _access = env.mail_provider("MAIL_PROVIDER", "MAIL_PROVIDER_KEY", "MAIL_PROVIDER_URL", timeout=EMAIL_TIMEOUT)
ANYMAIL |= _access
MAIL_CHANNEL = "provider" if MAIL_PROVIDER else "smtp"  # one of communications.channels.mail
# An address is mailed no more when so many mails in a row came back for reasons that may pass; 0 never gives it up.
MAIL_SOFT_BOUNCES = env.number("MAIL_SOFT_BOUNCES", 5, low=0, high=100)
# Signs Open Badges; made there when it is first needed.
BADGE_KEY = env.text("BADGE_KEY") or str(DATA_DIR / "badge_key.pem")
DKIM_DOMAIN, DKIM_SELECTOR, DKIM_KEY = env.dkim("DKIM_DOMAIN", "DKIM_SELECTOR", "DKIM_KEY")

# --- Webhooks ------------------------------------------------------------------------------------------------------

WEBHOOK_ALLOWED_NETWORKS = env.networks("WEBHOOK_ALLOWED_NETWORKS")
ZOOM_SECRET = env.text("ZOOM_SECRET")  # the secret token of a Zoom app that tells who joins and leaves

# --- The assistant -------------------------------------------------------------------------------------------------

# Any server that speaks OpenAI's API; without one, answers are quotations.
ASSISTANT_MODEL_URL = env.url("ASSISTANT_MODEL_URL", ("http", "https"))
ASSISTANT_MODEL_NAME = env.text("ASSISTANT_MODEL_NAME")
ASSISTANT_MODEL_KEY = env.text("ASSISTANT_MODEL_KEY")
ASSISTANT_MODEL_SECONDS = env.number("ASSISTANT_MODEL_SECONDS", 8, low=1, high=60)
if ASSISTANT_MODEL_URL and not ASSISTANT_MODEL_NAME:
    raise ImproperlyConfigured("ASSISTANT_MODEL_URL is set, but ASSISTANT_MODEL_NAME is missing; name the model to ask there.")

# --- Background work: the timetable is in partnerhub/celery.py -------------------------------------------------------

# Where messages wait; cache and tracking stream stay in Redis. redis-py and Celery spell a socket and its database differently.
CELERY_BROKER_URL = (BROKER_URL or REDIS_URL).replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_VISIBILITY_TIMEOUT = 3600
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker never gives up on its broker
_REDIS_AS_BROKER = {
    "visibility_timeout": 3600,
    "health_check_interval": 25,
    "unacked_restore_throttle": 1,
    "unacked_restore_interval": 5,
    "socket_connect_timeout": 2,
    "socket_timeout": 10,
}
# RabbitMQ says when it has a message; a task lost on the way would only be found by the next sweep.
_RABBITMQ_AS_BROKER = {"confirm_publish": True}
CELERY_BROKER_TRANSPORT_OPTIONS = _RABBITMQ_AS_BROKER if CELERY_BROKER_URL.startswith("amqp") else _REDIS_AS_BROKER
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_TIMEZONE = "UTC"

# --- The API -------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.api.parsing.StorableJSON"],
    "DEFAULT_PAGINATION_CLASS": "partnerhub.api.pagination.ByCursor",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "partnerhub.api.schema.ResourceSchema",
    "EXCEPTION_HANDLER": "partnerhub.api.problems.as_problem",
    "DEFAULT_THROTTLE_CLASSES": ["partnerhub.api.throttling.PerToken"],
    "DEFAULT_THROTTLE_RATES": {"token": env.rate("API_RATE", "6000/min")},
    "DEFAULT_METADATA_CLASS": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "PartnerHub API",
    "DESCRIPTION": "Partners, their context, and what is communicated to them.",
    "VERSION": "1.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "partnerhub.api.schema.describe_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "EnrolmentStatus": "partners.models.Enrolment.Status",
        "Stage": "partners.models.Stage",
        "ProductStatus": "partners.models.Product.Status",
        "AnnouncementKind": "communications.models.Kind",
        "AnnouncementState": "communications.models.State",
        "ValueKind": "communications.consistency.values.ValueKind",
        "LessonKind": "enablement.models.LessonKind",
        "QuizQuestionKind": "enablement.models.QuizQuestion.Kind",
        "DeliveryState": "communications.models.DeliveryState",
        "Channel": "communications.models.Channel",
        "WebhookState": "activity.models.WebhookEndpoint.State",
        "VerdictKind": "context.models.Verdict.Kind",
        "Method": "partners.models.Method",
        "SiteKind": "partners.models.Site.Kind",
        "AgreementKind": "partners.models.PartnerAgreement.Kind",
        "SiteActivity": "partners.models.Site.Activity",
        "JourneyState": "communications.models.JourneyState",
        "JourneyRunState": "communications.models.RunState",
        "JourneyStepKind": "communications.models.StepKind",
        "OpinionQuestionKind": "communications.models.OpinionQuestion.Kind",
        "MeetingKind": "collaboration.models.Kind",
        "MeetingState": "collaboration.models.MeetingState",
        "MeetingAnswer": "collaboration.models.InviteeAnswer",
        "MeetingStanding": "collaboration.models.Standing",
        "CrisisState": "communications.models.CrisisState",
        "CrisisStanding": "communications.models.Standing",
        "ResourceKind": "enablement.models.ResourceKind",
        "ResourceState": "enablement.models.ResourceState",
        "CrisisIncident": "communications.models.Incident",
        "IdeaStatus": "enablement.models.IdeaStatus",
    },
}

# --- Safety --------------------------------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = False  # the proxy in front does that; see docs/running.md
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SILENCED_SYSTEM_CHECKS = [
    "security.W008",  # SECURE_SSL_REDIRECT, as above
    "security.W019",  # X_FRAME_OPTIONS: previews of what is composed are frames of our own
]

CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": (),
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "media-src": [SELF, *([FILES.origin] if FILES else [])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "form-action": single_sign_on.form_targets(OIDC_URL),
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}
# Only for the admin: its theme evaluates Alpine expressions and sets inline styles. `partnerhub.middleware` applies it.
ADMIN_CONTENT_SECURITY_POLICY = {
    "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
}

# --- Log lines a machine can read --------------------------------------------------------------------------------------

_LINE = (
    structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    if env.one_of("LOG_FORMAT", "text", "json") == "text"
    else structlog.processors.JSONRenderer()
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, logs.without_addresses, _LINE],
            "foreign_pre_chain": [
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
            ],
        }
    },
    "filters": {"refusals": {"()": logs.RefusalsInOneLine}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines", "filters": ["refusals"]}},
    "root": {"handlers": ["console"], "level": env.one_of("LOG_LEVEL", "WARNING", "DEBUG", "INFO", "ERROR")},
}
structlog.configure(
    processors=[
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
)
