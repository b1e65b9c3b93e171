"""Mandatory reports about the invented child, as casework tells of them."""

from __future__ import annotations

from typing import Any

from services.chassis.envelope import Sealed
from services.contracts import casework
from services.contracts.codes import HarmSign
from services.contracts.ids import MandatoryReportId, OfficerId
from tests.notifications.conftest import World
from tests.notifications.invented import PUPIL, TODAY
from tests.scenario import NOW

SEALED = Sealed[str](suite="A256GCM", key=PUPIL, text="sealed")


def reported(world: World, of: str = "report-1") -> None:
    event = casework.MandatoryReportOpened(
        report_id=MandatoryReportId(of),
        pupil_id=PUPIL,
        number="M2026-0001",
        sign=HarmSign.ABUSE,
        division="990126",
        noticed_on=TODAY,
        opened_at=NOW,
        by_officer_id=OfficerId("teacher"),
        words=SEALED,
    )
    world.told(f"mandatory_report-{of}", event)


def answered(world: World, *, hold: bool, of: str = "report-1") -> None:
    facts: dict[str, Any] = {"report_id": MandatoryReportId(of), "pupil_id": PUPIL, "by_officer_id": OfficerId("police")}
    world.told(f"mandatory_report-{of}", casework.MandatoryReportAnswered(hold=hold, **facts))


def withdrawn(world: World, of: str = "report-1") -> None:
    facts: dict[str, Any] = {
        "report_id": MandatoryReportId(of),
        "pupil_id": PUPIL,
        "by_officer_id": OfficerId("lead"),
        "reason": SEALED,
    }
    world.told(f"mandatory_report-{of}", casework.MandatoryReportWithdrawn(**facts))
