"""`fuxue play`: the invented county, founded and played in a deployment that was started with deploy/compose.demo.yml."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click
from rich.console import Console

from services.chassis.doorbell import Ringer
from services.chassis.shared_clock import HandOfTheClock
from services.chassis.web.tokens import OPERATOR
from services.cli.interrupts import heard_between_steps
from services.cli.playing import live
from services.contracts.services import SERVICES
from services.demo.deployed_stage import DeployedStage, Reached
from services.demo.founding import CountyDirectory, useful_logins
from services.demo.performance import COUNTY_DIRECTORY, FIRST_DAY, generate_where_missing, is_over
from services.demo.stage import Refused
from services.deployed.bootstrap.settings import bootstrap_settings
from services.deployed.ends import TopicEnds
from services.deployed.settings import DOORBELL_PORT, environment
from services.deployed.tokens import OwnToken


def run(*, seed: int, pupils: int, until: date | None) -> None:
    """Play, or go on where it was; raises NotAsPlanted, and ClickException where the house refuses what was planned."""
    read = environment()
    clock = read.optional("FUXUE_DEMO_CLOCK")
    if not clock:
        raise click.ClickException(
            "本部署不是演示部署，业务时钟不可移动（演示请加 deploy/compose.demo.yml）。\n"
            "This deployment is no demo: its clock cannot be moved (deploy/compose.demo.yml makes one)."
        )
    shared = Path(clock).parent
    county = CountyDirectory(shared / COUNTY_DIRECTORY)
    generate_where_missing(county, seed=seed, pupils=pupils, first_day=FIRST_DAY)
    hand = HandOfTheClock(Path(clock), read.instant("FUXUE_DEMO_BEGINS"))
    console = Console()
    try:
        with heard_between_steps() as between_steps, _stage(hand, shared, county) as stage:
            hand.stand()
            live(stage, county, until, console, between_steps)
            if is_over(stage, county.truth()):
                hand.run()
    except Refused as refused:
        raise click.ClickException(f"演示无法继续。 The play cannot go on: {refused}") from refused


@contextmanager
def _stage(hand: HandOfTheClock, shared: Path, county: CountyDirectory) -> Iterator[DeployedStage]:
    read = environment()
    url, ca_file = read.text("FUXUE_URL"), Path(read.text("FUXUE_CA_FILE"))
    bootstrapped = bootstrap_settings()
    token = OwnToken(url, OPERATOR, read.text("FUXUE_OPERATOR_SECRET"), ca_file=ca_file)
    ends = TopicEnds(bootstrapped.kafka)
    ringers = [Ringer((f"{service}-worker", DOORBELL_PORT)) for service in SERVICES]

    def wake() -> None:
        for ringer in ringers:
            ringer.ring()

    reached = Reached(url, ca_file, token, ends, wake)
    stage = DeployedStage(reached, hand, shared, bootstrapped.first_account_code, useful_logins(county.truth()))
    try:
        yield stage
    finally:
        stage.close()
        ends.close()
        token.close()
        for ringer in ringers:
            ringer.close()
