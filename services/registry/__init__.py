"""Schools, classes, pupils and their ledgers; the vault of personal data."""
