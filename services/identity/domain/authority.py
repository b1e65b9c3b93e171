"""Who may decide over a role: roles over the county are the bureau lead's, and the lead's own office the county leader's."""

from __future__ import annotations

import msgspec

from services.chassis.errors import NotPermitted
from services.contracts.codes import Role
from services.identity.domain.errors import NeedsBureauLead
from services.identity.domain.policies import COUNTY_DIGITS, ROLES_OVER_THE_COUNTY


def over_the_county(role: Role, division: str) -> bool:
    """Whether a role reaches over the whole county, by itself or by the division that it is held in."""
    return role in ROLES_OVER_THE_COUNTY or (role is Role.AID_OFFICER and len(division) == COUNTY_DIGITS)


class Authority(msgspec.Struct, frozen=True):
    """What whoever asks is appointed to today, and whether the county has or ever had a bureau lead; looked up at the edge.

    That a lead is gone gives an account administrator nothing: who could end the lead's appointment would else rule the county.
    """

    roles: frozenset[Role] = frozenset({Role.ACCOUNT_ADMIN})
    bureau_ever_led: bool = False

    def check(self, role: Role, division: str) -> None:
        """Raises NeedsBureauLead, NotPermitted unless the role may be given or ended."""
        if not self._decides_over(role):
            if self.bureau_ever_led and over_the_county(role, division):
                raise NeedsBureauLead
            if Role.ACCOUNT_ADMIN not in self.roles:
                raise NotPermitted

    def check_reset(self, held: frozenset[Role], *, setting_up: bool) -> None:
        """Raises NeedsBureauLead, NotPermitted unless the holder of these roles over the county may be given a one-time code."""
        if not (Role.BUREAU_LEAD in self.roles or any(self._decides_over(role) for role in held)):
            if self.bureau_ever_led and held and not setting_up:
                raise NeedsBureauLead
            if Role.ACCOUNT_ADMIN not in self.roles:
                raise NotPermitted

    def _decides_over(self, role: Role) -> bool:
        return Role.BUREAU_LEAD in self.roles or (role is Role.BUREAU_LEAD and Role.COUNTY_LEADER in self.roles)


SETTING_UP = Authority()
"""The house itself, before it has a lead."""
