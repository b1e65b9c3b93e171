"""What a container has used, as the kernel counts it for its control group, of version 1 or 2."""

from __future__ import annotations

from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
NANOSECONDS, MICROSECONDS = 1e9, 1e6


class Group:
    """The control group of a process, for memory in bytes and processor time in seconds."""

    def __init__(self, pid: int) -> None:
        lines = (line.split(":", 2) for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines())
        paths = {controller: path for _, controllers, path in lines for controller in controllers.split(",")}
        self._one = "memory" in paths
        """Version 1 has a tree for each controller."""
        self._memory = ROOT / "memory" / paths["memory"].lstrip("/") if self._one else ROOT / paths[""].lstrip("/")
        self._processor = ROOT / "cpuacct" / paths["cpuacct"].lstrip("/") if self._one else self._memory

    def memory(self) -> int:
        """Bytes in use, without cached files that the kernel would give back first: the figure that engines show."""
        cached = "total_inactive_file" if self._one else "inactive_file"
        used = self._memory / ("memory.usage_in_bytes" if self._one else "memory.current")
        return int(used.read_text()) - self._field(self._memory / "memory.stat", cached)

    def processor_seconds(self) -> float:
        """Processor time of all cores since the container began."""
        if self._one:
            return int((self._processor / "cpuacct.usage").read_text()) / NANOSECONDS
        return self._field(self._processor / "cpu.stat", "usage_usec") / MICROSECONDS

    @staticmethod
    def _field(path: Path, name: str) -> int:
        fields = dict(line.split() for line in path.read_text().splitlines())
        return int(fields[name])
