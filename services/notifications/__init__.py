"""Notifications: texts to parents, each once per event and guardian, in the hours in which one may text."""
