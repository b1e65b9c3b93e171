"""Oversight's own tables and their history."""
