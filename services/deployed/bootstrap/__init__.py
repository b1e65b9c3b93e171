"""Brings a deployment to this release, from nothing or from an earlier one: run again it changes nothing.

Databases first, all or none of them; then the first account; then the broker, without which the web side starts all the same.
What runs meanwhile goes on running.
"""

from services.deployed.bootstrap.running import bootstrap

__all__ = ["bootstrap"]
