"""When kafka-python's consumer asks brokers for new records: not before it has given out those that came.

kafka-python 3.0 leaves the partition of an answer that comes just before it asks again out of the new question, and waits for an
end of the questions under way before it gives that answer out. What comes there meanwhile is as late as a question is long. Nothing
public stands between an answer and the next question, so two of the client's own steps are put right here; tests hold both, and the
release is pinned.
"""

from __future__ import annotations

from typing import Any


class Questions:
    """The questions of a consumer; `held_back` tells whether, the last time that it would have asked, something lay there."""

    def __init__(self, consumer: Any) -> None:
        self._fetcher = consumer._fetcher  # noqa: SLF001  see above
        self._ask = self._fetcher._create_fetch_requests  # noqa: SLF001  see above
        self._forget_answered = self._fetcher._clean_done_fetch_futures  # noqa: SLF001  see above
        self._fetcher._create_fetch_requests = self._asked  # noqa: SLF001  see above
        self._fetcher._clean_done_fetch_futures = self._forget_what_is_taken  # noqa: SLF001  see above
        self.held_back = False

    def _asked(self) -> Any:
        self.held_back = self._something_lies_there()
        return {} if self.held_back else self._ask()

    async def _forget_what_is_taken(self) -> None:
        """A question that was answered ends the wait for others, of other brokers, until its answer is taken."""
        if not self._something_lies_there():
            await self._forget_answered()

    def _something_lies_there(self) -> bool:
        return bool(self._fetcher._completed_fetches or self._fetcher._next_partition_records)  # noqa: SLF001  see above
