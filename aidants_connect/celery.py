"""The Celery application: mails and clean-up; without Redis, tasks run in the request's process."""

import os
from datetime import timedelta

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aidants_connect.settings")

app = Celery("aidants_connect")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    # A worker that dies gives its task back: truth is in the tables, not in the broker.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_eager_propagates=False,
    # A broker that is down must not hold a page: the sweep sends later what was not enqueued.
    task_publish_retry=False,
    broker_transport_options={
        "visibility_timeout": 60,
        "socket_connect_timeout": 2,
        "socket_timeout": 3,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.2,
        "interval_max": 0.2,
    },
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
    timezone="Europe/Paris",
    beat_schedule={
        "avis-en-attente": {
            "task": "mandats.taches.envoyer_avis_en_attente",
            "schedule": timedelta(minutes=1),
        },
        "statistiques": {
            "task": "aidants_connect.taches.relever_statistiques",
            "schedule": timedelta(minutes=4),
        },
        "statistiques-entieres": {
            "task": "aidants_connect.taches.recompter_statistiques",
            "schedule": crontab(hour=2, minute=40),
        },
        "purge": {
            # At night, by the worker that alone may erase the journal's subjects.
            "task": "aidants_connect.taches.purger",
            "schedule": crontab(hour=3, minute=20),
            "options": {"queue": "conservation", "expires": 12 * 3600},
        },
        "courriers-en-attente": {
            "task": "aidants.taches.envoyer_courriers_en_attente",
            "schedule": timedelta(minutes=1),
        },
        "messages-en-attente": {
            "task": "usagers.taches.envoyer_messages_en_attente",
            "schedule": timedelta(minutes=1),
        },
        "connexions-finies": {
            "task": "fournisseur_identite.taches.clore_les_finies",
            "schedule": timedelta(minutes=1),
        },
        "fins-en-attente": {
            "task": "fournisseur_identite.taches.envoyer_fins_en_attente",
            "schedule": timedelta(minutes=1),
        },
        "fins-a-dire": {
            "task": "mandats.taches.dire_les_fins",
            "schedule": timedelta(hours=1),
        },
        # Each does what is due: what failed or was missed is done the next time.
        "journal-alarmes": {
            "task": "aidants_connect.taches.surveiller_le_journal",
            "schedule": timedelta(minutes=5),
        },
        **{
            tache: {"task": tache, "schedule": timedelta(hours=1)}
            for tache in (
                "aidants_connect.taches.verifier_le_journal",
                "aidants_connect.taches.compter_le_journal",
                "aidants_connect.taches.envoyer_la_tete_du_journal",
            )
        },
        **{
            tache: {"task": tache, "schedule": timedelta(days=1)}
            for tache in (
                "aidants.taches.avertir_les_absents",
                "aidants.taches.desactiver_les_absents",
                "mandats.taches.rappeler_les_fins",
                "fournisseur_identite.taches.avancer_les_cles",
            )
        },
    },
)
app.autodiscover_tasks(related_name="taches")
