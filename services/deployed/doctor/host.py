"""The machines: their clocks in step, room on the disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from services.deployed.doctor.findings import Finding, warning, well, wrong

SKEW_SECONDS = 2.0
"""Further apart, dates and terms near midnight and the tokens' lives are not what people think."""

LEAST_FREE = 0.10
"""Of the whole disk."""


def clocks(subject: str, seconds: float) -> Finding:
    """Two clocks that are so many seconds apart."""
    if seconds <= SKEW_SECONDS:
        return well(subject, "时钟一致。", "The clocks agree.")
    return wrong(
        subject,
        (f"时钟相差 {seconds:.1f} 秒。", f"The clocks are {seconds:.1f} s apart."),
        (
            "在各主机上启用时间同步（chrony 或 systemd-timesyncd）。",
            "Turn on time synchronisation on every host (chrony, timesyncd).",
        ),
    )


def room_on_disk(place: Path) -> Iterator[Finding]:
    """Room where the engine keeps its volumes."""
    if not place.exists():
        return
    usage = shutil.disk_usage(place)
    free, gigabytes = usage.free / usage.total, usage.free / 1e9
    subject = "disk"
    if free >= LEAST_FREE:
        yield well(subject, f"剩余 {gigabytes:.0f} GB（{free:.0%}）。", f"{gigabytes:.0f} GB are free ({free:.0%}).")
    else:
        yield warning(
            subject,
            (f"磁盘只剩 {gigabytes:.1f} GB（{free:.0%}）。", f"Only {gigabytes:.1f} GB are free ({free:.0%})."),
            (
                "移走旧备份，或扩大磁盘：磁盘写满后服务只读。",
                "Move old backups away or enlarge the disk: once full, nothing is accepted.",
            ),
        )
