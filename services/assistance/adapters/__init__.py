"""The outside of assistance: the list of programmes that a county starts with."""
