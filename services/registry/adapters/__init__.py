"""What the registry reads from the outside world, and the vault in which it keeps what is personal."""
