"""The machines: their clocks in step, room on the disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from services.deployed.doctor.findings import Finding, warning, well, wrong

SKEW_SECONDS = 2.0
"""Further apart, dates and terms near midnight and the tokens' lives are not what people think."""

SCARCE = 0.10
"""Of the whole disk is free: somebody should look, soon."""

EXHAUSTED = 0.02
"""The same: a backup or an hour's records may fill the rest, and then nothing is accepted any more."""


MAKE_ROOM = (
    "移走旧备份，或扩大磁盘：磁盘写满后不再接受任何内容。",
    "Move old backups away or enlarge the disk: once full, nothing is accepted.",
)


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
    """Room where the engine keeps the volume of backups, which on one machine is where it keeps all."""
    if not place.exists():
        yield not_looked_at("disk", f"{place} is not there")
        return
    usage = shutil.disk_usage(place)
    yield room("disk", usage.free, usage.total)


def room(subject: str, free: int, total: int) -> Finding:
    """A disk with so many bytes free of so many."""
    share, gigabytes = free / total, free / 1e9
    if share >= SCARCE:
        return well(subject, f"剩余 {gigabytes:.0f} GB（{share:.0%}）。", f"{gigabytes:.0f} GB are free ({share:.0%}).")
    if share >= EXHAUSTED:
        what = (f"磁盘只剩 {gigabytes:.1f} GB（{share:.0%}）。", f"Only {gigabytes:.1f} GB are free ({share:.0%}).")
        return warning(subject, what, MAKE_ROOM)
    what = (
        f"磁盘将满：只剩 {gigabytes:.1f} GB（{share:.1%}）。",
        f"The disk is about to be full: {gigabytes:.1f} GB are free ({share:.1%}).",
    )
    return wrong(subject, what, MAKE_ROOM)


def not_looked_at(subject: str, why: str) -> Finding:
    """A disk of which nobody could tell how full it is."""
    return warning(
        subject,
        (f"未能查看这块磁盘（{why}）。", f"This disk was not looked at ({why})."),
        ("请在该机器上用 df 查看。", "Look at it on its machine, with df."),
    )
