"""The outside of notifications: the registry, the gateway, the seeded templates."""
