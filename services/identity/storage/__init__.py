"""Identity's own tables and their history."""
