"""`{{ texte|markdown }}`: an answer of the FAQ."""

from django import template
from django.utils.safestring import SafeString

from aidants_connect.markdown import en_html

register = template.Library()


@register.filter
def markdown(texte: str) -> SafeString:
    return en_html(texte)
