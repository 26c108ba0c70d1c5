"""Open sessions, each with the account that it belongs to: they can be listed and closed."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth import SESSION_KEY
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import Exists, OuterRef
from django_otp.models import Device
from django_otp_webauthn.models import WebAuthnCredential

from aidants import suites
from aidants.lecture_compilee import LectureCompilee
from aidants.models.aidants import Aidant
from aidants.models.appartenances import Appartenance
from aidants.models.facteurs import AppareilTotp, CarnetSecours

# What can have opened a session, beside the password.
FACTEURS: tuple[type[Device], ...] = (AppareilTotp, CarnetSecours, WebAuthnCredential)


class SessionManager(BaseSessionManager["Session"]):
    def lue(self, cle: str) -> "Session | None":
        """The session of this key, finished or not, with all that a page asks of its account."""
        return _PAR_CLE.lire(cle=cle)

    def retenir(self, aidant: Aidant) -> None:
        """Until the end of the transaction, whoever closes sessions of the account waits.

        What is read of them after this holds; and who closes them sees what was opened meanwhile.
        """
        _COMPTE.lire(pk=aidant.pk)

    def finir(self, session: SessionBase) -> None:
        """Delete this session, then end what it had opened, in the caller's transaction.

        In that order, under its account's lock: nothing more can be opened in it behind our back.
        """
        contenu = dict(session.items())
        compte: Any = contenu.get(SESSION_KEY)
        list(Aidant.objects.filter(pk=compte).select_for_update())
        session.flush()
        suites.annoncer("session_finie", contenu)

    def perimees(self, instant: datetime) -> "models.QuerySet[Session]":
        """Those that are over, with what was typed in them."""
        return self.filter(expire_date__lt=instant)

    def fermer(self, aidant: Aidant, *, sauf: str | None = None) -> int:
        """Close the sessions of an account, but the one of key `sauf`; return how many.

        What each had opened ends with it. Inside the transaction of the act that closes them.
        """
        siennes = self.filter(aidant=aidant).exclude(session_key=sauf or "")
        aidant.verrouiller()
        finies = [ligne.get_decoded() for ligne in siennes]
        nombre: int = siennes.delete()[0]
        for session in finies:
            suites.annoncer("session_finie", session)
        return nombre


class Session(AbstractBaseSession):
    aidant = models.ForeignKey(
        Aidant, null=True, on_delete=models.CASCADE, related_name="sessions", editable=False
    )

    objects: ClassVar[SessionManager] = SessionManager()

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        db_table = "aidants_session"

    @property
    def compte(self) -> Aidant | None:
        """The account, which knows its factors and whether it manages a structure (`lue`)."""
        if self.aidant is None:
            return None
        self.aidant.est_responsable = getattr(self, "responsable", False)
        self.aidant.facteurs_ouverts = {
            f"{modele.model_label()}/{pk}"
            for modele in FACTEURS
            for pk in getattr(self, _colonne(modele))
        }
        return self.aidant

    @classmethod
    def get_session_store_class(cls) -> Any:
        from aidants.sessions import SessionStore  # noqa: PLC0415 - the store needs this model

        return SessionStore


def _colonne(modele: type[Device]) -> str:
    return f"des_{modele._meta.model_name}"


def _par_cle(cle: str) -> "models.QuerySet[Session]":
    du_compte = Appartenance.objects.ouvertes().filter(aidant=OuterRef("aidant"))
    facteurs = {
        _colonne(modele): ArraySubquery(
            modele.objects.filter(user=OuterRef("aidant"), confirmed=True).order_by().values("pk")
        )
        for modele in FACTEURS
    }
    responsable = Exists(du_compte.filter(est_responsable=True))
    sessions = Session.objects.select_related("aidant").filter(session_key=cle)
    return sessions.annotate(responsable=responsable, **facteurs)


_PAR_CLE = LectureCompilee(_par_cle, cle=str)
_COMPTE = LectureCompilee(
    lambda pk: Aidant.objects.filter(pk=pk).only("pk").select_for_update(no_key=True), pk=uuid.UUID
)
