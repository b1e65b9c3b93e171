"""The whole way of a command on PostgreSQL, with the kept answer of its request – against `eventsourcing`'s `save` alone.

Officers are appointed in identity, put together as its container is; the peer saves aggregates that are in memory. Many processes
work on one database; each has officers, or aggregates, of its own.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from uuid import uuid4

from services.chassis.envelope import Context, stamp
from services.chassis.storage.port import KeptAnswer
from services.chassis.turn import Turn
from services.contracts.codes import BodyKind, Role
from services.contracts.ids import AppointmentId, BodyId, OfficerId
from services.deployed.composition import compose
from services.deployed.settings import ServiceSettings
from services.identity.domain.officer import AppointOfficer, RegisterOfficer
from tests.bench.append import Peer
from tests.bench.deployed.append import PEER, peer_environment
from tests.bench.deployed.crowd import seconds_of
from tests.bench.deployed.servers import COUNTY, Servers
from tests.bench.figures import Figure

ONE_BAR, FOUR_BAR = 2.0, 4.0
MOST_PROCESSES = 4
ROUNDS = 3
COMMANDS = 1_000
"""Of each process in each round."""

WARM_UP = 100
OFFICERS = 200
"""Of each process: an officer has five appointments or so in the end."""

CONTEXT = Context(actor="service:bench")


def appointment(officer: OfficerId) -> AppointOfficer:
    """One more appointment of an officer."""
    return AppointOfficer(
        officer_id=officer,
        appointment_id=AppointmentId(f"bench-{uuid4().hex}"),
        role=Role.TEACHER,
        body_id=BodyId("bench"),
        body_kind=BodyKind.SCHOOL,
        division=COUNTY,
        from_on=date(2026, 9, 1),
    )


def officer(name: str) -> RegisterOfficer:
    """An officer, who must be there before being appointed."""
    return RegisterOfficer(officer_id=OfficerId(name), staff_number=name, name="bench", body_id=BodyId("bench"))


@contextmanager
def appointing(_number: int, settings: ServiceSettings, commands: int) -> Iterator[Callable[[], None]]:
    """One process of identity: load, decide, chain, outbox row, read-model row, kept answer, in one transaction each."""
    composed = compose(settings)
    turns = composed.service.turns
    officers = [OfficerId(uuid4().hex) for _ in range(min(OFFICERS, commands))]
    for each in officers:
        composed.service.execute(officer(each), CONTEXT)

    def appoint(number: int) -> None:
        command, scope = appointment(officers[number % len(officers)]), uuid4().hex

        def answered(turn: Turn) -> None:
            turn.execute(command, CONTEXT)
            body = b'{"id":"' + command.appointment_id.encode() + b'"}'
            turn.keep_answer(
                KeptAnswer(scope=scope, digest=scope, status=201, body=body, headers={}, kept_at=stamp(datetime.now(UTC)))
            )

        turns.run(answered)

    for number in range(WARM_UP):
        appoint(number)

    def act() -> None:
        for number in range(commands):
            appoint(number)

    yield act
    composed.close()


@contextmanager
def saving(_number: int, environment: dict[str, str], saves: int) -> Iterator[Callable[[], None]]:
    """One process of the peer: one event of an aggregate that is in memory."""
    peer = Peer(environment)
    for number in range(WARM_UP):
        peer.append(number)

    def act() -> None:
        for number in range(saves):
            peer.append(number)

    yield act
    peer.close()


def measure(servers: Servers) -> list[Figure]:
    """With one process and with four; the medians of alternating rounds."""
    commands = servers.of(COMMANDS)
    settings = servers.service("identity", servers.bus())
    environment = peer_environment(servers.postgres)
    Peer(environment).close()  # it makes the tables, which several at once cannot
    environment["CREATE_TABLE"] = "no"
    ours: dict[int, list[float]] = {1: [], MOST_PROCESSES: []}
    peers: dict[int, list[float]] = {processes: [] for processes in range(1, MOST_PROCESSES + 1)}
    for _ in range(ROUNDS):
        for processes, speeds in peers.items():
            speeds.append(processes * commands / seconds_of(processes, saving, environment, commands))
            if processes in ours:
                ours[processes].append(processes * commands / seconds_of(processes, appointing, settings, commands))
    our, peer = ({n: statistics.median(speeds) for n, speeds in of.items()} for of in (ours, peers))
    best = max(peer, key=lambda processes: peer[processes])
    alone = f"ours {our[1]:,.0f}/s, peer {peer[1]:,.0f}/s"
    crowded = f"ours {our[MOST_PROCESSES]:,.0f}/s; peer " + ", ".join(f"{n}: {speed:,.0f}/s" for n, speed in peer.items())
    return [
        Figure("whole command, 1 process", our[1] / peer[1], "×", ONE_BAR, "at least", PEER, alone),
        Figure(
            f"whole command, {MOST_PROCESSES} processes",
            our[MOST_PROCESSES] / peer[best],
            "×",
            FOUR_BAR,
            "at least",
            f"{PEER}, its best over 1–{MOST_PROCESSES} processes",
            crowded,
        ),
    ]
