"""A column of boxes for the admin, whose pages have not the DSFR's style."""

from django import forms


class Cases(forms.CheckboxSelectMultiple):
    template_name = "usagers/admin/cases.html"
