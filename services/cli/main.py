"""`fuxue …`: the root of the commands, and those that make and serve a county; the others stand beside it, by what they do.

What loads the services is imported where it is needed: `--help` answers at once, and what speaks to a served county over HTTP
loads none of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from services.cli.accounts import account
from services.cli.answering import Told
from services.cli.clearing import clean_demo
from services.cli.deploying import container
from services.cli.importing import import_group
from services.cli.keeping import backup, doctor, move, restore
from services.cli.listening import require_free, require_unowned
from services.cli.operating import parked, rebuild, republish, verify
from services.cli.options import Settings, address, settings_of, which_county
from services.cli.reading import case, ledger, summary, trace
from services.cli.templating import template


@click.group(cls=Told, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--data",
    envvar="FUXUE_DATA",
    default="./data",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The data directory (also FUXUE_DATA). 数据目录。",
)
@click.option(
    "--lang",
    "language",
    envvar="FUXUE_LANG",
    default="zh",
    type=click.Choice(["zh", "en"]),
    show_default=True,
    help="The language of the house's sentences (also FUXUE_LANG). 语言。",
)
@click.pass_context
def main(ctx: click.Context, data: Path, language: str) -> None:
    """Fuxue 复学 – every child back at school. 让每个孩子回到学校。"""
    ctx.obj = Settings(data, language)


@main.command()
@which_county
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Play no further than this day. 只演到这一天。")
@click.option("--no-serve", is_flag=True, help="End when the days are played. 演完即结束。")
@address
@settings_of
def demo(settings: Settings, seed: int, pupils: int, until: Any, no_serve: bool, host: str, port: int, log: Path | None) -> None:  # noqa: FBT001  click gives flags so
    """演示 · Make an invented county, live 30 school days, serve it."""
    require_unowned(settings.data)
    if not no_serve:
        require_free(host, port)
    from services.cli import playing, serving

    playing.run(settings.data, seed=seed, pupils=pupils, until=until.date() if until else None)
    if not no_serve:
        serving.serve(settings.data, host, port, log)


@main.command()
@click.option("--county", metavar="CODE", help="6-digit division code; needed once, for a new data directory. 六位区划代码。")
@address
@settings_of
def serve(settings: Settings, county: str | None, host: str, port: int, log: Path | None) -> None:
    """启动服务 · Serve the API from the data directory."""
    require_unowned(settings.data)
    require_free(host, port)
    from services.cli import serving

    serving.found_if_new(settings.data, county)
    serving.serve(settings.data, host, port, log)


COMMANDS = (
    clean_demo,
    account,
    template,
    import_group,
    summary,
    ledger,
    case,
    trace,
    verify,
    rebuild,
    republish,
    parked,
    doctor,
    backup,
    restore,
    move,
    container,
)

for command in COMMANDS:
    main.add_command(command)


@main.group(cls=Told)
def county() -> None:
    """虚构县 · The invented county's files."""


@county.command("generate")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@which_county
def county_generate(directory: Path, seed: int, pupils: int) -> None:
    """只生成文件 · Write the files and the truth planted in them, into a directory of their own."""
    if directory.exists() and any(directory.iterdir()):
        raise click.ClickException(
            f"{directory} 不是空目录，请指定新目录或空目录。\n{directory} is not empty; name a new directory, or an empty one."
        )
    from services.demo.county import generate
    from services.demo.performance import FIRST_DAY

    files = generate(directory, seed=seed, pupils=pupils, first_day=FIRST_DAY)
    click.echo(f"{directory}: {len(files.rosters)} 份名册 rosters, {pupils} 名学生 pupils, 种子 seed {seed}")
