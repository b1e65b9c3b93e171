"""Child processes that a test kills: forked, so that they start in a millisecond with everything already imported."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable

FAILED = 70


def start(act: Callable[[], None]) -> int:
    """Run `act` in a child; answers its process id. The child must open files and databases of its own."""
    pid = os.fork()
    if pid:
        return pid
    status = FAILED
    try:
        act()
        status = 0
    except BaseException:  # noqa: BLE001  the child has nobody else to tell
        traceback.print_exc()
    finally:
        os._exit(status)


def kill(pid: int) -> None:
    """End it as a power cut does, wherever it is; one that has ended already stays as it ended."""
    os.kill(pid, signal.SIGKILL)


def end_of(pid: int) -> int:
    """Wait for it: 0, its exit code, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
