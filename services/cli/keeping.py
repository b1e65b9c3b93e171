"""Backups of a deployment and their way back; the operator's, in a container of the deployment."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
import msgspec

from services.cli import show
from services.cli.answering import printed
from services.cli.options import as_json
from services.contracts.services import SERVICES

TOLD_IN_CONTAINERS = ("FUXUE_COUNTY", "FUXUE_COUNTY_FILE")
"""One of them is set in every container of a deployment that works on its databases."""


class NotInADeployment(click.ClickException):
    """The command was typed where there is no deployment in containers: says what it is for, and what to do instead."""

    def __init__(self, typed: str, instead_zh: str, instead_en: str) -> None:
        super().__init__(
            f"这个命令用于容器部署：docker compose run --rm {typed}。{instead_zh}\n"
            f"This command is for the deployment in containers: docker compose run --rm {typed}. {instead_en}"
        )


def _require_container(typed: str, instead_zh: str, instead_en: str) -> None:
    """Raises NotInADeployment."""
    if not any(name in os.environ for name in TOLD_IN_CONTAINERS):
        raise NotInADeployment(typed, instead_zh, instead_en)


@click.command()
def backup() -> None:
    """备份 · Back up a deployment's databases at one moment, while they run."""
    _require_container(
        "operator backup",
        "单机运行时（fuxue serve）：停止服务，复制整个数据目录，keys/ 单独存放。",
        "Of a house that `fuxue serve` runs: stop it and copy its data directory, keys/ to another place than the rest.",
    )
    from services.deployed.backups import back_up
    from services.deployed.bootstrap.settings import bootstrap_settings

    settings = bootstrap_settings()
    made = back_up(settings.servers, settings.backups, tell=click.echo)
    size = sum(path.stat().st_size for path in made.rglob("*") if path.is_file()) / 1_000_000
    click.echo(f"备份完成 backed up: {made} ({size:.1f} MB)")
    click.echo("密钥不在其中，请另行备份 deploy/secrets。 The keys are no part of it: back up deploy/secrets apart.")


@click.command()
@click.argument("name", required=False)
@click.option("--backups", type=click.Path(path_type=Path, file_okay=False), default="/backups", show_default=True)
@click.option(
    "--cluster",
    "clusters",
    type=click.Path(path_type=Path, file_okay=False),
    multiple=True,
    default=["/postgres"],
    show_default=True,
    help="An empty cluster directory, named as its server; once for each server. 空的数据目录，以服务器命名。",
)
@click.option("--part", is_flag=True, help="These servers only; the others are restored where they stand. 只恢复这几台。")
def restore(name: str | None, backups: Path, clusters: tuple[Path, ...], part: bool) -> None:  # noqa: FBT001  click gives flags so
    """恢复 · Put a backup, by default the newest, into an empty deployment."""
    if not backups.is_dir() or not all(place.is_dir() for place in clusters):
        raise NotInADeployment(
            "restore",
            "单机运行时：停止服务，把备份的数据目录连同 keys/ 放回原处，再 fuxue serve。",
            "Of a house that `fuxue serve` runs: stop it, put the copied directory back with its keys/, and serve again.",
        )
    from services.deployed.restoring import restore as put_back
    from services.deployed.secrets import OWNERS

    backup = put_back(backups, name, {place.name: place for place in clusters}, owner=OWNERS["postgres"], part=part)
    click.echo(f"已恢复 restored: {backup.name}")
    click.echo("接下来 next: docker compose up --wait && docker compose run --rm operator verify")


@click.command()
@click.argument("service", type=click.Choice(SERVICES))
@click.option("--from", "former", required=True, help="The server that holds its data now. 数据现在所在的服务器。")
def move(service: str, former: str) -> None:
    """迁移 · Carry a service's database over to the server that the settings name now."""
    _require_container(
        "operator move SERVICE --from SERVER",
        "单机运行时每个服务各有一个文件，无需迁移。",
        "A house that `fuxue serve` runs has a file for each service: there is nothing to move.",
    )
    from services.deployed.bootstrap.settings import bootstrap_settings
    from services.deployed.moving import move as carry_over

    settings = bootstrap_settings()
    own = settings.server_of(service)
    rows = carry_over(service, settings.server_named(former), own, settings.backups)
    click.echo(f"已迁移 moved: {service} → {own.name} ({len(rows)} 张表 tables, {sum(rows.values())} 行 rows)")
    click.echo("接下来 next: docker compose up --wait && docker compose run --rm operator doctor")


@click.command()
@as_json
def doctor(json_wanted: bool) -> None:  # noqa: FBT001  click gives flags so
    """诊断 · What is wrong with a deployment, and what to do."""
    _require_container(
        "operator doctor",
        "单机运行时：用 fuxue verify 核验事件，fuxue parked list 查看搁置的事件。",
        "Of a house that `fuxue serve` runs: `fuxue verify` checks its events, `fuxue parked list` what waits.",
    )
    from services.chassis.logs import configure_logs
    from services.deployed.bootstrap.settings import bootstrap_settings
    from services.deployed.doctor import State, examine
    from services.deployed.doctor.rounds import Door
    from services.deployed.settings import environment

    configure_logs("critical")
    read = environment()
    door = Door(
        url=read.text("FUXUE_URL"),
        ca_file=Path(read.text("FUXUE_CA_FILE")),
        shown=Path(read.text("FUXUE_SHOWN_CERTIFICATE")),
        operator_secret=read.text("FUXUE_OPERATOR_SECRET"),
        names=read.words("FUXUE_TLS_NAMES"),
        broker_address=read.text("FUXUE_BROKER_ADDRESS"),
    )
    findings = list(examine(bootstrap_settings(), door, demo=bool(read.optional("FUXUE_DEMO_CLOCK"))))
    printed(msgspec.to_builtins(findings), show.findings, json_wanted=json_wanted)
    if any(finding.state is State.WRONG for finding in findings):
        sys.exit(1)
