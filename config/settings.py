"""Settings. Everything that differs between a laptop and production comes from the environment."""

import os
from pathlib import Path

from csp.constants import NONE, SELF

from config import environment, keys

# Web threads that analyse small tables: numpy's own threads would spin, and wait for each other. Before numpy loads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("EARWITNESS_VAR", "") or BASE_DIR / "var")
keys.private_folder(VAR)

DEBUG = environment.flag("DEBUG")
SECRET_KEY = keys.secret_key(VAR)
SECRET_KEY_FALLBACKS = keys.fallback_keys()
PUBLIC_URL = environment.public_url()
HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = environment.allowed_hosts(PUBLIC_URL)

INSTALLED_APPS = [
    "operations",
    "dashboard",
    "accounts",
    "analysis",
    "raters",
    "generation",
    "studies",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
# Behind a proxy: the header that it writes the visitor's address into. Empty: there is no proxy, or it says nothing.
CLIENT_ADDRESS_HEADER = os.environ.get("CLIENT_ADDRESS_HEADER", "")
# gunicorn speaks no TLS, so behind https:// there is a proxy; without its header everybody would be one visitor.
LIMIT_REQUESTS = environment.flag("LIMIT_REQUESTS", default=bool(CLIENT_ADDRESS_HEADER) or not HTTPS)
# Who runs the site from another machine shows it to /readyz and /metrics.
OPERATOR_TOKEN = keys.secret("OPERATOR_TOKEN")

MIDDLEWARE = [
    "operations.logs.name_requests",
    "config.middleware.headers_everywhere",
    "config.limits.real_address",
    "config.limits.calm_visitors_only",
    "config.limits.small_bodies_only",
    "config.middleware.utf8_forms_only",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.strangers_send_nothing_to_the_console",
    "config.middleware.one_language_a_request",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.second_factor_first",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": environment.database(VAR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STORAGES = {
    "default": environment.storage(VAR),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# The stylesheet and scripts are few and small: whitenoise serves them from the apps' own folders, so
# there is no collecting step that a newcomer could forget.
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True

# Audio goes through nginx (X-Accel-Redirect) when this names its internal location, else through Django.
ACCEL_REDIRECT = environment.accel_redirect(STORAGES["default"]["BACKEND"])

CELERY_BROKER_URL, CELERY_BROKER_TRANSPORT_OPTIONS = environment.broker(VAR)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = environment.queue()
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker may be away for a night: the default gives up after a hundred tries, and the worker with it.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# One process answers no heartbeat while its card works: RabbitMQ would take it for dead and drop the connection.
CELERY_BROKER_HEARTBEAT = 0
# It answers no remote control either; and RabbitMQ lets only one worker of a host have that queue, and ends the others.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "celerybeat-schedule")
SWEEP_SECONDS = environment.number("SWEEP_SECONDS", default=60)
CELERY_BEAT_SCHEDULE = {
    # Messages are hints and may be lost; every minute the rows themselves are asked what is left to do.
    "sweep": {"task": "generation.tasks.sweep", "schedule": SWEEP_SECONDS},
    "forget": {"task": "operations.tasks.forget_identities", "schedule": 24 * 3600},
}
# Hard bound of one batch < lease < the broker's visibility timeout (config/environment.py).
GENERATION_LEASE_SECONDS = environment.number("GENERATION_LEASE_SECONDS", default=180)
GENERATION_MOST_SECONDS = environment.number("GENERATION_MOST_SECONDS", default=3600)
GENERATION_MAX_ATTEMPTS = environment.number("GENERATION_MAX_ATTEMPTS", default=3)
GENERATION_TURN_SECONDS = environment.number("GENERATION_TURN_SECONDS", default=300)
GENERATION_BATCH_SIZE = environment.number("GENERATION_BATCH_SIZE", default=8)
GENERATION_MOST_BATCH = environment.number("GENERATION_MOST_BATCH", default=128)
GENERATION_THREADS = environment.number("GENERATION_THREADS", default=min(4, os.cpu_count() or 1))
GENERATION_DEVICE = environment.device()
HTTP_SYSTEM_HOSTS = environment.http_system_hosts()
CLAP_CHECKPOINT = environment.clap_checkpoint()

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("ja", "日本語"),
    ("zh-hans", "简体中文"),
    ("ar", "العربية"),
]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

LOGIN_URL = "/console/login/"
LOGIN_REDIRECT_URL = "/console/"
LOGOUT_REDIRECT_URL = "/console/login/"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.password_rules.NotADressedWord"},
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "accounts.web.external_login.Backend",
]
OTP_TOTP_ISSUER = "Earwitness"

# OpenID Connect: the provider says the rest about itself (accounts.web.external_login).
OIDC_ISSUER = environment.oidc_issuer()
OIDC_NAME = os.environ.get("OIDC_NAME", "") or "your organisation"
OIDC_RP_CLIENT_ID = os.environ.get("OIDC_CLIENT_ID", "")
OIDC_RP_CLIENT_SECRET = keys.secret("OIDC_CLIENT_SECRET")
OIDC_RP_SIGN_ALGO = "RS256"
OIDC_RP_SCOPES = "openid email profile"
OIDC_USE_PKCE = True
OIDC_TIMEOUT = 10
OIDC_AUTHENTICATION_CALLBACK_URL = "oidc-callback"


CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "operations.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": environment.log_format()}},
    # One line per request of our own client would bury what a person wants to read.
    "loggers": {"httpx": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": environment.log_level()},
}

# Error reports go to a server that speaks Sentry's protocol, where one is named; no addresses, no cookies, no answers.
if SENTRY_DSN := keys.secret("SENTRY_DSN"):
    import sentry_sdk

    sentry_sdk.init(
        dsn=SENTRY_DSN,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
    )

# Days after the close that the crowd platform's ids and used invitations are kept; 0 is for ever.
RETENTION_DAYS = environment.number("RETENTION_DAYS", default=0, least=0)
