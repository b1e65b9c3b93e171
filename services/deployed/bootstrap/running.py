"""One run of the bootstrap, step by step; each step says what it changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from services.assembly import MIGRATIONS
from services.chassis.bus import kafka_admin
from services.contracts.topics import layout
from services.deployed.backups import back_up
from services.deployed.bootstrap import first_account
from services.deployed.bootstrap.broker_owner import must_be_ours
from services.deployed.bootstrap.bus_epoch import begin_where_topics_are_gone
from services.deployed.bootstrap.databases import as_superuser, holds_events, make_databases, outdated, upgrade_all
from services.deployed.bootstrap.elsewhere import must_stand_where_looked_for
from services.deployed.bootstrap.one_county import must_be_of_county
from services.deployed.bootstrap.partitions import bring_partitions
from services.deployed.bootstrap.release import must_be_of
from services.deployed.bootstrap.settings import BootstrapSettings
from services.deployed.erasures import noted, reapply
from services.deployed.settings import ServiceSettings

Tell = Callable[[str], None]


def bootstrap(settings: BootstrapSettings, identity: ServiceSettings, tell: Tell) -> None:
    """Bring servers, databases and broker to this release; raises Misconfigured, StoreBusy, BusUnavailable, SchemaTooNew,
    NotUpgraded, HalfUpgraded.

    What runs meanwhile is left running; where something fails, it goes on as before.
    """
    must_be_of(settings.release)
    with as_superuser(settings.servers) as reached:
        must_stand_where_looked_for(settings.servers, reached)
        for server in settings.servers:
            for change in make_databases(reached[server.name], server.databases):
                tell(change)
        must_be_of_county(settings.databases, settings.county)
        old = outdated(settings.databases, MIGRATIONS)
        if any(holds_events(database) for database in old):
            tell(f"backup {back_up(settings.servers, settings.backups, tell=tell)}")
        if old:
            changing = upgrade_all(old, MIGRATIONS)
            tell(f"schema of {', '.join(database.service for database in old)}")
            if changing:
                tell(_up_now(changing))
        if again := reapply(noted(*settings.erasure_lists), settings.owners):
            tell(f"erasures: {again} keys that a backup had brought back are destroyed again")
    must_be_ours(settings.kafka, settings.databases, settings.county)
    if robbed := begin_where_topics_are_gone(settings.kafka, settings.databases, datetime.now(UTC)):
        tell(f"new epoch of the bus: {', '.join(robbed)} send again all that they have told")
    _bring_broker(settings, tell)
    if first_account.open_where_none_is(identity, settings.first_code):
        tell("first account; its one-time code is in deploy/secrets/bootstrap/first_account_code")


def _up_now(changing: Sequence[str]) -> str:
    """Told where the release before must not be left at work for long."""
    named = ", ".join(changing)
    return (
        f"旧版本的容器仍在运行，但重启后无法在新结构上启动（{named}）：请立即运行 docker compose up --wait。\n"
        f"what runs of the release before goes on, but cannot start again on this schema ({named}):"
        " run docker compose up --wait now"
    )


def _bring_broker(settings: BootstrapSettings, tell: Tell) -> None:
    wanted = layout(settings.desks, settings.partitions)
    applied = kafka_admin.apply(settings.kafka, wanted, settings.passwords)
    changed = (
        ("topics", (*applied.topics_made, *applied.topics_changed)),
        ("users", applied.users_set),
        ("users withdrawn", applied.users_withdrawn),
    )
    for what, names in changed:
        if names:
            tell(f"{what} {', '.join(names)}")
    if applied.rights_given or applied.rights_taken:
        tell(f"rights: {applied.rights_given} given, {applied.rights_taken} taken")
    for sentence in bring_partitions(settings.kafka, wanted, settings.owners):
        tell(sentence)
