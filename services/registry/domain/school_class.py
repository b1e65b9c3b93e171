"""A class of a school: opened once, and then it moves up with its cohort under the same id."""

from __future__ import annotations

import msgspec

from services.chassis.decider import Command, Decider
from services.contracts.ids import ClassId, SchoolId
from services.contracts.registry import ClassOpened


class OpenClass(Command, frozen=True):
    """The school teaches this class; opening it twice is opening it once."""

    class_id: ClassId
    school_id: SchoolId
    cohort: int
    number: int


class ClassState(msgspec.Struct, frozen=True):
    """Whether the class is open."""

    class_id: ClassId = ClassId("")


def decide(state: ClassState, command: OpenClass) -> list[ClassOpened]:
    if state.class_id:
        return []
    return [ClassOpened(class_id=command.class_id, school_id=command.school_id, cohort=command.cohort, number=command.number)]


def evolve(_state: ClassState, event: ClassOpened) -> ClassState:
    return ClassState(event.class_id)


SCHOOL_CLASS: Decider[ClassState, OpenClass, ClassOpened] = Decider(
    kind="class",
    commands=(OpenClass,),
    initial=ClassState,
    decide=decide,
    evolve=evolve,
    stream_of=lambda command: command.class_id,
    partition_of=lambda state: state.class_id,
)
