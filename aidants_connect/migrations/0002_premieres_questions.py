"""The first questions of the public; the supervision changes them afterwards in the admin."""

from django.db import migrations
from django.utils import timezone

QUESTIONS = {
    "comprendre": [
        (
            "Aidants Connect, c’est quoi ?",
            """C’est un service public.

Un professionnel habilité fait vos démarches en ligne avec vous, ou à votre place.

Vous signez un mandat. Tout ce que l’aidant fait est noté.""",
        ),
        (
            "Combien cela coûte-t-il ?",
            """Rien. L’aide est gratuite, et le mandat aussi.

Quelqu’un vous demande de l’argent ? Ce n’est pas normal. Ne signez pas.""",
        ),
        (
            "Où trouver un aidant près de chez moi ?",
            """Demandez à votre mairie, ou à un espace France services.

Un CCAS, une association ou une bibliothèque peuvent aussi avoir des aidants habilités.""",
        ),
        (
            "Faut-il avoir un compte pour FranceConnect ?",
            """Oui, un seul suffit : celui des impôts, de l’Assurance maladie, de La Poste…

Vous n’en avez pas ? L’aidant vous aide à en créer un.

[Comprendre FranceConnect](/comprendre-franceconnect/)""",
        ),
    ],
    "mandat": [
        (
            "Qu’est-ce que je signe ?",
            """Un mandat. Il dit :

- **quelles** démarches l’aidant peut faire ;
- **jusqu’à quand** ;
- **vos droits**.

[Lire ce que je signe](/ce-que-je-signe/)""",
        ),
        (
            "Combien de temps dure un mandat ?",
            """Un jour, un mois, six mois ou un an. Vous choisissez avec l’aidant.

Le mandat s’arrête tout seul à la fin.""",
        ),
        (
            "Comment arrêter mon mandat ?",
            """Quand vous voulez, et sans dire pourquoi.

Prenez le papier reçu le jour de la signature. Le code est sur la dernière page.

- Sur ce site : [J’ai un mandat](/mon-mandat/).
- Avec le papier : remplissez la dernière page et donnez-la à la structure.
- Au guichet, ou par téléphone.

L’arrêt est immédiat.""",
        ),
        (
            "J’ai perdu le papier. Que faire ?",
            """Connectez-vous avec FranceConnect dans [J’ai un mandat](/mon-mandat/) : vous voyez tous vos mandats.

Vous ne pouvez pas ? Allez à la structure, ou téléphonez.""",
        ),
        (
            "Je suis sous tutelle ou sous curatelle. Puis-je signer ?",
            """Non. La loi vous protège : vous ne pouvez pas signer ce mandat.

Parlez-en à la personne qui vous accompagne, tuteur ou curateur.""",
        ),
    ],
    "donnees": [
        (
            "Dois-je donner mes mots de passe à l’aidant ?",
            """Non, jamais. L’aidant se sert de son propre compte.

Un aidant vous demande un mot de passe ? Refusez, et dites-le à la structure.""",
        ),
        (
            "Qui peut voir ce que l’aidant a fait ?",
            """Vous. Chaque utilisation du mandat est notée : la date, l’heure, le site, la démarche.

Ouvrez [J’ai un mandat](/mon-mandat/) avec FranceConnect.""",
        ),
        (
            "Combien de temps gardez-vous mes données ?",
            """Le mandat et son journal sont gardés six ans après la fin du mandat. C’est votre preuve.

[Tout lire sur les données personnelles](/donnees-personnelles/)""",
        ),
    ],
    "aidants": [
        (
            "Qui peut devenir aidant ?",
            """Un professionnel d’une structure habilitée, invité par son responsable.

Les bénévoles, les stagiaires, les volontaires du service civique, les élus et la famille ne peuvent pas l’être.""",
        ),
        (
            "J’ai perdu mon téléphone ou ma carte à codes",
            """Prévenez tout de suite votre responsable.

Vous avez des codes de secours ? Chacun sert une fois, à la place du code à six chiffres.""",
        ),
    ],
}


def ecrire(apps, schema_editor):
    modele = apps.get_model("aidants_connect", "QuestionFrequente")
    modele.objects.bulk_create(
        modele(
            question=question,
            reponse=reponse,
            rubrique=rubrique,
            ordre=10 * rang,
            publiee=True,
            modifiee_le=timezone.now(),
        )
        for rubrique, questions in QUESTIONS.items()
        for rang, (question, reponse) in enumerate(questions, start=1)
    )


class Migration(migrations.Migration):
    dependencies = [("aidants_connect", "0001_initial")]
    operations = [migrations.RunPython(ecrire, migrations.RunPython.noop)]
