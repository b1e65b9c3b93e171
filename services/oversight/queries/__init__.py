"""The questions that oversight answers: trace, summary, distribution, alarms, anchors – each on a page of its own."""

from __future__ import annotations

from services.oversight.queries.alarms import alarm_counts, open_alarms, order
from services.oversight.queries.anchors import anchors_behind, last_anchor
from services.oversight.queries.distribution import distribution
from services.oversight.queries.summary import summary
from services.oversight.queries.trace import trace

__all__ = ["alarm_counts", "anchors_behind", "distribution", "last_anchor", "open_alarms", "order", "summary", "trace"]
