"""The forms and routes of the registry."""
