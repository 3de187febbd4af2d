"""The Celery application. A message only says "look": the rows hold the work."""

import os

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("earwitness")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def look_for_work(**_: object) -> None:
    """A worker that starts looks at once: what a killed one left behind must not wait for the clock."""
    app.send_task("generation.tasks.sweep")
