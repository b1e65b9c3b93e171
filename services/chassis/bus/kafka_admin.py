"""Brings a broker to a layout: makes what is missing, takes away what no line of it gives. Applied again it changes nothing."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec
from kafka import KafkaAdminClient, errors  # type: ignore[import-untyped]  # kafka-python has no types
from kafka.admin import (  # type: ignore[import-untyped]  # the same
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ConfigResource,
    ConfigResourceType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)

from services.chassis.bus.kafka_clients import connected
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.kafka_topics import configs_of, differing, house_names, make_missing
from services.chassis.bus.kafka_trouble import (
    NO_ACLS,
    NO_PASSWORD,
    NO_SUPER_USER,
    NOT_LAID_OUT,
    PASSWORD_KEPT,
    PASSWORD_NOT_SET,
    PASSWORD_NOT_TAKEN,
    sentence,
)
from services.chassis.bus.layout import Layout, Right
from services.chassis.errors import BusForbidden, BusUnavailable, Misconfigured

PASSWORD_TRY_SECONDS = 3.0
"""How long a user may take to sign in before the password counts as another."""

EVERYTHING = ACLFilter(
    None, None, ACLOperation.ANY, ACLPermissionType.ANY,
    ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY),
)  # fmt: skip


class Applied(msgspec.Struct, frozen=True):
    """What was changed, by the names of the house."""

    topics_made: tuple[str, ...] = ()
    topics_changed: tuple[str, ...] = ()
    users_set: tuple[str, ...] = ()
    users_withdrawn: tuple[str, ...] = ()
    rights_given: int = 0
    rights_taken: int = 0


def apply(settings: KafkaSettings, layout: Layout, passwords: Mapping[str, str]) -> Applied:
    """Bring the broker to the layout, as a user who may do everything there; `passwords` by user.

    Users and rights that the layout does not know at all are left alone, but for names that only such a layout gives out: whoever
    has one and is not in it any more loses rights and password. Raises BusUnavailable, BusForbidden where the user may not do this,
    and Misconfigured where the broker keeps no rights or a password is missing.
    """
    if missing := [user for user in layout.users if not passwords.get(user)]:
        raise Misconfigured(sentence(NO_PASSWORD, users=", ".join(missing)))
    admin, _ = connected(KafkaAdminClient, settings)
    try:
        made = make_missing(admin, settings, layout.topics)
        changed = _bring_topics(admin, settings, layout, made)
        users = _bring_users(admin, settings, {user: passwords[user] for user in layout.users})
        gone = withdrawn(admin, settings, layout)
        given, taken = _bring_rights(admin, settings, layout, gone)
        _take_passwords(admin, settings, gone)
    except (errors.ClusterAuthorizationFailedError, errors.TopicAuthorizationFailedError) as refused:
        raise BusForbidden(sentence(NO_SUPER_USER, who=settings.who)) from refused
    except errors.SecurityDisabledError as open_to_all:
        raise Misconfigured(sentence(NO_ACLS, where=settings.where)) from open_to_all
    except errors.KafkaError as trouble:
        raise BusUnavailable(sentence(NOT_LAID_OUT, where=settings.where, kind=type(trouble).__name__)) from trouble
    finally:
        admin.close()
    return Applied(tuple(made), tuple(changed), tuple(users), tuple(gone), given, taken)


# --- topics -------------------------------------------------------------------------------------------------------------


def _bring_topics(admin: Any, settings: KafkaSettings, layout: Layout, made: Collection[str]) -> list[str]:
    """Settings that differ are set, also those of topics that a writer has made; partitions are another matter (`kafka_growth`)."""
    there = house_names(admin, settings)
    forms = {form.name: form for form in layout.forms(there) if form.name in there and form.name not in made}
    differ = differing(admin, settings, forms.values())
    for name in differ:
        wanted = configs_of(forms[name], settings.replication)
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, settings.named(name), configs=wanted)])
    return list(differ)


# --- users --------------------------------------------------------------------------------------------------------------


def _bring_users(admin: Any, settings: KafkaSettings, passwords: Mapping[str, str]) -> list[str]:
    """Make users that are not there, and set the password of those who cannot sign in with theirs."""
    known = admin.describe_user_scram_credentials()
    wrong = [
        user
        for user, password in passwords.items()
        if settings.named(user) not in known or not _signs_in(settings, user, password, PASSWORD_TRY_SECONDS)
    ]
    if not wrong:
        return []
    answers = admin.alter_user_scram_credentials(
        [
            UserScramCredentialUpsertion(settings.named(user), ScramMechanism.SCRAM_SHA_512, password=passwords[user])
            for user in wrong
        ]
    )
    if refused := [f"{user}: {why}" for user, why in answers.items() if why]:
        raise BusUnavailable(sentence(PASSWORD_NOT_SET, refused="; ".join(refused)))
    until = time.monotonic() + settings.connect_seconds
    for user in wrong:  # the broker tells itself a little later
        while not _signs_in(settings, user, passwords[user], PASSWORD_TRY_SECONDS):
            if time.monotonic() > until:
                raise BusUnavailable(sentence(PASSWORD_NOT_TAKEN, user=settings.named(user)))
    return wrong


def _signs_in(settings: KafkaSettings, user: str, password: str, seconds: float) -> bool:
    """Whether the broker takes this user's password."""
    as_user = msgspec.structs.replace(settings, user=settings.named(user), password=password, connect_seconds=seconds)
    try:
        client, _ = connected(KafkaAdminClient, as_user)
    except BusUnavailable:
        return False
    client.close()
    return True


def withdrawn(admin: Any, settings: KafkaSettings, layout: Layout) -> list[str]:
    """Who still has a password or a right under a name that only such a layout gives out, and is not in this one any more."""
    principals = (acl.principal.removeprefix("User:") for acl in admin.describe_acls(EVERYTHING)[0])
    theirs = tuple(settings.named(name) for name in layout.given_out)
    found = {user for user in (*admin.describe_user_scram_credentials(), *principals) if theirs and user.startswith(theirs)}
    return sorted(user.removeprefix(settings.prefix) for user in found - {settings.named(user) for user in layout.users})


def _take_passwords(admin: Any, settings: KafkaSettings, users: Iterable[str]) -> None:
    """Nobody signs in as these any more."""
    known = admin.describe_user_scram_credentials()
    gone = [settings.named(user) for user in users if settings.named(user) in known]
    if not gone:
        return
    answers = admin.alter_user_scram_credentials([UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_512) for user in gone])
    if refused := [f"{user}: {why}" for user, why in answers.items() if why]:
        raise BusUnavailable(sentence(PASSWORD_KEPT, refused="; ".join(refused)))


# --- rights -------------------------------------------------------------------------------------------------------------


def _bring_rights(admin: Any, settings: KafkaSettings, layout: Layout, gone: Iterable[str]) -> tuple[int, int]:
    """Give the layout's users the rights of the layout and no others, who is gone none; answers how many were given and taken."""
    present = _present(admin, settings, (*layout.users, *gone))
    wanted = {_acl(right, settings) for right in layout.rights}
    if new := sorted(wanted - present, key=repr):
        failed = admin.create_acls(new)["failed"]
        if failed:
            raise failed[0]
    if extra := sorted(present - wanted, key=repr):
        filters = [ACLFilter(acl.principal, acl.host, acl.operation, acl.permission_type, acl.resource_pattern) for acl in extra]
        admin.delete_acls(filters)
    return len(new), len(extra)


def rights_differing(admin: Any, settings: KafkaSettings, layout: Layout) -> tuple[list[str], list[str]]:
    """The ACLs of the layout that the broker does not keep, and those that it keeps for the layout's users beyond it."""
    present = _present(admin, settings, layout.users)
    wanted = {_acl(right, settings) for right in layout.rights}
    return sorted(map(_told, wanted - present)), sorted(map(_told, present - wanted))


def _told(acl: Any) -> str:
    """An ACL in words."""
    pattern, user = acl.resource_pattern, acl.principal.removeprefix("User:")
    beginning = "what begins with " if pattern.pattern_type is ACLResourcePatternType.PREFIXED else ""
    denied = "DENY " if acl.permission_type is ACLPermissionType.DENY else ""
    what = f"{pattern.resource_type.name} {beginning}{pattern.resource_name}"
    return f"ACL {denied}{acl.operation.name} on {what} for {user}"


def _present(admin: Any, settings: KafkaSettings, users: Iterable[str]) -> set[Any]:
    """What the broker lets these users do."""
    ours = {f"User:{settings.named(user)}" for user in users}
    return {acl for acl in admin.describe_acls(EVERYTHING)[0] if acl.principal in ours}


def _acl(right: Right, settings: KafkaSettings) -> Any:
    pattern = ACLResourcePatternType.PREFIXED if right.prefixed else ACLResourcePatternType.LITERAL
    return ACL(
        principal=f"User:{settings.named(right.user)}",
        host="*",
        operation=ACLOperation[right.operation],
        permission_type=ACLPermissionType.ALLOW,
        resource_pattern=ResourcePattern(ResourceType[right.resource], settings.named(right.name), pattern),
    )
