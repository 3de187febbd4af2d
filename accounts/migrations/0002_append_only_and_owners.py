"""The audit log refuses changes in the database too; whoever had an account owns the studies that are there already."""

from django.db import migrations

POSTGRES = """
CREATE FUNCTION accounts_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$;
CREATE TRIGGER accounts_append_only BEFORE UPDATE OR DELETE ON accounts_auditentry
FOR EACH ROW EXECUTE FUNCTION accounts_append_only();
"""
POSTGRES_BACK = """
DROP TRIGGER accounts_append_only ON accounts_auditentry;
DROP FUNCTION accounts_append_only();
"""
SQLITE = """
CREATE TRIGGER accounts_append_only BEFORE UPDATE ON accounts_auditentry
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
"""


def refuse_changes(apps, schema_editor):
    schema_editor.execute(POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE)


def allow_changes(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    schema_editor.execute(POSTGRES_BACK if vendor == "postgresql" else "DROP TRIGGER accounts_append_only;")


def own_what_is_there(apps, schema_editor):
    """Until now every account could do everything to every study: that stays as it was for those who have one."""
    Membership = apps.get_model("accounts", "Membership")
    accounts = apps.get_model("auth", "User").objects.filter(is_active=True, is_superuser=False)
    studies = list(apps.get_model("studies", "Study").objects.values_list("pk", flat=True))
    Membership.objects.bulk_create(
        Membership(study_id=study, account_id=account, role="owner")
        for account in accounts.values_list("pk", flat=True)
        for study in studies
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [
        migrations.RunPython(refuse_changes, allow_changes),
        migrations.RunPython(own_what_is_there, migrations.RunPython.noop),
    ]
