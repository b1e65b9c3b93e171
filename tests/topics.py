"""Topics for tests, by their names and numbers of partitions."""

from __future__ import annotations

from collections.abc import Mapping

from services.chassis.bus.layout import TopicForm


def forms(topics: Mapping[str, int], *, kept_days: int = 14) -> list[TopicForm]:
    """Topics that keep their messages for as long."""
    return [TopicForm(name, partitions, kept_days) for name, partitions in topics.items()]
