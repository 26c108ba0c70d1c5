"""The roles, and what a page gives each of them, in words."""

ROLES = ("anonyme", "sans_code", "aidant", "ailleurs", "responsable", "supervision")

# A status; or where one is sent: the name of a page of ours, the origin of another site.
Issue = int | str
Issues = tuple[Issue, ...]
FC = "https://franceconnect.example.org"
FS = "https://fs.example.org"


def tous(issue: Issue) -> Issues:
    """A public page."""
    return (issue,) * len(ROLES)


def aidants(chez_soi: Issue, ailleurs: Issue) -> Issues:
    """A page of aidants: theirs, or another structure's."""
    return ("connexion", "connexion", chez_soi, ailleurs, 403, 403)


def connectes(au_travail: Issue, au_bureau: Issue) -> Issues:
    """A page of every account: of aidants, and of who works in the admin."""
    return ("connexion", "connexion", au_travail, au_travail, au_bureau, au_bureau)


def admin(responsable: Issue, supervision: Issue) -> Issues:
    """A page of the admin; its own login page says 403 to who has no role there."""
    return ("connexion", "connexion", "admin:login", "admin:login", responsable, supervision)


def de_la_supervision(modele: str, *, change: bool = True) -> dict[str, Issues]:
    """The six pages of a model that the supervision alone reads and, if it may, changes."""
    nom, chemin = f"admin:usagers_{modele}", f"administration/usagers/{modele}"
    lire = ("changelist", "change", "history")
    ecrire = {geste: admin(403, 200 if change else 403) for geste in ("add", "delete")}
    pages = dict.fromkeys(lire, admin(403, 200)) | ecrire
    lignes = {f"{nom}_{page}": issues for page, issues in pages.items()}
    return lignes | {f"{chemin}/<path:object_id>/": admin(*[f"{nom}_change"] * 2)}


def modele(chemin: str, lire: Issues, ecrire: Issues) -> dict[str, Issues]:
    """The pages of one model in the admin; nobody deletes there."""
    nom = f"admin:{chemin.replace('/', '_')}"
    return {
        **{f"{nom}_{page}": lire for page in ("changelist", "change", "history")},
        f"{nom}_add": ecrire,
        f"{nom}_delete": admin(403, 403),
        f"administration/{chemin}/<path:object_id>/": admin(*[f"{nom}_change"] * 2),
    }
