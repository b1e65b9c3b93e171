"""Casework's read-model tables and their history."""
