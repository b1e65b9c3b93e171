"""The pure part of oversight: what an event names, how it is told, which chain it stands in."""
