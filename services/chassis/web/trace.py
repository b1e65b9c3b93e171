"""W3C trace context: the `traceparent` of a request, taken over if it is well formed, else minted."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

HEADER = "traceparent"

_FORM = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")
_LENGTH = 55
_SAMPLED = "01"


@dataclass(frozen=True, slots=True)
class Trace:
    """One request's place in a trace: the trace's id and this request's own span id."""

    trace_id: str
    span_id: str
    flags: str = _SAMPLED

    @property
    def parent(self) -> str:
        """The `traceparent` that what follows from this request carries on."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"


def trace_of(header: str | None) -> Trace:
    """This request's place in the trace that the header names, or in a new one."""
    if header is not None and len(header) == _LENGTH and (match := _FORM.fullmatch(header)):
        return Trace(match[1], os.urandom(8).hex(), match[2])
    return Trace(os.urandom(16).hex(), os.urandom(8).hex())
