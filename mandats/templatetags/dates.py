"""Dates as a person reads them; Django's own filter writes « 1 mai »."""

from django import template

from mandats import durees

register = template.Library()
register.filter("date_en_clair", durees.date_en_clair)
register.filter("heure_en_clair", durees.heure_en_clair)
register.filter("en_clair", durees.en_clair)
