"""The layout of a broker, applied; and what becomes of services and departments that try what is not theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from kafka.admin import ACLFilter, ACLOperation, ACLPermissionType, ACLResourcePatternType, ResourcePatternFilter, ResourceType

from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.kafka_admin import Applied, apply
from services.chassis.bus.kafka_inspection import Differences, differences, let_in_no_more
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.layout import Layout, Operation, Resource, Right, TopicFamily, TopicForm
from services.chassis.errors import BusForbidden, BusUnavailable, Misconfigured
from tests.chassis.bus.adapters import Database, message, read_all, read_some
from tests.kafka import KafkaServer
from tests.patience import eventually
from tests.topics import forms

ROLL, CARE, OPEN = TopicForm("roll", 2, 14), TopicForm("care", 1, 14), TopicForm("department.health.990100", 1, 90)
LAYOUT = Layout(
    topics=(ROLL, CARE, OPEN),
    rights=(
        Right("roll", Operation.WRITE, Resource.TOPIC, "roll"),
        Right("roll", Operation.READ, Resource.TOPIC, "care"),
        Right("roll", Operation.READ, Resource.GROUP, "roll"),
        Right("care", Operation.WRITE, Resource.TOPIC, "care"),
        Right("care", Operation.WRITE, Resource.TOPIC, "department.", prefixed=True),
        Right("care", Operation.READ, Resource.TOPIC, "roll"),
        Right("care", Operation.READ, Resource.GROUP, "care"),
        Right("clinic", Operation.READ, Resource.TOPIC, "department.health.990100"),
        Right("clinic", Operation.READ, Resource.GROUP, "department.health.990100.", prefixed=True),
        Right("stranger", Operation.READ, Resource.GROUP, "stranger"),
    ),
)
PASSWORDS = {user: f"password-of-{user}" for user in LAYOUT.users}


@dataclass
class Deployment:
    """A broker under a prefix of its own, brought to the layout, and its users' buses."""

    kafka: KafkaServer
    settings: KafkaSettings
    buses: list[KafkaBus]

    def bus(self, user: str, **changes: Any) -> KafkaBus:
        named = self.settings.named(user)
        settings = msgspec.structs.replace(self.settings, user=named, password=PASSWORDS[user])
        self.buses.append(KafkaBus(msgspec.structs.replace(settings, **changes)))
        return self.buses[-1]

    def apply(self, layout: Layout = LAYOUT, passwords: dict[str, str] = PASSWORDS) -> Applied:
        return apply(self.settings, layout, passwords)


@pytest.fixture
def deployment(kafka: KafkaServer) -> Iterator[Deployment]:
    deployment = Deployment(kafka, kafka.settings(), [])
    deployment.apply()
    yield deployment
    for bus in deployment.buses:
        bus.close()


# --- applying -----------------------------------------------------------------------------------------------------------


def test_the_layout_is_applied_once_and_the_second_time_changes_nothing(kafka: KafkaServer) -> None:
    deployment = Deployment(kafka, kafka.settings(), [])
    assert deployment.apply() == Applied(
        topics_made=("roll", "care", "department.health.990100"), users_set=tuple(LAYOUT.users), rights_given=10
    )
    assert deployment.apply() == Applied()


def test_a_right_that_the_layout_gives_no_more_is_taken_away_and_a_new_one_given(deployment: Deployment) -> None:
    fewer = msgspec.structs.replace(LAYOUT, rights=(*LAYOUT.rights[1:], Right("stranger", Operation.READ, Resource.TOPIC, "care")))
    assert deployment.apply(fewer) == Applied(rights_given=1, rights_taken=1)
    with pytest.raises(BusForbidden, match=r"WRITE on TOPIC test-.*\.roll"):
        deployment.bus("roll").publish([message("pupil-1", 1)])


def test_rights_of_users_that_the_layout_does_not_know_are_left_alone(kafka: KafkaServer, deployment: Deployment) -> None:
    theirs = Layout(topics=(), rights=(Right("another", Operation.READ, Resource.TOPIC, "roll"),))
    deployment.apply(theirs, {"another": "secret"})
    assert deployment.apply() == Applied()
    with kafka.admin() as admin:
        principal = f"User:{deployment.settings.named('another')}"
        pattern = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)
        assert admin.describe_acls(ACLFilter(principal, None, ACLOperation.ANY, ACLPermissionType.ANY, pattern))[0]


HEALTH = "department.health.990100"
WITH_HEALTH = msgspec.structs.replace(
    LAYOUT, rights=(*LAYOUT.rights, Right(HEALTH, Operation.READ, Resource.TOPIC, HEALTH)), given_out=("department.",)
)
WITHOUT = msgspec.structs.replace(LAYOUT, given_out=("department.",))
PASSWORD_OF_HEALTH = PASSWORDS | {HEALTH: "password-of-health"}


def test_a_department_that_is_in_the_layout_no_more_loses_its_rights_and_its_password(
    kafka: KafkaServer, deployment: Deployment
) -> None:
    deployment.apply(WITH_HEALTH, PASSWORD_OF_HEALTH)
    named = deployment.settings.named(HEALTH)
    assert let_in_no_more(deployment.settings, WITH_HEALTH) == []
    assert let_in_no_more(deployment.settings, WITHOUT) == [HEALTH]
    assert deployment.apply(WITHOUT) == Applied(users_withdrawn=(HEALTH,), rights_taken=1)
    with kafka.admin() as admin:
        assert named not in admin.describe_user_scram_credentials()
        pattern = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)
        assert not admin.describe_acls(ACLFilter(f"User:{named}", None, ACLOperation.ANY, ACLPermissionType.ANY, pattern))[0]
    assert let_in_no_more(deployment.settings, WITHOUT) == []
    assert deployment.apply(WITHOUT) == Applied()


def test_departments_of_another_deployment_on_the_same_broker_stay_let_in(kafka: KafkaServer, deployment: Deployment) -> None:
    other = Deployment(kafka, kafka.settings(), [])
    other.apply(WITH_HEALTH, PASSWORD_OF_HEALTH)
    assert deployment.apply(WITHOUT) == Applied()
    assert other.apply(WITH_HEALTH, PASSWORD_OF_HEALTH) == Applied()


def test_a_new_password_is_set_and_holds(deployment: Deployment) -> None:
    changed = PASSWORDS | {"roll": "another-password"}
    assert deployment.apply(passwords=changed) == Applied(users_set=("roll",))
    assert deployment.apply(passwords=changed) == Applied()
    assert deployment.bus("roll", password="another-password").publish([message("pupil-1", 1)]) == 1


def test_a_topic_kept_for_another_time_is_told_and_changed_and_partitions_are_told_and_left(deployment: Deployment) -> None:
    other = msgspec.structs.replace(LAYOUT, topics=(TopicForm("roll", 5, 7), CARE, OPEN))
    days = 24 * 3600 * 1000
    told = differences(deployment.settings, other)
    assert told.settings == (f"topic roll: retention.ms is {14 * days}, not {7 * days}",)
    assert told.partitions == (("roll", 2, 5),)
    assert deployment.apply(other) == Applied(topics_changed=("roll",))
    assert deployment.apply(other) == Applied()
    assert differences(deployment.settings, other) == Differences(partitions=(("roll", 2, 5),))


def test_a_topic_that_a_writer_made_is_brought_to_its_familys_form_and_others_are_left_alone(
    kafka: KafkaServer, deployment: Deployment
) -> None:
    asked, elsewhere = "department.justice.990100", "another"
    with_family = msgspec.structs.replace(LAYOUT, families=(TopicFamily("department.", 1, 90),))
    bus = KafkaBus(deployment.settings)
    bus.create_topics(forms({asked: 1, elsewhere: 1}, kept_days=14))
    bus.close()
    assert [told.partition(":")[0] for told in differences(deployment.settings, with_family).settings] == [f"topic {asked}"]
    assert deployment.apply(with_family) == Applied(topics_changed=(asked,))
    assert differences(deployment.settings, with_family) == Differences()


def test_a_right_beyond_the_layout_is_told_until_it_is_taken(deployment: Deployment) -> None:
    named = deployment.settings.named
    more = (
        Right("clinic", Operation.READ, Resource.TOPIC, "roll"),
        Right("stranger", Operation.WRITE, Resource.TOPIC, "c", prefixed=True),
    )
    assert differences(deployment.settings, LAYOUT) == Differences()
    deployment.apply(msgspec.structs.replace(LAYOUT, rights=(*LAYOUT.rights, *more)))
    assert differences(deployment.settings, LAYOUT).surplus == (
        f"ACL READ on TOPIC {named('roll')} for {named('clinic')}",
        f"ACL WRITE on TOPIC what begins with {named('c')} for {named('stranger')}",
    )
    assert deployment.apply() == Applied(rights_taken=2)
    assert differences(deployment.settings, LAYOUT) == Differences()


def test_a_password_that_is_not_given_is_named(deployment: Deployment) -> None:
    with pytest.raises(Misconfigured, match="clinic, stranger"):
        deployment.apply(passwords=PASSWORDS | {"clinic": "", "stranger": ""})


def test_only_a_super_user_may_apply_it(deployment: Deployment) -> None:
    as_care = msgspec.structs.replace(deployment.settings, user=deployment.settings.named("care"), password=PASSWORDS["care"])
    with pytest.raises(BusForbidden, match=r"User:test-.*\.care .*lacks CREATE on it"):
        apply(as_care, msgspec.structs.replace(LAYOUT, topics=(TopicForm("new", 1, 14),)), PASSWORDS)
    with pytest.raises(BusForbidden, match="lacks CREATE on it"):
        apply(as_care, LAYOUT, PASSWORDS)


# --- what is one's own ----------------------------------------------------------------------------------------------------


def test_everybody_reads_and_writes_what_is_his(deployment: Deployment) -> None:
    assert deployment.bus("roll").publish([message("pupil-1", 1)]) == 1
    care, database = deployment.bus("care"), Database()
    assert care.publish([message("pupil-1", 1, "care"), message("pupil-1", 1, OPEN.name)]) == 2
    member = care.subscribe("care", ["roll"], database)
    read_all(database, member, count=1)
    assert [one.topic for one in database.done] == ["roll"]
    assert care.lag("care") == 0
    clinic = Database()
    read_all(clinic, deployment.bus("clinic").subscribe(f"{OPEN.name}.main", [OPEN.name], clinic), count=1)
    assert [one.topic for one in clinic.done] == [OPEN.name]


# --- what is not ----------------------------------------------------------------------------------------------------------


def sentence(deployment: Deployment, operation: str, resource: str, name: str, user: str) -> str:
    named = deployment.settings.named
    return f"the ACL {operation} on {resource} {named(name)} for User:{named(user)} is missing"


@pytest.mark.parametrize(("user", "topic"), [("roll", "care"), ("care", "roll"), ("clinic", OPEN.name), ("stranger", "roll")])
def test_writing_elsewhere_is_refused_with_who_where_and_which_right_is_missing(
    deployment: Deployment, user: str, topic: str
) -> None:
    with pytest.raises(BusForbidden, match=sentence(deployment, "WRITE", "TOPIC", topic, user)):
        deployment.bus(user).publish([message("pupil-1", 1, topic)])


def test_what_stands_before_a_forbidden_message_is_acknowledged(deployment: Deployment) -> None:
    care = deployment.bus("care")
    mixed = [message("pupil-1", 1, "care"), message("pupil-1", 1, "roll"), message("pupil-1", 2, "care")]
    assert care.publish(mixed) == 1
    with pytest.raises(BusForbidden, match="roll"):
        care.publish(mixed[1:])
    assert care.publish(mixed[2:]) == 1
    database = Database()
    read_all(database, deployment.bus("roll").subscribe("roll", ["care"], database))
    assert list(dict.fromkeys(database.numbers_by_key()["pupil-1"])) == ["pupil-1/1", "pupil-1/2"]


@pytest.mark.parametrize(("user", "group", "topic"), [("clinic", f"{OPEN.name}.main", "care"), ("stranger", "stranger", "roll")])
def test_a_forbidden_topic_is_no_silence_but_a_message(deployment: Deployment, user: str, group: str, topic: str) -> None:
    member = deployment.bus(user).subscribe(group, [topic], Database())
    with pytest.raises(BusForbidden, match=sentence(deployment, "READ", "TOPIC", topic, user)):
        eventually(lambda: member.poll(1))


@pytest.mark.parametrize("group", ["care", "department.health.9901001", "department.health"])
def test_a_forbidden_group_is_told(deployment: Deployment, group: str) -> None:
    member = deployment.bus("clinic").subscribe(group, [OPEN.name], Database())
    with pytest.raises(BusForbidden, match=sentence(deployment, "READ", "GROUP", group, "clinic")):
        eventually(lambda: member.poll(1))


def test_one_forbidden_topic_is_told_while_the_others_flow_and_flows_itself_when_it_may(deployment: Deployment) -> None:
    deployment.bus("care").publish([message("pupil-1", 1, "care")])
    deployment.bus("roll").publish([message("pupil-1", 1, "roll")])
    database = Database()
    member = deployment.bus("roll").subscribe("roll", ["care", "roll"], database)
    database.take(read_some(member))
    assert [one.topic for one in database.done] == ["care"]
    (told,) = eventually(lambda: member.poll(1) == [] and member.unread()).values()
    assert sentence(deployment, "READ", "TOPIC", "roll", "roll") in str(told)
    more = Right("roll", Operation.READ, Resource.TOPIC, "roll")
    deployment.apply(msgspec.structs.replace(LAYOUT, rights=(*LAYOUT.rights, more)))
    read_all(database, member, count=2)
    assert [one.topic for one in database.done] == ["care", "roll"]
    eventually(lambda: member.poll(1) == [] and not member.unread())


def test_a_topic_that_may_no_longer_be_read_is_told_while_the_others_flow(deployment: Deployment) -> None:
    both = (*LAYOUT.rights, Right("roll", Operation.READ, Resource.TOPIC, "roll"))
    deployment.apply(msgspec.structs.replace(LAYOUT, rights=both))
    roll, care = deployment.bus("roll"), deployment.bus("care")
    database = Database()
    member = roll.subscribe("roll", ["care", "roll"], database)
    roll.publish([message("pupil-1", 1)])
    read_all(database, member, count=1)
    deployment.apply()  # it writes its own topic, so it still sees it
    roll.publish([message("pupil-1", 2)])
    eventually(lambda: member.poll(1) == [] and "roll" in member.unread())
    care.publish([message("pupil-1", 1, "care")])
    database.take(eventually(lambda: member.poll(1)))
    assert [one.topic for one in database.done] == ["roll", "care"]
    deployment.apply(msgspec.structs.replace(LAYOUT, rights=both))
    read_all(database, member, count=3)
    assert database.numbers_by_key() == {"pupil-1": ["pupil-1/1", "pupil-1/1", "pupil-1/2"]}


def test_a_wrong_password_is_told_without_it(deployment: Deployment) -> None:
    bus = deployment.bus("roll", password="mistyped", connect_seconds=1.0)
    with pytest.raises(BusUnavailable, match=r"opens no session for User:test-.*\.roll .*check the password") as told:
        bus.publish([message("pupil-1", 1)])
    assert "mistyped" not in str(told.value)


def test_the_lag_of_a_group_that_is_not_ones_own_is_not_told(deployment: Deployment) -> None:
    with pytest.raises(BusForbidden, match=sentence(deployment, "DESCRIBE", "GROUP", "care", "roll")):
        deployment.bus("roll").lag("care")
