"""Notifications under test."""
