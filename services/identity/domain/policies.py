"""The numbers of identity, each with its source."""

from __future__ import annotations

PASSWORD_LEAST_CHARACTERS = 10
"""Characters; GB/T 22239-2019 (等保 2.0, level 2–3) asks for eight with complexity, length replaces complexity here."""

FAILED_LOGINS_ALLOWED = 10
"""Attempts on one login name within the window; GB/T 22239-2019 8.1.4.1 asks for a limit."""

FAILED_LOGINS_WINDOW_SECONDS = 15 * 60

TOKEN_SECONDS = 15 * 60
"""Life of a token; short, because services verify it without asking identity (architecture.md §6)."""
