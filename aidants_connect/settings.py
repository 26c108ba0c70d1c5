"""Settings, all from the environment. Without any, the demo: embedded database, own secrets.

`AC_ENVIRONNEMENT=production` makes every secret mandatory and turns the cookies and redirects of
HTTPS on. `.env.example` lists what can be set.
"""

import logging
import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy

from aidants_connect import base_de_donnees, journaux, politique_contenu, secrets_demo

django_stubs_ext.monkeypatch()  # `ModelAdmin[Structure]` and its like, at run time
BASE_DIR = Path(__file__).resolve().parent.parent
environ.Env.BOOLEAN_TRUE_STRINGS += ("oui",)  # MARQUE_ETAT=oui, or non
env = environ.Env()

# --- Environment and secrets ----------------------------------------------------------------------

ENVIRONNEMENT = env("AC_ENVIRONNEMENT", default="demo")
if ENVIRONNEMENT not in ("demo", "production"):
    raise ImproperlyConfigured("AC_ENVIRONNEMENT must be 'demo' or 'production'.")
EN_PRODUCTION = ENVIRONNEMENT == "production"
DOSSIER_DONNEES = Path(env("AC_DOSSIER_DONNEES", default=str(BASE_DIR / ".data")))

if not EN_PRODUCTION:  # the demo runs over plain HTTP on the loopback address
    os.environ.setdefault("AUTHLIB_INSECURE_TRANSPORT", "1")
_SECRETS_DEMO = {} if EN_PRODUCTION else secrets_demo.lire_ou_creer(DOSSIER_DONNEES)


def secret(nom: str, *, multiline: bool = False) -> str:
    """Read a secret; in production, its absence stops the start with a clear sentence."""
    valeur: str = env.str(nom, default=_SECRETS_DEMO.get(nom, ""), multiline=multiline)
    if not valeur:
        raise ImproperlyConfigured(f"The secret {nom} is missing: set it in the environment.")
    return valeur


SECRET_KEY = secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
CLE_CHIFFREMENT = secret("CLE_CHIFFREMENT")  # secrets at rest, 32 bytes in hexadecimal
CLES_CHIFFREMENT_ANCIENNES = env.list("CLES_CHIFFREMENT_ANCIENNES", default=[])  # only read
CLE_EMPREINTES = secret("CLE_EMPREINTES")  # keyed hashes: FranceConnect subs, paper codes
CLES_EMPREINTES_ANCIENNES = env.list("CLES_EMPREINTES_ANCIENNES", default=[])  # only recognise
CLE_SUB = secret("CLE_SUB")  # pairwise subjects; never rotated (FranceConnect keeps them for ever)
# PEM, EC P-256: the first key that signs, read once; without it, the first one is made.
CLE_SIGNATURE_OIDC = env.str(
    "CLE_SIGNATURE_OIDC", default=_SECRETS_DEMO.get("CLE_SIGNATURE_OIDC", ""), multiline=True
)
# Seals the journal (Ed25519, 32 bytes in hexadecimal): for `manage.py sceller` alone.
CLE_SCEAU = env.str("CLE_SCEAU", default=_SECRETS_DEMO.get("CLE_SCEAU", ""))
CLE_SCEAU_PRECEDENTE = env.str("CLE_SCEAU_PRECEDENTE", default="")  # for its replacement
HORODATAGE_URL = env("HORODATAGE_URL", default="")  # one RFC 3161 token a day, for the journal
HORODATAGE_CERTIFICATS = env.list("HORODATAGE_CERTIFICATS", default=[])  # PEM files, RFC 3161
CLE_SCEAU_PUBLIQUE = env.str("CLE_SCEAU_PUBLIQUE", default="")  # what a verification trusts
SCEAU_PDF_CLE = secret("SCEAU_PDF_CLE", multiline=True)  # PEM, seals the documents
SCEAU_PDF_CERTIFICAT = secret("SCEAU_PDF_CERTIFICAT", multiline=True)  # PEM, then its chain
SCEAU_PDF_HORODATAGE = env("SCEAU_PDF_HORODATAGE", default="")  # RFC 3161 authority, if any

SITE_URL = env("SITE_URL", default="http://localhost:8000").rstrip("/")
DEBUG, MARQUE_ETAT = env.bool("DEBUG", default=False), env.bool("MARQUE_ETAT", default=True)
_hote = urlsplit(SITE_URL).hostname or "localhost"
_HOTES = [_hote] if EN_PRODUCTION else [_hote, "127.0.0.1"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=_HOTES)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# --- Applications ---------------------------------------------------------------------------------

INSTALLED_APPS = [
    "aidants_connect",
    "fournisseur_identite",
    "mandats",
    "usagers",
    "aidants",
    "journal",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "widget_tweaks",
    "dsfr",
    "django.forms",  # after dsfr, whose widgets come first
    "django_otp",
    "django_otp_webauthn",
    "csp",
    "django_structlog",
]

MIDDLEWARE = [
    "aidants_connect.middleware.adresse_canonique",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "aidants_connect.metriques.mesurer",
    "django_structlog.middlewares.RequestMiddleware",
    "aidants_connect.middleware.en_tetes",
    "aidants_connect.middleware.pages_communes",
    "aidants.middleware.voie_sans_session",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "aidants.comptes_lus.CompteMiddleware",
    "aidants.comptes_lus.FacteurMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "aidants.middleware.ConnexionExigeeMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "aidants_connect.middleware.TropOccupe",
]

ROOT_URLCONF, WSGI_APPLICATION = "aidants_connect.urls", "aidants_connect.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
DSFR_MARK_OPTIONAL_FIELDS = True
DSFR_CONTENT_IS_SAFE = False  # a message may hold a name: it is escaped
DSFR_USE_INTEGRITY_CHECKSUMS = False  # the hashed storage rewrites the style sheets; all is ours
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
                "aidants_connect.contexte.site",
            ],
        },
    }
]

# --- Database, cache, tasks -----------------------------------------------------------------------

DATABASES, BASE_PROPRIETAIRE = base_de_donnees.configurer(env, en_production=EN_PRODUCTION)
BASES_JOURNAL = base_de_donnees.roles_du_journal(env)
_COMPARES = ("mandats", "fournisseur_identite")  # to the journal, by its verification
JOURNAL_RAPPROCHEMENTS = [f"{app}.rapprochements.RAPPROCHEMENTS" for app in _COMPARES]
JOURNAL_CONSERVATION = [f"{app}.conservation.REGLES" for app in ("mandats", "usagers", "aidants")]
SUITE_AUTORISATION_FINIE = ["fournisseur_identite.fins.a_la_fin_d_une_autorisation"]
SUITE_SESSION_FINIE = ["fournisseur_identite.fins.a_la_fin_d_une_session"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="")
# In each process: two documents of FranceConnect, which a Redis that is down must not take away.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL

# --- Accounts and sessions ------------------------------------------------------------------------

AUTH_USER_MODEL = "aidants.Aidant"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATEURS = "django.contrib.auth.password_validation."
_IDENTITE = {"user_attributes": ("courriel", "prenom", "nom")}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": _VALIDATEURS + "UserAttributeSimilarityValidator", "OPTIONS": _IDENTITE},
    {"NAME": _VALIDATEURS + "MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": _VALIDATEURS + "CommonPasswordValidator"},
    {"NAME": _VALIDATEURS + "NumericPasswordValidator"},
]
OTP_WEBAUTHN_RP_ID, OTP_WEBAUTHN_RP_NAME = _hote, "Aidants Connect"
OTP_WEBAUTHN_ALLOWED_ORIGINS = [SITE_URL]
OTP_WEBAUTHN_HELPER_CLASS = "aidants.cles_acces.Ceremonie"
CLE_ACCES_SUPERVISION = env.bool("CLE_ACCES_SUPERVISION", default=EN_PRODUCTION)
SESSION_ENGINE = "aidants.sessions"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # never in a cookie
LOGIN_URL, SESSION_COOKIE_AGE = reverse_lazy("connexion"), 12 * 3600
INACTIVITE_MAX, TOTP_RECENT = timedelta(minutes=30), timedelta(minutes=15)
SESSION_COOKIE_SAMESITE = "Lax"  # Strict would lose the session on the way back from FranceConnect
CSRF_COOKIE_HTTPONLY, CSRF_FAILURE_VIEW = True, "aidants_connect.views.erreurs.csrf"
SESSION_COOKIE_NAME = "__Host-session" if EN_PRODUCTION else "ac_session"
CSRF_COOKIE_NAME = "__Host-csrf" if EN_PRODUCTION else "ac_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = EN_PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if EN_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = EN_PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^(sante(/journal)?|metriques)$"]
if EN_PRODUCTION:  # Caddy, or any proxy that strips what the browser sent under this name
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"  # "no-referrer" would make browsers post `Origin: null`
X_FRAME_OPTIONS = "DENY"
METRIQUES_JETON = env("METRIQUES_JETON", default="")  # opens /metriques; shut without one
NOMBRE_PROXYS = env.int("NOMBRE_PROXYS", default=1 if EN_PRODUCTION else 0)

# --- FranceConnect, where usagers identify --------------------------------------------------------

FC_ISSUER = env("FC_ISSUER", default="" if EN_PRODUCTION else "http://127.0.0.1:8001/api/v2")
FC_CLIENT_ID = env("FC_CLIENT_ID", default="" if EN_PRODUCTION else "aidants-connect-demo")
FC_CLIENT_SECRET = secret("FC_CLIENT_SECRET")
FC_DELAI = env.float("FC_DELAI", default=6.0)  # seconds, for each call
FC_FI_REFUSES = env.list("FC_FI_REFUSES", default=["aidants-connect"])  # idp_id of this service
if not FC_ISSUER or not FC_CLIENT_ID:
    raise ImproperlyConfigured("FC_ISSUER and FC_CLIENT_ID are missing: set FranceConnect's.")

CONTENT_SECURITY_POLICY = {"DIRECTIVES": politique_contenu.DIRECTIVES}

# --- Languages, mails, files, logs ----------------------------------------------------------------

LANGUAGE_CODE, TIME_ZONE, FORMAT_MODULE_PATH = "fr", "Europe/Paris", "aidants_connect.formats"

if env("EMAIL_URL", default=""):
    globals().update(env.email_url("EMAIL_URL"))
elif EN_PRODUCTION:
    raise ImproperlyConfigured("EMAIL_URL is missing: the mails of mandats need a server.")
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DOSSIER_DONNEES / "courriels")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env(
    "DEFAULT_FROM_EMAIL", default="Aidants Connect <ne-pas-repondre@localhost>"
)
# SMS leave by this address, https://…; none in production without it, files in the demo.
_SMS = "" if EN_PRODUCTION else (DOSSIER_DONNEES / "sms").absolute().as_uri()
SMS_ADRESSE = env("SMS_ADRESSE", default=_SMS)
SMS_JETON, SMS_EXPEDITEUR = env("SMS_JETON", default=""), env("SMS_EXPEDITEUR", default="Aidants")
TELEPHONE_SUPPORT = env("TELEPHONE_SUPPORT", default="01 23 45 67 89")
# What the legal pages name; without them they say that the site is a demonstration.
_MENTIONS = ("EDITEUR", "DIRECTEUR_PUBLICATION", "HEBERGEUR", "COURRIEL_CONTACT", "COURRIEL_DPO")
COURRIELS_TEMOINS = env.list("COURRIELS_TEMOINS", default=[])  # of the journal's daily head
COURRIEL_TECHNIQUE = env("COURRIEL_TECHNIQUE", default="")  # for its alarms
MENTIONS = {nom.lower(): env(nom, default="") for nom in _MENTIONS}

STATIC_URL, STATICFILES_DIRS = "/static/", [BASE_DIR / "static"]
STATIC_ROOT = Path(env("AC_DOSSIER_STATIQUE", default=str(BASE_DIR / "staticfiles")))
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not EN_PRODUCTION
_STATIQUES = "django.contrib.staticfiles.storage.StaticFilesStorage"
if EN_PRODUCTION:
    _STATIQUES = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _STATIQUES},
}

# No address, no browser, no query string: a path may be logged, what it carries may not.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG  # one line per request, when it ends
LOGGING = journaux.configuration(env("NIVEAU_JOURNAUX", default="INFO"))
if env("SENTRY_DSN", default=""):
    journaux.surveiller(env("SENTRY_DSN"), ENVIRONNEMENT)
