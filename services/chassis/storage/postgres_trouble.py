"""Why PostgreSQL does not serve just now: one sentence that says where, what and what to do, never in the driver's words.

Those quote what was sent, which may hold what must not stand in a log; host, user and database are of the settings.
"""

from __future__ import annotations

from collections.abc import Mapping

import psycopg
import sqlalchemy as sa
from psycopg_pool import PoolTimeout

from services.chassis.errors import StoreAway, StoreBusy
from services.chassis.storage.postgres_asking import NoAnswer


class PasswordRefused(StoreBusy):
    """The server does not take the password."""


class NoDatabase(StoreBusy):
    """The server has let somebody sign in, and has no such database."""


ASKED_SECONDS = 3
"""How long a connection of its own may take that shall tell why the pool has none."""

Sentence = tuple[str, str]

NO_ANSWER: Sentence = (
    "无法连接 {where} 的 PostgreSQL：请检查该服务器是否在运行，从这里看地址是否正确。",
    "PostgreSQL at {where} cannot be reached: is the server up, and the address right as seen from here?",
)
PASSWORD: Sentence = (
    (
        "{where} 的 PostgreSQL 不接受 {user} 的密码：deploy/secrets 与数据库不是同一套部署的。"
        "若数据属于本部署，bootstrap 会重新设置各服务的密码。"
    ),
    (
        "PostgreSQL at {where} does not take the password of {user}: deploy/secrets and the database are not of one deployment."
        " Where the data are this deployment's, the bootstrap sets those of the services again."
    ),
)
NOT_LET_IN: Sentence = (
    "{where} 的 PostgreSQL 有应答，但不允许 {user} 进入数据库 {database}：请查看其日志和 pg_hba.conf。",
    "PostgreSQL at {where} answers, but does not let {user} into database {database}: see its log, and pg_hba.conf.",
)
NO_DATABASE: Sentence = (
    "{where} 的 PostgreSQL 没有数据库 {database}：bootstrap 会创建它。",
    "PostgreSQL at {where} has no database {database}: the bootstrap makes it.",
)
CLOSED: Sentence = (
    "{where} 的 PostgreSQL 已关闭数据库 {database}：数据已迁往别处，请检查该服务的数据库地址。",
    "PostgreSQL at {where} has closed database {database}: it was moved to another server; check the service's database address.",
)
DISK_FULL: Sentence = (
    "{where} 的 PostgreSQL 磁盘已满：请腾出空间，之后会自动恢复；已接受的内容没有丢失。",
    "The disk of PostgreSQL at {where} is full: make room, then it goes on by itself; nothing that was accepted is lost.",
)
NO_PLACE: Sentence = (
    "{where} 的 PostgreSQL 连接数已满：请调高 max_connections，或减少进程。",
    "PostgreSQL at {where} takes no more connections: raise its max_connections, or run fewer processes.",
)
STARTING: Sentence = (
    "{where} 的 PostgreSQL 正在启动或停止：稍后会自动恢复。",
    "PostgreSQL at {where} is starting or stopping: it goes on by itself.",
)
ALL_IN_USE: Sentence = (
    "本进程与 {where} 的 PostgreSQL 的连接全部在用：负载过高，或有语句执行过久。",
    "All of this process's connections to PostgreSQL at {where} are in use: too much load, or statements that take too long.",
)
SILENT: Sentence = (
    "{where} 的 PostgreSQL 没有及时应答：请检查从这里看地址是否正确，该服务器的负载和磁盘，以及它是否被暂停；恢复后会自动继续。",
    (
        "PostgreSQL at {where} does not answer in time: is the address right as seen from here, is its machine overloaded, its disk"
        " stuck, or the server paused? It goes on by itself once it answers."
    ),
)
TOO_LONG: Sentence = (
    "{where} 的 PostgreSQL 没有在规定时间内办完一条语句：请检查其负载，以及是否有人长时间占用锁。",
    "A statement took PostgreSQL at {where} longer than it may: look at its load, and at who holds locks for long.",
)
NOT_NOW: Sentence = (
    "{where} 的 PostgreSQL 暂时无法办理（{kind}）：请查看其日志。",
    "PostgreSQL at {where} cannot do it just now ({kind}): see its log.",
)

BY_STATE = {
    "53100": DISK_FULL,
    "53300": NO_PLACE,
    "57014": TOO_LONG,
    "57P01": STARTING,
    "57P02": STARTING,
    "57P03": STARTING,
}
"""What the server answers where a session is there."""

BY_WORDS = (
    ("password authentication failed", PASSWORD),
    ("no password supplied", PASSWORD),
    ("too many clients", NO_PLACE),
    ("remaining connection slots", NO_PLACE),
    ("the database system is", STARTING),
    ("too many connections for database", CLOSED),
    ("not currently accepting connections", CLOSED),
    ("No space left on device", DISK_FULL),
    ('FATAL:  database "', NO_DATABASE),
    ("FATAL", NOT_LET_IN),
)
"""What libpq says where no session comes about, which bears no state; the first that is said counts, else nobody answers."""


KINDS: Mapping[Sentence, type[StoreBusy]] = {PASSWORD: PasswordRefused, NO_DATABASE: NoDatabase}
"""What the bootstrap mends."""


def where(url: str) -> str:
    """Host and port of a database, as sentences name them."""
    parts = sa.make_url(url)
    return f"{parts.host}:{parts.port}" if parts.port else str(parts.host)


def busy(url: str, trouble: psycopg.OperationalError) -> StoreBusy:
    """The store's trouble by the name of the house, in both languages; a pool that has waited in vain is asked why."""
    if isinstance(trouble, NoAnswer):
        return away(url, trouble)
    if isinstance(trouble, PoolTimeout):
        behind = _behind(url)
        return StoreBusy(_told(url, ALL_IN_USE)) if behind is None else away(url, behind)
    sentence = _sentence(trouble)
    return KINDS.get(sentence, StoreBusy)(_told(url, sentence, trouble))


def away(url: str, why: psycopg.OperationalError) -> StoreAway:
    """The same of a server that lets nobody in, or holds its answer."""
    return StoreAway(_told(url, _sentence(why), why))


def _told(url: str, sentences: Sentence, why: psycopg.OperationalError | None = None) -> str:
    parts = sa.make_url(url)
    facts = {"where": where(url), "user": parts.username, "database": parts.database, "kind": type(why).__name__}
    return "\n".join(sentence.format(**facts) for sentence in sentences)


def _sentence(why: psycopg.OperationalError) -> Sentence:
    if isinstance(why, NoAnswer | psycopg.errors.ConnectionTimeout):
        return SILENT
    if why.sqlstate is not None:
        return BY_STATE.get(why.sqlstate, NOT_NOW)
    said = str(why)
    return next((sentence for words, sentence in BY_WORDS if words in said), NO_ANSWER)


def _behind(url: str) -> psycopg.OperationalError | None:
    """What keeps a pool from connecting, which it only logs; nothing where a connection can be had beside it."""
    try:
        psycopg.connect(url, connect_timeout=ASKED_SECONDS).close()
    except psycopg.OperationalError as trouble:
        return trouble
    return None
