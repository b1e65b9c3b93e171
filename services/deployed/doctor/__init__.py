"""What is wrong with a deployment, and what to do: each page looks at one side of it and answers findings, good ones too."""

from services.deployed.doctor.findings import Finding, State
from services.deployed.doctor.rounds import examine

__all__ = ["Finding", "State", "examine"]
