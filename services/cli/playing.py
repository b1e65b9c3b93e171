"""`fuxue demo`: found the invented county, play its days, compare with what was planted, say what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.cli.answering import Stopped
from services.cli.interrupts import heard_between_steps
from services.demo.checking import Difference, check
from services.demo.founding import CountyDirectory
from services.demo.performance import LivedOn, OtherRelease, is_over, leave_to_visitors, on_stage, perform, prepare
from services.demo.player import PlayedDay
from services.demo.stage import Fact, Refused, Stage
from services.demo.summary import show_summary
from services.embedded import House

DIFFERENCES_SHOWN = 20

IMPORTS = {
    "bodies": "单位 bodies",
    "officers": "工作人员 officers",
    "calendar_government": "工作日历 working days",
    "calendar_school": "校历 school days",
    "rosters": "名册 rosters",
    "accounts": "账号 accounts",
}
"""What is imported, as `founding` calls it and as people read it."""


@dataclass(frozen=True)
class Commands:
    """How people play this demo on, serve it as it is, and begin it afresh."""

    play: str
    serve: str
    afresh: str


COMMANDS = Commands(play="fuxue demo", serve="fuxue serve", afresh="make clean-demo")


class NotAsPlanted(click.ClickException):
    """The county is not what the truth says: somebody else has acted in it, or a bug."""


def run(data: Path, *, seed: int, pupils: int, until: date | None) -> None:
    """Play the demo on the data directory, or go on where it was.

    Raises NotAsPlanted, and Stopped where Ctrl-C ended it: the next run goes on.
    """
    console = Console()
    try:
        county = _prepared(data, seed, pupils, console)
        with heard_between_steps() as between_steps, _open(data) as house, on_stage(house, county) as stage:
            live(stage, county, until, COMMANDS, console, between_steps)
    except KeyboardInterrupt:
        raise Stopped(
            f"演示已停止；再运行一次 `{COMMANDS.play}` 就从这里继续。 Stopped; run `{COMMANDS.play}` again to go on from here."
        ) from None
    except Refused as refused:
        raise click.ClickException(f"演示无法继续。 The play cannot go on: {refused}") from refused


def _prepared(data: Path, seed: int, pupils: int, console: Console) -> CountyDirectory:
    county = prepare(data, seed=seed, pupils=pupils)
    told_of_another_county(county.truth(), seed, pupils, COMMANDS, console)
    return county


def told_of_another_county(truth: Fact, seed: int, pupils: int, commands: Commands, console: Console) -> None:
    """Say so where the county that is there is not the one that was asked for."""
    if (truth["seed"], truth["pupils"]) != (seed, pupils):
        console.print(
            f"沿用已有的县 going on with the county that is there: {truth['pupils']} 名学生 pupils, 种子 seed {truth['seed']}"
            f"（`{commands.afresh}` 重新开始 starts afresh）"
        )


@contextmanager
def _open(data: Path) -> Iterator[House]:
    house = House(data)
    try:
        yield house
    finally:
        house.stop()


def live(
    stage: Stage,
    county: CountyDirectory,
    until: date | None,
    commands: Commands,
    console: Console,
    between_steps: Callable[[], None],
) -> None:
    """Play what is not played yet, compare it with what was planted, say what came of it; raises NotAsPlanted, Refused."""
    truth = county.truth()
    differences: list[Difference] | None = None
    if is_over(stage, truth):
        console.print("各日已演完，沿用现有数据。 The days were played before; going on with the data that are there.")
    elif _played(stage, county, until, commands, console, between_steps):
        differences = check(stage, truth)
    between_steps()
    if is_over(stage, truth):
        leave_to_visitors(stage, truth)
    show_summary(stage, truth, console)
    if differences is not None:
        _compare(truth, differences, commands, console)


def _played(
    stage: Stage,
    county: CountyDirectory,
    until: date | None,
    commands: Commands,
    console: Console,
    between_steps: Callable[[], None],
) -> bool:
    """Whether the days were played to the end that was asked for; one that has lived on, or another release's, stays as it is."""
    days_of_truth = len(county.truth()["days"])
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    ) as bars:
        founding = bars.add_task("导入 importing", total=None)
        days = bars.add_task("上课日 school days", total=days_of_truth)

        def on_import(what: str, done: int, total: int) -> None:
            between_steps()
            bars.update(founding, description=f"导入 importing {IMPORTS[what]}", completed=done, total=total)

        def on_tick() -> None:
            between_steps()
            bars.update(founding, description="导入 importing", completed=1, total=1)

        def on_day(day: PlayedDay, _total: int) -> None:
            bars.update(days, completed=day.number)

        try:
            perform(stage, county, until=until, progress=on_import, on_day=on_day, on_tick=on_tick)
        except LivedOn:
            console.print(
                f"县已自行运转，错过了后面的剧情，不再续演（`{commands.afresh}` 重新开始）。"
                f" The county has lived on by itself past its story, which is not played on (`{commands.afresh}` starts afresh)."
            )
            return False
        except OtherRelease:
            console.print(
                f"剧情由另一版本编写，本版本不续演，数据照常可用（`{commands.afresh}` 重新开始）。"
                " Another release wrote this story; it is not played on, its data are served as they are"
                f" (`{commands.afresh}` starts afresh)."
            )
            return False
    return True


def _compare(truth: Fact, differences: Sequence[Difference], commands: Commands, console: Console) -> None:
    children = sum(1 for story in truth["stories"] if story["roll_number"])
    told = f"{children} 名孩子的经过已与所植核对，{len(differences)} 处不同。"
    console.print(f"{told} {children} children compared with what was planted, {len(differences)} differences.")
    for difference in differences[:DIFFERENCES_SHOWN]:
        console.print(f"  {difference}")
    if differences:
        raise NotAsPlanted(
            f"结果与所植不符：或有他人在此操作过，或程序有误（`{commands.serve}` 仍可启动服务，`{commands.afresh}` 重新开始）。\n"
            "The county is not what was planted: somebody else has acted in it, or this is a bug in Fuxue"
            f" (`{commands.serve}` serves it all the same, `{commands.afresh}` starts afresh)."
        )
