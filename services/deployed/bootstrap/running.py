"""One run of the bootstrap, step by step; each step says what it changed."""

from __future__ import annotations

from collections.abc import Sequence

from services.assembly import MIGRATIONS
from services.deployed.backups import back_up
from services.deployed.bootstrap import first_account
from services.deployed.bootstrap.broker import Tell, bring_broker
from services.deployed.bootstrap.checked_brokers import forget_others, states
from services.deployed.bootstrap.databases import as_superuser, holds_events, make_databases, outdated, upgrade_all
from services.deployed.bootstrap.elsewhere import must_stand_where_looked_for
from services.deployed.bootstrap.one_deployment import must_be_ours
from services.deployed.bootstrap.release import must_be_of
from services.deployed.bootstrap.settings import BootstrapSettings
from services.deployed.erasures import noted, reapply
from services.deployed.settings import ServiceSettings


def bootstrap(settings: BootstrapSettings, identity: ServiceSettings, tell: Tell) -> None:
    """Bring servers, databases and broker to this release; raises Misconfigured, StoreBusy, SchemaTooNew, NotUpgraded,
    HalfUpgraded. A broker that is away is told, and passed over.

    What runs meanwhile is left running; where something fails, it goes on as before.
    """
    must_be_of(settings.release)
    with as_superuser(settings.servers) as reached:
        must_stand_where_looked_for(settings.servers, reached)
        must_be_ours(settings.servers, reached, settings.county, settings.keys)
        for server in settings.servers:
            for change in make_databases(reached[server.name], server.databases):
                tell(change)
        old = outdated(settings.databases, MIGRATIONS)
        if any(holds_events(database) for database in old):
            tell(f"备份 backup {back_up(settings.servers, settings.backups, tell=tell)}")
        if old:
            changing = upgrade_all(old, MIGRATIONS)
            tell(f"数据库结构 schema of {', '.join(database.service for database in old)}")
            if changing:
                tell(_up_now(changing))
        if again := reapply(noted(*settings.erasure_lists), settings.owners):
            tell(
                f"删除名单：备份带回的 {again} 个密钥已再次销毁。\n"
                f"erasures: {again} keys that a backup had brought back are destroyed again."
            )
        now = states(settings.servers, reached)
        checked = forget_others(settings.databases, settings.kafka, now)
    if first_account.open_where_none_is(identity, settings.first_code):
        tell(
            "首个账号已开通，一次性密码在 deploy/secrets/bootstrap/first_account_code 中。\n"
            "first account opened; its one-time code is in deploy/secrets/bootstrap/first_account_code."
        )
    bring_broker(settings, now, tell, checked=checked)


def _up_now(changing: Sequence[str]) -> str:
    """Told where the release before must not be left at work for long."""
    named = ", ".join(changing)
    return (
        f"旧版本的容器仍在运行，但重启后无法在新结构上启动（{named}）：请立即运行 docker compose up --wait。\n"
        f"what runs of the release before goes on, but cannot start again on this schema ({named}):"
        " run docker compose up --wait now"
    )
