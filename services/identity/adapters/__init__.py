"""The outside of identity: the county's files."""
