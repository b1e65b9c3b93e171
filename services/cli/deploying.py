"""What the containers of a deployment run: secrets, bootstrap, web and worker of a service."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from services.cli.answering import Told
from services.cli.options import which_county
from services.contracts.services import SERVICES


@click.group(cls=Told)
def container() -> None:
    """容器 · What the containers of a deployment run."""


INSIDE_NAMES = ("gateway", "kafka", "localhost", "127.0.0.1")
"""What certificates are for beside the names from outside: the operator's commands come from inside."""

a_service = click.argument("service", type=click.Choice(SERVICES))


@container.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--data-there",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A path that exists once the deployment holds data: then no key is made anew. 已有数据的标志路径。",
)
@click.option(
    "--mounted",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The directory deploy/: what containers are shown of it, every user may read. 供各容器读取的目录。",
)
def secrets(directory: Path, data_there: tuple[Path, ...], mounted: Path | None) -> None:
    """密钥 · Make a deployment's passwords and keys, once."""
    from services.deployed.bootstrap.settings import desks
    from services.deployed.mounted import open_to_readers
    from services.deployed.secrets import Wanted, make_secrets
    from services.deployed.settings import environment

    read = environment()
    names = dict.fromkeys((*read.words("FUXUE_TLS_NAMES"), *INSIDE_NAMES))
    wanted = Wanted(tuple(names), desks(read))
    for made in make_secrets(directory, wanted, data_there=any(path.exists() for path in data_there)):
        click.echo(f"已生成 made: {made}")
    for opened in open_to_readers(mounted) if mounted else ():
        click.echo(f"已开放读取 made readable: deploy/{opened}")


@container.command("wrapping-key")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False, exists=True))
@a_service
def wrapping_key(directory: Path, service: str) -> None:
    """换密钥 · Put a new wrapping key in front of those of a service."""
    from services.deployed.secrets import put_wrapping_key_in_front

    key_id = put_wrapping_key_in_front(directory, service)
    click.echo(
        f"{service} 的新包装密钥 {key_id} 已放在最前面，原有的都留在其后。先另行保存 deploy/secrets，再一次重启该服务的全部容器：\n"
        f"{service}: the new wrapping key {key_id} stands in front, all others behind it. First copy deploy/secrets to its place"
        " apart, then restart all containers of the service at once:\n"
        f"  docker compose restart {service} {service}-worker"
    )


@container.command()
def bootstrap() -> None:
    """引导与升级 · Bring databases, broker and first account to this release."""
    from services.chassis.logs import configure_logs
    from services.deployed.bootstrap import bootstrap as run
    from services.deployed.bootstrap.settings import bootstrap_settings
    from services.deployed.settings import service_settings

    configure_logs("warning")
    told: list[str] = []

    def tell(change: str) -> None:
        told.append(change)
        click.echo(f"已更新 brought: {change}")

    run(bootstrap_settings(), service_settings("identity"), tell)
    if not told:
        click.echo("一切就绪，无需更改。 Everything was as it should be.")


@container.command()
@a_service
@click.option("--processes", envvar="FUXUE_WEB_PROCESSES", default=1, show_default=True, type=click.IntRange(1, 64))
def web(service: str, processes: int) -> None:
    """网页进程 · The web process of a deployed service."""
    from services.deployed import web as process
    from services.deployed.settings import service_settings

    process.serve(service_settings(service), processes=processes)


@container.command()
@a_service
def worker(service: str) -> None:
    """后台进程 · The worker process of a deployed service."""
    from services.deployed import worker as process
    from services.deployed.settings import service_settings

    process.work(service_settings(service))


@container.command()
@which_county
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Play no further than this day. 只演到这一天。")
def play(seed: int, pupils: int, until: Any) -> None:
    """演示 · Live 30 school days of an invented county in a demo deployment."""
    from services.chassis.logs import configure_logs
    from services.cli import playing_deployed

    configure_logs("warning")
    playing_deployed.run(seed=seed, pupils=pupils, until=until.date() if until else None)
