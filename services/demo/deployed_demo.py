"""A demo in a deployed house, put together from what the play's container is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from services.chassis.doorbell import Ringer
from services.chassis.shared_clock import HandOfTheClock
from services.chassis.web.tokens import OPERATOR
from services.contracts.services import SERVICES
from services.demo.deployed_stage import DeployedStage, Reached
from services.demo.founding import CountyDirectory, useful_logins
from services.demo.patience import Patient
from services.demo.performance import COUNTY_DIRECTORY, FIRST_DAY, NotADemo, generate_where_missing
from services.deployed.bootstrap.settings import bootstrap_settings
from services.deployed.ends import TopicEnds
from services.deployed.settings import DOORBELL_PORT, environment
from services.deployed.tokens import OwnToken
from services.deployed.trust import trusting


@dataclass(frozen=True)
class DeployedDemo:
    """The hand of the clock that all containers follow, and the county's files beside it."""

    hand: HandOfTheClock
    shared: Path
    county: CountyDirectory


def deployed_demo(*, seed: int, pupils: int) -> DeployedDemo:
    """The demo of this deployment, its county made where it is not there yet; raises NotADemo, Misconfigured."""
    read = environment()
    clock = read.optional("FUXUE_DEMO_CLOCK")
    if not clock:
        raise NotADemo(
            "本部署不是演示部署，业务时钟不可移动（演示请加 deploy/compose.demo.yml）。\n"
            "This deployment is no demo: its clock cannot be moved (deploy/compose.demo.yml makes one)."
        )
    shared = Path(clock).parent
    county = CountyDirectory(shared / COUNTY_DIRECTORY)
    generate_where_missing(county, seed=seed, pupils=pupils, first_day=FIRST_DAY)
    return DeployedDemo(HandOfTheClock(Path(clock), read.instant("FUXUE_DEMO_BEGINS")), shared, county)


@contextmanager
def on_deployed_stage(demo: DeployedDemo) -> Iterator[DeployedStage]:
    """The stage of a deployed house, for as long as somebody plays on it."""
    read = environment()
    url, ca_file = read.text("FUXUE_URL"), Path(read.text("FUXUE_CA_FILE"))
    bootstrapped = bootstrap_settings()
    with ExitStack() as opened:
        token = OwnToken(url, OPERATOR, read.text("FUXUE_OPERATOR_SECRET"), ca_file=ca_file)
        opened.callback(token.close)
        ringers = [Ringer((f"{service}-worker", DOORBELL_PORT)) for service in SERVICES]
        for ringer in ringers:
            opened.callback(ringer.close)
        ends = TopicEnds(bootstrapped.kafka)
        opened.callback(ends.close)

        def wake() -> None:
            for ringer in ringers:
                ringer.ring()

        gateway = Patient(httpx.HTTPTransport(verify=trusting(ca_file), retries=2))
        opened.callback(gateway.close)
        reached = Reached(url, gateway, token, ends, wake)
        useful = useful_logins(demo.county.truth())
        stage = DeployedStage(reached, demo.hand, demo.shared, bootstrapped.first_code, useful)
        opened.callback(stage.close)
        yield stage
