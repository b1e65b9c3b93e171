"""The six services by name; a page of its own, because the command line names them without loading them."""

from __future__ import annotations

SERVICES = ("identity", "registry", "casework", "assistance", "notifications", "oversight")
