"""Oversight: reads everything, decides nothing – trace, summary, distribution, alarms, anchors."""
