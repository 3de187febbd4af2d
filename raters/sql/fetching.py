"""Model instances from statements written out as SQL.

Building a query anew costs the server several times what the database needs to answer it. What every request of a
rater asks is therefore written out once (`raters.sql.reads`); its rows become ordinary instances of the models.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from django.db.models.expressions import Col

Row = TypeVar("Row", bound=Model)
Parameters = Sequence[Any]
Convert = Callable[[Any, Any, Any], Any]


class Columns(Generic[Row]):
    """Some columns of a model, in one order: as SQL for a statement, and back to an instance.

    ``only`` names the fields to read, all of them by default; a field that was left out is read when it is used.
    """

    def __init__(self, model: type[Row], alias: str = "", *, only: Sequence[str] = ()) -> None:
        fields = model._meta.concrete_fields  # noqa: SLF001 - documented: the Model _meta API
        self.model = model
        self.fields = [field for field in fields if not only or field.name in only]
        self.names = [field.attname for field in self.fields]
        prefix = f"{alias}." if alias else ""
        self.sql = ", ".join(f'{prefix}"{field.column}"' for field in self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    def read(self, columns: Sequence[Any]) -> Row:
        """An instance from the columns of one row, in the order of ``sql``."""
        row = list(columns)
        for index, column, converts in converters_of(self, connection.vendor):
            for convert in converts:
                row[index] = convert(row[index], column, connection)
        return self.model.from_db(DEFAULT_DB_ALIAS, self.names, row)


@lru_cache(maxsize=64)
def converters_of(columns: Columns[Any], vendor: str) -> list[tuple[int, Col, list[Convert]]]:
    """By index, the columns whose value is not yet Python's: JSON, and times and booleans of SQLite."""
    found = []
    for index, field in enumerate(columns.fields):
        column = field.get_col(columns.model._meta.db_table)  # noqa: SLF001 - the same
        converts = [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]
        if converts:
            found.append((index, column, converts))
    return found


def fetch(statement: str, parameters: Mapping[str, Any] | Parameters) -> list[tuple[Any, ...]]:
    """Run one statement and read all its rows: with SQLite a row left unread would keep the lock."""
    with open_cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def open_cursor() -> CursorWrapper:
    """On PostgreSQL one whose statements are planned once per connection and then only run."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    # Django's own sends the parameters inside the statement, which is then another one every time.
    cursor: Any = psycopg.Cursor(connection.connection)
    return (
        connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)
    )


def stored_time(moment: datetime) -> object:
    """As the database in use keeps it: a parameter for `fetch`."""
    return connection.ops.adapt_datetimefield_value(moment)
