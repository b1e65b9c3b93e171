"""What takes a file from its bytes to the roll: reading, checking, staging aside, applying chunk by chunk."""
