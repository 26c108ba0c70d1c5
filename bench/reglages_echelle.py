"""The demo's settings, and what each request cost in a header of its answer."""

from aidants_connect.settings import *  # noqa: F403 - all, with one more middleware

MIDDLEWARE.insert(0, "bench.compteur.compter")  # noqa: F405 - of the settings
