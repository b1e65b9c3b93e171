"""Verify: that the log is what was written – nothing changed, and up to the last checkpoint nothing removed or slipped in.

Every hash is computed again with the suite that its event names; versions and chain are followed; each stream is compared
with the heads that signed checkpoints name: those in the log itself, and those that oversight's journal holds as anchors.
What others outside were told is compared with what they name of it (`told_outside`).

All of it goes range by range (`questions`), so that neither a request nor a process's memory grows with the age of the log.
"""

from __future__ import annotations

from services.chassis.verification.log import StoredLog
from services.chassis.verification.questions import AskedLog
from services.chassis.verification.run import verify, verify_log

__all__ = ["AskedLog", "StoredLog", "verify", "verify_log"]
