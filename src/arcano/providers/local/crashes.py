"""How long to wait before a model that crashed is started again."""

import asyncio

_MAX_WAIT_SECONDS = 30.0
_FORGIVEN_AFTER_SECONDS = 60.0


class Crashes:
    """Remembers the crashes of the last minute. The first is forgiven at once, each next one later."""

    def __init__(self) -> None:
        self._of_model: dict[str, tuple[int, float]] = {}

    def remember(self, model_id: str) -> None:
        count, _ = self._recent(model_id)
        self._of_model[model_id] = (count + 1, asyncio.get_running_loop().time())

    def seconds_to_wait(self, model_id: str) -> float:
        count, age = self._recent(model_id)
        if count < 2:
            return 0.0
        return max(0.0, min(_MAX_WAIT_SECONDS, 2.0 ** (count - 2)) - age)

    def _recent(self, model_id: str) -> tuple[int, float]:
        count, last = self._of_model.get(model_id, (0, 0.0))
        age = asyncio.get_running_loop().time() - last
        return (count, age) if age < _FORGIVEN_AFTER_SECONDS else (0, age)
