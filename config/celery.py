"""The Celery application. A message only says "look": the rows hold the work."""

import os
import sys

from celery import Celery
from celery.signals import celeryd_init, worker_ready
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def _refuse(why: object) -> None:
    """One line, and 2: a worker that started without what the settings ask for would hide it."""
    sys.stderr.write(f"earwitness: {why}\n")
    sys.exit(2)


if "celery.bin.celery" in sys.modules:
    # Celery's own command line would print a traceback when the settings refuse something.
    try:
        settings.DATABASES  # noqa: B018 - reading one reads them all
    except ImproperlyConfigured as refused:
        _refuse(refused)

app = Celery("earwitness")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
def refuse_what_cannot_work(options: dict[str, object], **_: object) -> None:
    """Before a worker takes its first message: one process to a card, and the card has to be there."""
    # torch is imported by workers only.
    from generation.backends.base import BackendRefused  # noqa: PLC0415
    from generation.making.workbench import resolve_device  # noqa: PLC0415

    pool = options.get("pool_cls") or options.get("pool")
    name = str(getattr(pool, "__module__", pool)).rpartition(".")[2]
    if name != "solo":
        _refuse(f"worker pool: {name!r} cannot be used, CUDA does not survive a fork; allowed: -P solo")
    try:
        resolve_device(settings.GENERATION_DEVICE)
    except BackendRefused as missing:
        _refuse(missing)


@worker_ready.connect
def look_for_work(**_: object) -> None:
    """A worker that starts looks at once: what a killed one left behind must not wait for the clock."""
    app.send_task("generation.tasks.sweep")
