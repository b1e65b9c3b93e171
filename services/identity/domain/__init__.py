"""The pure rules of identity."""
