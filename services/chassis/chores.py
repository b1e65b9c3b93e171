"""The chores of a service: what its crew does now and then beside its work, each by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog

from services.chassis.errors import Misconfigured
from services.chassis.transient import TRANSIENT, told

log = structlog.get_logger()

Chores = dict[str, Callable[[], object]]
"""What is to be done, by the name that a log tells when it fails."""


def do_all(chores: Mapping[str, Callable[[], object]], service: str) -> None:
    """Each of them once, whatever becomes of the others, and each that fails is told by its name.

    Raises a trouble that does not pass by itself before one that does; else the first.
    """
    troubles: list[Exception] = []
    for name, chore in chores.items():
        try:
            chore()
        except Exception as trouble:  # noqa: BLE001  raised below, after the others
            _tell(name, trouble, service)
            troubles.append(trouble)
    if troubles:
        raise next((each for each in troubles if not isinstance(each, TRANSIENT)), troubles[0])


def _tell(chore: str, trouble: Exception, service: str) -> None:
    """One of several is raised, so each is told whole here."""
    match trouble:
        case Misconfigured():
            log.error("chore_failed", service=service, chore=chore, what=str(trouble))
        case _ if isinstance(trouble, TRANSIENT):
            log.warning("chore_failed", service=service, chore=chore, **told(trouble))
        case _:
            log.error("chore_failed", service=service, chore=chore, exc_info=trouble)
