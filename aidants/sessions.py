"""Where sessions are kept (`SESSION_ENGINE`): Django's own store, its rows naming the account."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as StoreDeDjango
from django.utils.functional import cached_property


class SessionStore(StoreDeDjango):
    @classmethod
    def get_model_class(cls) -> Any:
        from aidants.models import Session  # noqa: PLC0415 - Django loads the store before the apps

        return Session

    @cached_property
    def model(self) -> Any:
        return self.get_model_class()

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        ligne: Any = super().create_model_instance(data)
        ligne.aidant_id = data.get(SESSION_KEY)
        return ligne
