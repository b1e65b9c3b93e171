"""`fuxue container play`: the invented county, founded and played in a deployment that deploy/compose.demo.yml makes a demo."""

from __future__ import annotations

from datetime import date

import click
from rich.console import Console

from services.cli.interrupts import heard_between_steps
from services.cli.playing import Commands, live, told_of_another_county
from services.demo.deployed_demo import DeployedDemo, deployed_demo, on_deployed_stage
from services.demo.performance import goes_on
from services.demo.stage import Refused, Stage

COMMANDS = Commands(play="docker compose run --rm play", serve="docker compose up --wait", afresh="docker compose down --volumes")


def run(*, seed: int, pupils: int, until: date | None) -> None:
    """Play, or go on where it was; raises NotAsPlanted, NotADemo, and ClickException where the house refuses what was planted."""
    demo = deployed_demo(seed=seed, pupils=pupils)
    console = Console()
    told_of_another_county(demo.county.truth(), seed, pupils, COMMANDS, console)
    try:
        with heard_between_steps() as between_steps, on_deployed_stage(demo) as stage:
            demo.hand.stand()
            try:
                live(stage, demo.county, until, COMMANDS, console, between_steps)
            finally:
                _let_go_of_the_clock(demo, stage, console)
    except Refused as refused:
        raise click.ClickException(f"演示无法继续。 The play cannot go on: {refused}") from refused


def _let_go_of_the_clock(demo: DeployedDemo, stage: Stage, console: Console) -> None:
    """However the play ended: where nothing is left to be played, the county lives on; else its clock waits for the next run."""
    if not goes_on(stage, demo.county.truth()):
        demo.hand.run()
        return
    console.print(
        f"业务时钟停在 {stage.now():%Y-%m-%d %H:%M} UTC，再运行 `{COMMANDS.play}` 就从这里继续。"
        f" The business clock stands there until `{COMMANDS.play}` goes on with the days that are left."
    )
