"""Keyset paging: a page begins behind the last row of the page before, so that new rows neither hide nor repeat others.

The cursor is opaque to the caller, bound to its list and checked value by value; it opens nothing that the query does not
show anyway, so it is not signed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from services.chassis.errors import FieldError, FormRejected

LONGEST_CURSOR = 1024
_KEY = "page_key_"
_LIST_BYTES = 6
_decoder = msgspec.json.Decoder(tuple[str, list[str | int]])


def page(
    engine: sa.Engine,
    query: sa.Select[Any],
    *,
    keys: Sequence[sa.ColumnElement[Any]],
    asked: Mapping[str, Any],
    item: Callable[[Mapping[str, Any]], Any] = dict,
    descending: bool = False,
) -> dict[str, Any]:
    """`{"items": […], "next": cursor or null, "total": n}` of a query without order and limit.

    `keys` are columns of its tables that together are unique and never null, texts or whole numbers, and give the order.
    They hold still while somebody pages: a row whose key changes may jump over the cursor, and is never shown or shown twice.
    `asked` is what a `PageQuery` form read. Raises FormRejected for a cursor that is not of this list.
    """
    columns = list(keys)
    rows = query.add_columns(*(column.label(f"{_KEY}{place}") for place, column in enumerate(columns)))
    rows = rows.order_by(*(column.desc() if descending else column.asc() for column in columns))
    if asked.get("cursor") is not None:
        after = _read_cursor(asked["cursor"], columns, descending=descending)
        here, there = sa.tuple_(*columns), sa.tuple_(*(sa.literal(value) for value in after))
        rows = rows.where(here < there if descending else here > there)
    limit = asked["limit"]
    with engine.connect() as connection:
        found = connection.execute(rows.limit(limit + 1)).mappings().all()
        total = connection.execute(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())).scalar_one()
    shown = found[:limit]
    following = None
    if len(found) > limit:
        following = _cursor([shown[-1][f"{_KEY}{place}"] for place in range(len(columns))], columns, descending=descending)
    return {"items": [item(_without_keys(row)) for row in shown], "next": following, "total": total}


def _without_keys(row: sa.RowMapping) -> dict[str, Any]:
    return {name: value for name, value in row.items() if not name.startswith(_KEY)}


def _list_of(columns: Sequence[sa.ColumnElement[Any]], *, descending: bool) -> str:
    named = ",".join(str(column) for column in columns)
    return hashlib.sha256(f"{named}|{descending}".encode()).hexdigest()[: 2 * _LIST_BYTES]


def _cursor(values: list[str | int], columns: Sequence[sa.ColumnElement[Any]], *, descending: bool) -> str:
    raw = msgspec.json.encode((_list_of(columns, descending=descending), values))
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _read_cursor(cursor: str, columns: Sequence[sa.ColumnElement[Any]], *, descending: bool) -> list[str | int]:
    refused = FormRejected(
        FieldError(
            "cursor", "不是本列表的翻页标记；请用上一页返回的 next。", "Not a cursor of this list; use `next` of the page before."
        )
    )
    if len(cursor) > LONGEST_CURSOR or not cursor.isascii():
        raise refused
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        of_list, values = _decoder.decode(raw)
    except (binascii.Error, msgspec.MsgspecError, UnicodeDecodeError):
        raise refused from None
    kinds = [column.type.python_type for column in columns]
    fits = len(values) == len(kinds) and all(type(value) is kind for value, kind in zip(values, kinds, strict=True))
    if of_list != _list_of(columns, descending=descending) or not fits or not all(map(_storable, values)):
        raise refused
    return values


def _storable(value: str | int) -> bool:
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return "\x00" not in value and not any("\ud800" <= character <= "\udfff" for character in value)
