"""The HTTP face of assistance."""
