"""The content security policy: our own files, and nothing else, nothing inline."""

from typing import Final

from csp.constants import NONE, SELF

DIRECTIVES: Final = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],  # data: the DSFR's own style sheet draws its icons so
    "font-src": [SELF],
    "connect-src": [SELF],
    "object-src": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],  # a page that leads elsewhere says so itself: mandats/origines.py
    "frame-ancestors": [NONE],
}
