from django.urls import path

from usagers.views import feuilles, parcours

urlpatterns = [
    path("parcours/", parcours.parcours, name="parcours"),
    path("parcours/arbre/", parcours.parcours_arbre, name="parcours_arbre"),
    path("parcours/affiches/<slug:nom>.pdf", feuilles.parcours_affiche, name="parcours_affiche"),
    path("parcours/<path:reponses>/fiche.pdf", feuilles.parcours_fiche, name="parcours_fiche"),
    path(
        "parcours/<path:reponses>/terminer/",
        parcours.parcours_terminer,
        name="parcours_terminer",
    ),
    path("parcours/<path:reponses>/", parcours.parcours_etape, name="parcours_etape"),
    path("orientation/", parcours.orientation, name="orientation"),
]
