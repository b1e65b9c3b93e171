"""What a school's roll administrator does when a child leaves for another school."""

from __future__ import annotations

from services.contracts.ids import school_id
from services.demo.player.absences import PUPILS
from services.demo.player.scene import Scene


def start_transfer(scene: Scene) -> None:
    """The child is let go; without a school of the county it leaves the county."""
    to_school = scene.act["to_school"]
    body = {"to_school_id": None if to_school is None else school_id(to_school)}
    scene.do(f"{PUPILS}/{scene.pupil_id}:start-transfer", body)
