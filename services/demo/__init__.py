"""The demonstration: an invented county and the people who live through its school days."""
