"""All the addresses of the site."""

from django.urls import include, path

from aidants.administration import site
from aidants_connect.views import public

urlpatterns = [
    path("", public.accueil, name="accueil"),
    path("sante", public.sante, name="sante"),
    path("", include("aidants.urls")),
    path("", include("usagers.urls")),
    path("", include("mandats.urls")),
    path("", include("fournisseur_identite.urls")),
    path("administration/", site.urls),
]
