"""`fuxue demo`: found the invented county, play its days, compare with what was planted, say what came of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.demo.checking import check
from services.demo.performance import on_stage, perform, prepare
from services.demo.player import PlayedDay
from services.demo.summary import show_summary
from services.embedded import House

DIFFERENCES_SHOWN = 20


def run(data: Path, *, seed: int, pupils: int, until: date | None) -> None:
    """Play the demo on the data directory, or go on where it was; raises ClickException where it is not as planted."""
    console = Console()
    county = prepare(data, seed=seed, pupils=pupils)
    truth = county.truth()
    if (truth["seed"], truth["pupils"]) != (seed, pupils):
        console.print(
            f"沿用已有的县 going on with the county that is there: {truth['pupils']} pupils, seed {truth['seed']}"
            f" (`make clean-demo` starts afresh)"
        )
    house = House(data)
    try:
        with Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
        ) as bars:
            founding = bars.add_task("导入 importing", total=None)
            days = bars.add_task("上课日 school days", total=len(truth["days"]))

            def on_import(what: str, done: int, total: int) -> None:
                bars.update(founding, description=f"导入 importing {what}", completed=done, total=total)

            def on_day(day: PlayedDay, _total: int) -> None:
                bars.update(days, completed=day.number)

            perform(house, county, until=until, progress=on_import, on_day=on_day)
            bars.update(founding, description="导入 importing", completed=1, total=1)
            if until is None:
                bars.update(days, completed=len(truth["days"]))
        with on_stage(house, county) as stage:
            differences = check(stage, truth)
            show_summary(stage, truth, console)
    finally:
        house.stop()
    children = sum(1 for story in truth["stories"] if story["roll_number"])
    console.print(f"{children} 名孩子如所植 children as planted, {len(differences)} 处不同 differences")
    for difference in differences[:DIFFERENCES_SHOWN]:
        console.print(f"  {difference}")
    if differences:
        raise click.ClickException("The county is not what was planted; this is a bug in Fuxue. 结果与所植不符，这是程序错误。")
