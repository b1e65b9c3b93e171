"""Identity: bodies, officers, appointments, accounts; the county's calendars and numbers; who may log in."""
