"""The topics of the house and who may read and write them, in one table (architecture.md §4).

Each service writes its own topic, casework the departments' too. A service reads as one group of its own name. The system of a
department in a division reads its own topic only; that topic's name is its user's name, and its groups begin with it and a dot.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from services.chassis.bus.layout import Layout, Operation, Resource, Right, TopicFamily, TopicForm
from services.contracts import assistance, casework, identity, notifications, registry
from services.contracts.codes import TOWNSHIP_DIGITS, Department

OVERSIGHT = "oversight"
"""It decides nothing; on its topic are its checkpoints."""

INTERNAL_KEPT_DAYS = 14
"""Longer than any repair of a service that had to be put back on yesterday's copy of its database (chassis.bus.retention)."""

DEPARTMENT_KEPT_DAYS = 90
"""A department's system may be down for a vacation, and be set up by reading from the beginning."""

DEPARTMENT_PARTITIONS = 1
"""All duties of one department in one division are few, and one order is simplest for its system."""

DEPARTMENT_PREFIX = "department."

DEPARTMENT_TOPICS = TopicFamily(DEPARTMENT_PREFIX, DEPARTMENT_PARTITIONS, DEPARTMENT_KEPT_DAYS)
"""One for each department in each division that is asked, whoever makes it: casework when it first asks, or the bootstrap."""

DESK_PREFIXES = tuple(f"{DEPARTMENT_PREFIX}{department}." for department in Department)
"""How the names of departments' users begin, which nobody else gives out on a broker."""


class ServiceTopic(msgspec.Struct, frozen=True):
    """The topic of a service, which bears its name."""

    service: str
    partitions: int
    read_by: tuple[str, ...]

    @property
    def form(self) -> TopicForm:
        """As the broker should hold it, where nobody has chosen otherwise."""
        return self.of(self.partitions)

    def of(self, partitions: int) -> TopicForm:
        """As the broker should hold it, with so many partitions."""
        return TopicForm(self.service, partitions, INTERNAL_KEPT_DAYS)


SERVICE_TOPICS = (
    ServiceTopic(
        identity.TOPIC, 1, (registry.TOPIC, casework.TOPIC, assistance.TOPIC, notifications.TOPIC, OVERSIGHT)
    ),
    ServiceTopic(
        registry.TOPIC, 4, (registry.TOPIC, casework.TOPIC, assistance.TOPIC, notifications.TOPIC, OVERSIGHT)
    ),
    ServiceTopic(
        casework.TOPIC, 4, (registry.TOPIC, casework.TOPIC, assistance.TOPIC, notifications.TOPIC, OVERSIGHT)
    ),
    ServiceTopic(assistance.TOPIC, 2, (registry.TOPIC, notifications.TOPIC, OVERSIGHT)),
    ServiceTopic(notifications.TOPIC, 2, (casework.TOPIC, OVERSIGHT)),
    ServiceTopic(OVERSIGHT, 1, ()),
)  # fmt: skip


class Desk(msgspec.Struct, frozen=True, order=True):
    """A department in a division, whose system reads what it is asked to do."""

    department: Department
    division: str

    @property
    def topic(self) -> str:
        """Its topic, and the name of its user."""
        return f"{DEPARTMENT_PREFIX}{self.department}.{self.division}"

    @property
    def group_prefix(self) -> str:
        """How the names of its groups of readers begin: the dot keeps the county from its townships."""
        return f"{self.topic}."

    @property
    def form(self) -> TopicForm:
        """As the broker should hold it."""
        return DEPARTMENT_TOPICS.form(self.topic)

    @property
    def rights(self) -> tuple[Right, ...]:
        """Its own topic, by its own groups."""
        return (
            Right(self.topic, Operation.READ, Resource.TOPIC, self.topic),
            Right(self.topic, Operation.READ, Resource.GROUP, self.group_prefix, prefixed=True),
        )


def desk_of(department: Department, division: str) -> Desk:
    """Who answers for a division: a township for all its villages, any other department for the division itself."""
    return Desk(department, division[:TOWNSHIP_DIGITS] if department is Department.TOWNSHIP else division)


def _rights_of_services() -> Iterable[Right]:
    for topic in SERVICE_TOPICS:
        yield Right(topic.service, Operation.WRITE, Resource.TOPIC, topic.service)
        yield from (Right(reader, Operation.READ, Resource.TOPIC, topic.service) for reader in topic.read_by)
    readers = {reader for topic in SERVICE_TOPICS for reader in topic.read_by}
    yield from (Right(reader, Operation.READ, Resource.GROUP, reader) for reader in sorted(readers))
    for operation in (Operation.CREATE, Operation.WRITE):  # a department may be asked before the bootstrap has heard of it
        yield Right(casework.TOPIC, operation, Resource.TOPIC, DEPARTMENT_PREFIX, prefixed=True)


def layout(desks: Iterable[Desk], partitions: Mapping[str, int] | None = None) -> Layout:
    """Everything a deployment's broker must hold, with these departments' systems.

    `partitions` are the numbers of services' topics that a county has chosen for itself, in the place of the table's.
    """
    chosen = partitions or {}
    offices = sorted(set(desks))
    return Layout(
        topics=(
            *(topic.of(chosen.get(topic.service, topic.partitions)) for topic in SERVICE_TOPICS),
            *(desk.form for desk in offices),
        ),
        rights=(*_rights_of_services(), *(right for desk in offices for right in desk.rights)),
        given_out=DESK_PREFIXES,
        families=(DEPARTMENT_TOPICS,),
    )
