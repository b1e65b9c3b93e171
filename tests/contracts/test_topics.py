"""The table of topics says what the services do, and gives nobody what is another's."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from services.assistance import service as assistance
from services.casework import service as casework
from services.chassis.bus.layout import Operation, Resource, Right
from services.chassis.service import Service
from services.contracts.codes import Department
from services.contracts.services import SERVICES
from services.contracts.topics import SERVICE_TOPICS, Desk, desk_of, layout
from services.identity import service as identity
from services.notifications import service as notifications
from services.notifications.adapters.people import RegistryPeople
from services.oversight import service as oversight
from services.registry import service as registry
from tests.neighbours import StandingClock, foundation

POLICE = Desk(Department.PUBLIC_SECURITY, "990100")
TOWNSHIP_POLICE = Desk(Department.PUBLIC_SECURITY, "990100101")
OTHER_COUNTY = Desk(Department.PUBLIC_SECURITY, "990101")
HEALTH = Desk(Department.HEALTH, "990100")
DESKS = (POLICE, TOWNSHIP_POLICE, OTHER_COUNTY, HEALTH)
LAYOUT = layout(DESKS)
TOPICS = tuple(topic.service for topic in SERVICE_TOPICS)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> list[Service]:
    ground, _ = foundation(tmp_path_factory.mktemp("county"), StandingClock(datetime(2026, 9, 8, tzinfo=UTC)))
    built = [each.build(ground) for each in (identity, registry, casework, assistance, oversight)]
    return [*built, notifications.build(ground, RegistryPeople(lambda: pytest.fail("nobody is asked")))]


def may(user: str, operation: Operation, resource: Resource, name: str) -> bool:
    """Whether a user has a right to a thing, by its name or by how the name begins."""
    return any(
        (right.user, right.operation, right.resource) == (user, operation, resource)
        and (name.startswith(right.name) if right.prefixed else name == right.name)
        for right in LAYOUT.rights
    )


def test_every_service_has_its_topic_and_the_table_names_who_really_listens(services: list[Service]) -> None:
    assert sorted(TOPICS) == sorted(SERVICES)
    listeners = {topic: sorted(s.name for s in services if topic in s.model.listens_to) for topic in TOPICS}
    assert {topic.service: sorted(topic.read_by) for topic in SERVICE_TOPICS} == listeners
    assert {service.model.topic for service in services} == set(TOPICS)


def test_a_service_may_read_what_it_listens_to_and_write_its_own_and_nothing_else(services: list[Service]) -> None:
    for service in services:
        for topic in (*TOPICS, *(desk.topic for desk in DESKS)):
            is_own = topic == service.model.topic or (service.name == "casework" and topic not in TOPICS)
            assert may(service.name, Operation.WRITE, Resource.TOPIC, topic) == is_own
            assert may(service.name, Operation.READ, Resource.TOPIC, topic) == (topic in service.model.listens_to)
        groups = [other.name for other in services if may(service.name, Operation.READ, Resource.GROUP, other.name)]
        assert groups == ([service.name] if service.model.listens_to else [])


@pytest.mark.parametrize("desk", DESKS, ids=lambda desk: desk.topic)
def test_a_department_reads_its_own_topic_by_its_own_groups_only(desk: Desk) -> None:
    others = [other for other in DESKS if other != desk]
    assert may(desk.topic, Operation.READ, Resource.TOPIC, desk.topic)
    assert may(desk.topic, Operation.READ, Resource.GROUP, f"{desk.topic}.main")
    for name in (*TOPICS, *(other.topic for other in others)):
        assert not may(desk.topic, Operation.READ, Resource.TOPIC, name)
    for group in (*TOPICS, desk.topic, *(f"{other.topic}.main" for other in others)):
        assert not may(desk.topic, Operation.READ, Resource.GROUP, group)
    assert not any(right.operation is Operation.WRITE for right in LAYOUT.rights if right.user == desk.topic)


def test_every_topic_is_made_once_under_a_name_that_kafka_takes_and_kept_for_a_while() -> None:
    names = [form.name for form in LAYOUT.topics]
    assert sorted(names) == sorted({*TOPICS, *(desk.topic for desk in DESKS)})
    assert all(re.fullmatch(r"[a-zA-Z0-9._-]{1,200}", name) for name in names)
    assert all(form.partitions >= 1 and form.kept_days >= 14 for form in LAYOUT.topics)
    assert POLICE.topic == "department.public_security.990100"


def test_a_department_named_twice_is_one() -> None:
    assert layout([POLICE, POLICE]) == layout([POLICE])
    assert Right("casework", Operation.WRITE, Resource.TOPIC, "department.", prefixed=True) in layout([]).rights


def test_only_casework_makes_topics_and_only_departments_ones() -> None:
    makers = [right for right in LAYOUT.rights if right.operation is Operation.CREATE]
    assert makers == [Right("casework", Operation.CREATE, Resource.TOPIC, "department.", prefixed=True)]


def test_a_township_answers_for_its_villages_and_others_for_the_division_itself() -> None:
    assert desk_of(Department.TOWNSHIP, "990100101203") == desk_of(Department.TOWNSHIP, "990100101")
    assert desk_of(Department.HEALTH, "990100") == HEALTH
