"""Casework: the cases of children who stay away, and what the linked departments owe to each."""
