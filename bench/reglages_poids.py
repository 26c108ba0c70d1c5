"""The demo's settings, with static files as production serves them: hashed, compressed, kept."""

from aidants_connect.settings import *  # noqa: F403 - all but these three

_COMPRIMES = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES["staticfiles"] = {"BACKEND": _COMPRIMES}  # noqa: F405 - of the settings
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = False
