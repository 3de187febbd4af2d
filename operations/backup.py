"""One folder that holds everything: the database at one moment, then every stored file.

The database is read in one transaction that sees one moment (REPEATABLE READ; SQLite: VACUUM INTO). Files are copied
after it: they are named by their SHA-256 and never change or vanish, so a later copy has all that the database names.
``manifest.json`` is written last: a folder without it is not a backup.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from psycopg import sql

from operations.errors import BackupRefused

MANIFEST = "manifest.json"
FORMAT = 1
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Report:
    """What was written, or put back."""

    tables: int
    rows: int
    files: int
    bytes: int

    def __str__(self) -> str:
        return f"{self.rows} rows of {self.tables} tables and {self.files} files ({self.bytes} bytes)"


def back_up(folder: Path) -> Report:
    """Write everything into ``folder``, which is made, or was empty.

    Raises:
        BackupRefused: there is something in the folder already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BackupRefused(f"{folder}: is not empty; allowed: a new folder")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    dump = _dump_postgres if connection.vendor == "postgresql" else _dump_sqlite
    rows = dump(folder)
    files = {name: _copy(name, folder / "files" / name) for name in sorted(_stored())}
    manifest = {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "database": connection.vendor,
        "migrations": _leaves(),
        "rows": rows,
        "files": {name: size for name, (size, _) in files.items()},
        "sha256": {name: digest for name, (_, digest) in files.items()},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return _report(manifest)


def restore(folder: Path) -> Report:
    """Put a backup into an empty installation, and bring it up to this version.

    Raises:
        BackupRefused: the folder is no backup, not whole, or of another kind of database; or somebody works here.
    """
    manifest = _read_manifest(folder)
    if manifest["database"] != connection.vendor:
        raise BackupRefused(
            f"{folder}: a backup of {manifest['database']}, and DATABASE_URL names {connection.vendor}; "
            f"allowed: the same kind of database"
        )
    for name, digest in manifest["sha256"].items():
        if not (folder / "files" / name).is_file() or _digest(folder / "files" / name) != digest:
            raise BackupRefused(
                f"{folder}: files/{name} is missing or damaged; allowed: a backup as it was written"
            )
    load = _load_postgres if connection.vendor == "postgresql" else _load_sqlite
    load(folder, manifest)
    for name in manifest["files"]:
        if not default_storage.exists(name):
            with (folder / "files" / name).open("rb") as file:
                default_storage.save(name, File(file))
    call_command("migrate", verbosity=0, interactive=False)
    return _report(manifest)


def _report(manifest: dict[str, Any]) -> Report:
    rows, files = manifest["rows"], manifest["files"]
    return Report(len(rows), sum(rows.values()), len(files), sum(files.values()))


def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BackupRefused(
            f"{folder}: has no readable {MANIFEST}; allowed: a folder that `backup` wrote"
        ) from error
    if manifest.get("format") != FORMAT:
        raise BackupRefused(f"{folder}: format {manifest.get('format')!r}; allowed: {FORMAT}")
    return manifest


def _leaves() -> dict[str, str]:
    """The last migration of each app that is applied, by app."""
    loader = MigrationLoader(connection)
    found: dict[str, str] = {}
    for app, name in sorted(loader.applied_migrations):
        found[app] = max(found.get(app, ""), name)
    return found


# PostgreSQL ---------------------------------------------------------------------------------------------------


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        return sorted(connection.introspection.table_names(cursor))


def _dump_postgres(folder: Path) -> dict[str, int]:
    """A file a table, as COPY writes it; the columns are in its first line."""
    rows = {}
    place = folder / "tables"
    place.mkdir()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for table in _tables():
            rows[table] = _copy_out(cursor, table, place / f"{table}.csv")
    return rows


def _copy_out(cursor: Any, table: str, path: Path) -> int:  # noqa: ANN401 - psycopg's, inside Django's
    query = sql.SQL("COPY {} TO STDOUT WITH (FORMAT csv, HEADER true)").format(sql.Identifier(table))
    with path.open("wb") as file, cursor.copy(query) as copy:
        for part in copy:
            file.write(part)
    count: int = cursor.rowcount
    return count


def _load_postgres(folder: Path, manifest: dict[str, Any]) -> None:
    """The schema as it was, empty; then the rows, all or none."""
    _must_be_empty()
    _drop_everything()
    known = _known_apps()
    for app, name in manifest["migrations"].items():
        if app in known:
            call_command("migrate", app, name, verbosity=0, interactive=False)
    tables = [table for table in manifest["rows"] if table != "django_migrations"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(map(sql.Identifier, tables))))
        for table in tables:
            _copy_in(cursor, table, folder / "tables" / f"{table}.csv", expected=manifest["rows"][table])
        _set_sequences(cursor, tables)


def _known_apps() -> set[str]:
    return {app for app, _ in MigrationLoader(None).graph.leaf_nodes()}


def _copy_in(cursor: Any, table: str, path: Path, *, expected: int) -> None:  # noqa: ANN401 - psycopg's
    with path.open("rb") as file:
        columns = file.readline().decode().strip().split(",")
        query = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT csv)").format(
            sql.Identifier(table), sql.SQL(", ").join(sql.Identifier(name.strip('"')) for name in columns)
        )
        with cursor.copy(query) as copy:
            while part := file.read(CHUNK):
                copy.write(part)
    if cursor.rowcount != expected:
        raise BackupRefused(
            f"tables/{path.name}: {cursor.rowcount} rows; allowed: the {expected} of the manifest"
        )


def _set_sequences(cursor: Any, tables: list[str]) -> None:  # noqa: ANN401 - psycopg's
    """The next id is one that no row has."""
    statement = sql.SQL(
        "SELECT setval(pg_get_serial_sequence({name}, {column}), "
        "COALESCE((SELECT MAX({field}) FROM {table}), 0) + 1, false)"
    )
    for table in tables:
        for sequence in connection.introspection.get_sequences(cursor, table):
            cursor.execute(
                statement.format(
                    name=sql.Literal(f'"{table}"'),
                    column=sql.Literal(sequence["column"]),
                    field=sql.Identifier(sequence["column"]),
                    table=sql.Identifier(table),
                )
            )


def _must_be_empty() -> None:
    """Raises BackupRefused where this database has studies or accounts already."""
    there = set(_tables())
    with connection.cursor() as cursor:
        for table, what in (("studies_study", "studies"), ("auth_user", "accounts")):
            if table not in there:
                continue
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - one of the two above
            if found := cursor.fetchone()[0]:
                raise BackupRefused(f"the database has {found} {what}; allowed: an empty one")


def _drop_everything() -> None:
    """An empty schema, so that it can be built as the backup knew it. Nobody works here: it was asked."""
    with connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier(table)))
        cursor.execute("DROP FUNCTION IF EXISTS accounts_append_only()")


# SQLite -------------------------------------------------------------------------------------------------------


def _dump_sqlite(folder: Path) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(folder / "db.sqlite3")])
        counts = {}
        for table in _tables():
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - names from the schema itself
            counts[table] = cursor.fetchone()[0]
    (folder / "db.sqlite3").chmod(0o600)
    return counts


def _load_sqlite(folder: Path, _manifest: dict[str, Any]) -> None:
    _must_be_empty()
    place = Path(connection.settings_dict["NAME"])
    connection.close()
    for leftover in (f"{place}-wal", f"{place}-shm"):
        Path(leftover).unlink(missing_ok=True)
    shutil.copyfile(folder / "db.sqlite3", place)


# Files --------------------------------------------------------------------------------------------------------


def _stored(folder: str = "") -> Iterator[str]:
    """The names of everything in the store."""
    folders, files = default_storage.listdir(folder)
    for name in files:
        yield f"{folder}{name}"
    for name in folders:
        yield from _stored(f"{folder}{name}/")


def _copy(name: str, to: Path) -> tuple[int, str]:
    to.parent.mkdir(parents=True, exist_ok=True)
    with default_storage.open(name, "rb") as source, to.open("wb") as target:
        shutil.copyfileobj(source, target, CHUNK)
    return to.stat().st_size, _digest(to)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
