"""The chassis: what every service stands on, and which knows no service."""
