"""The tables of the registry and their history."""
