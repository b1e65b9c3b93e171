"""The pure rules of assistance."""
