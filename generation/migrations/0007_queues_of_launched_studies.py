"""Studies that were launched before there were queues get theirs: not paused, of the common priority."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def add_queues(apps: StateApps, _: BaseDatabaseSchemaEditor) -> None:
    launched = apps.get_model("studies", "Study").objects.exclude(state="draft")
    systems = apps.get_model("studies", "System").objects.filter(study__in=launched)
    study_queue = apps.get_model("generation", "StudyQueue")
    system_queue = apps.get_model("generation", "SystemQueue")
    study_queue.objects.bulk_create(study_queue(study_id=pk) for pk in launched.values_list("pk", flat=True))
    system_queue.objects.bulk_create(
        system_queue(system_id=pk) for pk in systems.values_list("pk", flat=True)
    )


class Migration(migrations.Migration):
    dependencies = [("generation", "0006_steering_and_workers")]
    operations = [migrations.RunPython(add_queues, migrations.RunPython.noop, elidable=True)]
