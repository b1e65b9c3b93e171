"""Assistance: aid programmes, and each child's applications from draft to decision."""
