"""Many people invited at once: read line by line, told what is wrong, then all or nobody."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from aidants import connexion, liste_collee
from aidants.models import Aidant, Courrier, Invitation
from journal.models import Entree
from tests.aidants.personnes import Maison, client_de, maison, page
from tests.factories import AidantFactory

LISTE = """adresse électronique;prénom;nom;profession
lea@example.org ; Léa ; Roux ; Secrétaire

tom@example.org\tTom\tLe Gall
Noe@Example.org,Noé,Marin,
"""


@pytest.fixture
def ici(db: None) -> Maison:
    return maison()


@pytest.fixture
def client(ici: Maison) -> Client:
    return client_de(ici.responsable)


def poster(client: Client, ici: Maison, texte: str, **champs: Any) -> Any:
    donnees = {"acte": str(uuid4()), "ou": str(ici.structure.pk), "role": "aidant", "texte": texte}
    return client.post(page("invitation_plusieurs"), donnees | champs)


def inviter(client: Client, ici: Maison, texte: str, **champs: Any) -> Any:
    return poster(client, ici, texte, inviter="Inviter", **champs)


# --- Reading a list -------------------------------------------------------------------------------


def test_list_is_read_with_any_separator_and_its_lines_keep_their_number() -> None:
    lignes = liste_collee.lire(LISTE)
    assert [ligne.numero for ligne in lignes] == [2, 4, 5]
    assert [list((ligne.champs or {}).values()) for ligne in lignes] == [
        ["lea@example.org", "Léa", "Roux", "Secrétaire"],
        ["tom@example.org", "Tom", "Le Gall", ""],
        ["Noe@Example.org", "Noé", "Marin", ""],
    ]


@pytest.mark.parametrize("ligne", ["lea@example.org", "a@b.fr;Léa", "a;b;c;d;e", "a\tb"])
def test_line_of_too_few_or_too_many_columns(ligne: str) -> None:
    assert liste_collee.lire(ligne)[0].champs is None


CASE = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(
    lambda case: bool(case.replace(";", " ").strip())
)


@given(st.lists(st.tuples(CASE, CASE, CASE, CASE), max_size=5))
def test_rows_of_a_file_come_back_from_the_text(rangs: list[tuple[str, ...]]) -> None:
    lignes = list(liste_collee._lignes(liste_collee.ecrire(rangs)))
    attendu = [[" ".join(c.replace(";", " ").split()) for c in rang] for rang in rangs]
    assert [ligne.cases for ligne in lignes] == attendu


@given(st.text())
def test_any_text_is_read(texte: str) -> None:
    for ligne in liste_collee.lire(texte):
        assert ligne.champs is None or list(ligne.champs) == list(liste_collee.COLONNES)


# --- The dry run ----------------------------------------------------------------------------------


def test_right_list_is_shown_and_nothing_is_sent(ici: Maison, client: Client) -> None:
    texte = poster(client, ici, LISTE).content.decode()
    assert "La liste est juste" in texte
    assert 'value="Inviter 3 personnes"' in texte
    assert not Invitation.objects.exists()
    assert not Courrier.objects.exists()


FAUTES = {
    "lea@@example.org;Léa;Roux": "Écrivez l’adresse en entier",
    "lea@example.org;;Roux": "Écrivez le prénom.",
    "lea@example.org;Léa": "Il faut trois ou quatre colonnes",
    "TOM@example.org;Tom;Autre": "Même adresse qu’à la ligne 1.",
    "lea@example.org;" + "a" * 101 + ";Roux": "100 caractères",
}


@pytest.mark.django_db
@pytest.mark.parametrize("ligne", FAUTES)
@pytest.mark.parametrize("envoyer", [poster, inviter])
def test_one_wrong_line_invites_nobody_and_keeps_the_text(
    ici: Maison, client: Client, ligne: str, envoyer: Any
) -> None:
    reponse = envoyer(client, ici, f"tom@example.org;Tom;Le Gall\n{ligne}")
    texte = reponse.content.decode()
    assert reponse.status_code == 200
    assert "1 ligne à corriger" in texte
    assert FAUTES[ligne] in texte
    assert f"tom@example.org;Tom;Le Gall\n{ligne}" in texte
    assert "<td>2</td>" in texte
    assert not Invitation.objects.exists()


def test_who_is_here_is_told_and_who_is_elsewhere_is_not(ici: Maison, client: Client) -> None:
    ferme = AidantFactory(desactive=True)
    comptes: list[Aidant] = [ici.aidant, ici.voisin, ici.supervision, ferme]
    reponse = poster(client, ici, "\n".join(f"{a.courriel};A;B" for a in comptes))
    problemes = reponse.context["form"].problemes
    assert [(v.numero, v.probleme) for v in problemes] == [
        (1, "Cette personne est déjà dans la structure.")
    ]


def test_who_waits_already_will_be_sent_a_new_link(ici: Maison, client: Client) -> None:
    inviter(client, ici, "tom@example.org;Tom;Le Gall")
    liste = "tom@example.org;Tom;Le Gall\nlea@example.org;Léa;Roux"
    assert "Déjà invitée" in poster(client, ici, liste).content.decode()
    assert inviter(client, ici, liste).status_code == 302
    assert set(Invitation.objects.values_list("courriel", "version")) == {
        ("tom@example.org", 2), ("lea@example.org", 1),
    }  # fmt: skip


def test_invitation_of_another_structure_is_not_told(ici: Maison, client: Client) -> None:
    inviter(client_de(ici.supervision), ici, "tom@example.org;Tom;X", ou=str(ici.voisine.pk))
    assert "Déjà invitée" not in poster(client, ici, "tom@example.org;Tom;X").content.decode()


@pytest.mark.parametrize(
    ("texte", "mots"),
    [
        ("", "Écrivez au moins une personne"),
        ("\n".join(f"a{n}@example.org;A;B" for n in range(1001)), "1000 personnes au plus"),
        ("x" * 150_001, "150000"),
    ],
)
def test_list_that_is_empty_or_too_long(ici: Maison, client: Client, texte: str, mots: str) -> None:
    reponse = inviter(client, ici, texte)
    assert mots in reponse.content.decode().replace("\u202f", "").replace("\xa0", "")
    assert not Invitation.objects.exists()


def test_list_for_a_structure_that_is_not_managed(ici: Maison, client: Client) -> None:
    for ou in (str(ici.voisine.pk), "supervision", ""):
        assert inviter(client, ici, "tom@example.org;Tom;X", ou=ou).status_code == 200
    assert not Invitation.objects.exists()


# --- A file ---------------------------------------------------------------------------------------


def xlsx(*rangs: list[Any]) -> bytes:
    classeur = Workbook()
    for rang in rangs:
        classeur.active.append(rang)
    classeur.save(tampon := BytesIO())
    return tampon.getvalue()


TITRES = ["E-mail", "Prénom", "Nom", "Métier"]
FICHIERS = {
    "liste.csv": "e-mail;prénom;nom;métier\r\nlea@example.org;Léa;Roux;\r\n".encode("cp1252"),
    "liste.xlsx": xlsx(TITRES, ["lea@example.org", "Léa", "Roux", None]),
}


@pytest.mark.parametrize("nom", FICHIERS)
def test_rows_of_a_file_follow_the_text(ici: Maison, client: Client, nom: str) -> None:
    fichier = SimpleUploadedFile(nom, FICHIERS[nom])
    reponse = poster(client, ici, "tom@example.org;Tom;Le Gall", fichier=fichier)
    assert reponse.context["form"].est_juste
    texte = reponse.content.decode()
    assert "tom@example.org;Tom;Le Gall\nlea@example.org; Léa; Roux;" in texte


@pytest.mark.parametrize(
    ("nom", "contenu", "mots"),
    [
        ("liste.xlsx", xlsx(TITRES, ["lea@example.org", "=1+1", "Roux", ""]), "formule"),
        ("liste.csv", b"e-mail;nom\nlea@example.org;Roux", "cette colonne manque"),
        ("liste.csv", b"e-mail;pr\xe9nom;nom\nlea@example.org;;Roux", "Ligne 2"),
        ("liste.csv", b"x" * 20_000_000, "trop gros"),
        ("liste.pdf", b"%PDF-1.7", "pas reconnu"),
    ],
    ids=["formula", "missing column", "empty cell", "20 MB", "not a list"],
)
def test_wrong_file_is_told_and_the_text_kept(
    ici: Maison, client: Client, nom: str, contenu: bytes, mots: str
) -> None:
    fichier = SimpleUploadedFile(nom, contenu)
    reponse = inviter(client, ici, "tom@example.org;Tom;Le Gall", fichier=fichier)
    assert mots in reponse.content.decode()
    assert "tom@example.org;Tom;Le Gall" in reponse.content.decode()
    assert not Invitation.objects.exists()


# --- All at once ----------------------------------------------------------------------------------


def test_everybody_is_invited_once_with_a_row_and_a_mail_each(
    ici: Maison, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    acte = str(uuid4())
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            reponse = inviter(client, ici, LISTE, acte=acte, role="les_deux")
            assert reponse["Location"] == page("invitation_changelist")
    assert Invitation.objects.filter(est_aidant=True, est_responsable=True).count() == 3
    assert Entree.objects.filter(structure_ref=str(ici.structure.pk)).count() == 3
    assert sorted(m.to[0] for m in mail.outbox) == [
        "lea@example.org", "noe@example.org", "tom@example.org",
    ]  # fmt: skip
    assert "C’était déjà fait" in client.get(reponse["Location"]).content.decode()


def test_recent_code_is_asked_to_invite_and_the_list_is_kept(ici: Maison, client: Client) -> None:
    session = client.session
    session[connexion.TOTP_LE] = timezone.now().timestamp() - 301
    session.save()
    assert poster(client, ici, LISTE).status_code == 200
    assert inviter(client, ici, LISTE)["Location"].startswith("/connexion/reprise/")
    assert ["texte", LISTE] in client.session["saisie_retenue"]["champs"]
    assert not Invitation.objects.exists()


def test_a_thousand_people_in_one_go(
    ici: Maison, client: Client, django_assert_max_num_queries: Any
) -> None:
    lignes = [f"a{n}.de-la-rue@example.org;Anne-Lise;Martin{n};Médiatrice" for n in range(1000)]
    texte = "\n".join(lignes)
    with django_assert_max_num_queries(20):
        assert "Inviter 1000 personnes" in poster(client, ici, texte).content.decode()
    assert inviter(client, ici, texte).status_code == 302
    assert Invitation.objects.count() == Courrier.objects.count() == Entree.objects.count() == 1000
