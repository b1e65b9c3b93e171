"""The tables of notifications and their history."""
