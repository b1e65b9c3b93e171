"""What a broker must hold: topics, and who may do what. Described here, listed in `contracts.topics`, applied by the bootstrap."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec


class TopicForm(msgspec.Struct, frozen=True):
    """A topic as it should be: how many partitions it has, and for how many days its messages are kept."""

    name: str
    partitions: int
    kept_days: int


class TopicFamily(msgspec.Struct, frozen=True):
    """Topics whose names begin alike, as many as it takes, and what each of them should be."""

    prefix: str
    partitions: int
    kept_days: int

    def form(self, name: str) -> TopicForm:
        """One of them."""
        return TopicForm(name, self.partitions, self.kept_days)


class Operation(StrEnum):
    """What a right allows; reading and writing let their holder see that the thing is there."""

    READ = "READ"
    WRITE = "WRITE"
    CREATE = "CREATE"


class Resource(StrEnum):
    """What a right is about."""

    TOPIC = "TOPIC"
    GROUP = "GROUP"


class Right(msgspec.Struct, frozen=True, order=True):
    """A user may do this to a topic or a group of readers; `prefixed` for all whose name begins so."""

    user: str
    operation: Operation
    resource: Resource
    name: str
    prefixed: bool = False


class Layout(msgspec.Struct, frozen=True):
    """All topics and all rights of a deployment; whoever has a name of `given_out` and no right here was let in once, no more.

    Of `families` there may be further topics, which whoever writes them has made.
    """

    topics: tuple[TopicForm, ...]
    rights: tuple[Right, ...]
    given_out: tuple[str, ...] = ()
    families: tuple[TopicFamily, ...] = ()

    def forms(self, there: Iterable[str]) -> list[TopicForm]:
        """How each topic should be, those of families among them as far as they are there."""
        listed = {form.name for form in self.topics}
        more = [
            family.form(name) for name in sorted(set(there) - listed) for family in self.families if name.startswith(family.prefix)
        ]
        return [*self.topics, *more]

    def readers(self, topic: str) -> list[str]:
        """Who may read a topic."""
        reads = (Operation.READ, Resource.TOPIC, topic)
        return sorted({each.user for each in self.rights if (each.operation, each.resource, each.name) == reads})

    @property
    def users(self) -> list[str]:
        """Who has any right."""
        return sorted({right.user for right in self.rights})
