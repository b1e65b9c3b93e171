"""What the registry reads from the outside world."""
