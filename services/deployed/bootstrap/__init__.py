"""Brings a deployment to this release, from nothing or from an earlier one: run again it changes nothing.

Databases first, all or none of them; then the broker; then the first account. What runs meanwhile goes on running.
"""

from services.deployed.bootstrap.running import bootstrap

__all__ = ["bootstrap"]
