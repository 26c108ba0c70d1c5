"""Open sessions, each with the account that it belongs to: they can be listed and closed."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models

from aidants.models.aidants import Aidant


class SessionManager(BaseSessionManager["Session"]):
    def perimees(self, instant: datetime) -> "models.QuerySet[Session]":
        """Those that are over, with what was typed in them."""
        return self.filter(expire_date__lt=instant)

    def fermer(self, aidant: Aidant, *, sauf: str | None = None) -> int:
        """Close the sessions of an account, but the one of key `sauf`; return how many."""
        return self.filter(aidant=aidant).exclude(session_key=sauf or "").delete()[0]


class Session(AbstractBaseSession):
    aidant = models.ForeignKey(
        Aidant, null=True, on_delete=models.CASCADE, related_name="sessions", editable=False
    )

    objects: ClassVar[SessionManager] = SessionManager()

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        db_table = "aidants_session"

    @classmethod
    def get_session_store_class(cls) -> Any:
        from aidants.sessions import SessionStore  # noqa: PLC0415 - the store needs this model

        return SessionStore
