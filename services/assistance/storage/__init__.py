"""Assistance's own tables and their history."""
