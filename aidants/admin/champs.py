"""Form fields of the admin."""

from django import forms


class Cases(forms.CheckboxSelectMultiple):
    """A column of boxes: the DSFR's own are for the site, not for the admin."""

    template_name = "admin/cases.html"
