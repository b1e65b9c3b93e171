"""The file of the embedded bus: its tables, and how a file of an earlier release comes to them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS topics (topic TEXT PRIMARY KEY, partitions INTEGER NOT NULL, topic_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
    topic TEXT NOT NULL, bus_partition INTEGER NOT NULL, bus_offset INTEGER NOT NULL,
    key TEXT NOT NULL, headers TEXT NOT NULL, value BLOB NOT NULL, published_at TEXT NOT NULL,
    PRIMARY KEY (topic, bus_partition, bus_offset)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS processed (
    consumer_group TEXT NOT NULL, topic TEXT NOT NULL, bus_partition INTEGER NOT NULL, next_offset INTEGER NOT NULL,
    PRIMARY KEY (consumer_group, topic, bus_partition)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS subscriptions (
    consumer_group TEXT NOT NULL, topic TEXT NOT NULL, PRIMARY KEY (consumer_group, topic)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS forgotten (
    topic TEXT NOT NULL, bus_partition INTEGER NOT NULL, first_offset INTEGER NOT NULL, PRIMARY KEY (topic, bus_partition)
) WITHOUT ROWID;
"""
"""`subscriptions` tells which groups read a topic, at work now or not; `forgotten` where the messages of a partition begin;
a topic's id is new whenever its file is."""


def opened(path: Path, now: str) -> sqlite3.Connection:
    """A connection on the file, with its tables; messages of a release that kept no instant count as published `now`."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
    for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    columns = {row[1] for row in connection.execute("PRAGMA table_info(messages)")}
    connection.execute("BEGIN IMMEDIATE")
    for statement in filter(str.strip, _SCHEMA.split(";")):
        connection.execute(statement)
    if columns and "published_at" not in columns:
        connection.execute(f"ALTER TABLE messages ADD COLUMN published_at TEXT NOT NULL DEFAULT '{now}'")
        connection.execute("INSERT INTO subscriptions SELECT DISTINCT consumer_group, topic FROM processed")
    if "topic_id" not in {row[1] for row in connection.execute("PRAGMA table_info(topics)")}:
        connection.execute("ALTER TABLE topics ADD COLUMN topic_id TEXT NOT NULL DEFAULT ''")
        connection.execute("UPDATE topics SET topic_id = lower(hex(randomblob(16)))")
    connection.execute("COMMIT")
    return connection
