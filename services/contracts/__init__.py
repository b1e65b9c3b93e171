"""The published language: every event once, its versions, its topic, and what the services agree on besides."""
