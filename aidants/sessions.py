"""Where sessions are kept (`SESSION_ENGINE`): Django's own store, its rows naming the account.

A session is read with its account: one statement tells who asks for a page.
"""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as StoreDeDjango
from django.utils import timezone
from django.utils.functional import cached_property


class SessionStore(StoreDeDjango):
    compte: Any = None  # the account of the row, as it was when the row was read

    @classmethod
    def get_model_class(cls) -> Any:
        from aidants.models import Session  # noqa: PLC0415 - Django loads the store before the apps

        return Session

    @cached_property
    def model(self) -> Any:
        return self.get_model_class()

    def _validate_session_key(self, key: str) -> bool:
        """PostgreSQL keeps no NUL, which a cookie may hold, escaped (`\\000`)."""
        valable: bool = super()._validate_session_key(key)  # type: ignore[misc]  # Django's own, without a hint
        return valable and "\x00" not in key

    def _get_session_from_db(self) -> Any:
        ligne = self.model.objects.lue(self.session_key)
        if ligne is None or ligne.expire_date <= timezone.now():
            self._session_key = None
            return None
        self.compte = ligne.compte
        return ligne

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        ligne: Any = super().create_model_instance(data)
        ligne.aidant_id = data.get(SESSION_KEY)
        return ligne
