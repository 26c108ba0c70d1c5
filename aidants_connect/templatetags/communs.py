"""`{% commun "fragments/pied.html" %}`: a fragment that is drawn once by process, not by page.

The foot of every page takes a dozen addresses and as many inclusions, and is the same for all.
"""

from typing import Final

from django import template
from django.conf import settings
from django.template.context import RequestContext
from django.urls import get_script_prefix, get_urlconf
from django.utils.safestring import SafeString

register = template.Library()

NOMBRE_MAX: Final = 500  # a view, a role: far fewer
_dessines: dict[tuple[object, ...], SafeString] = {}


@register.simple_tag(takes_context=True)
def commun(context: RequestContext, gabarit: str, *selon: object) -> SafeString:
    """`selon` is all that the fragment reads, beside what the whole site has: strings and booleans.

    A person, a token or an address of this page has no place in it.
    """
    site = (context.get("marque_etat"), context.get("telephone_support"), settings.STATIC_URL)
    cle = (gabarit, *selon, *site, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
    dessin = _dessines.get(cle)
    if dessin is None:
        if len(_dessines) >= NOMBRE_MAX:
            _dessines.clear()
        moteur = context.template.engine  # type: ignore[union-attr]  # a template is being drawn
        with context.push():
            dessin = _dessines[cle] = moteur.get_template(gabarit).render(context)
    return dessin
