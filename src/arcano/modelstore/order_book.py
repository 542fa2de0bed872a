"""The orders that are not fulfilled yet, kept on the disk so that they outlive the server.

One small file for each, in `.downloads` beside the models. Everything here blocks; callers use threads.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from arcano.modelstore.order import Order, OrderedFile

_FOLDER = ".downloads"


@dataclass(frozen=True, slots=True)
class KeptOrder:
    """`paused` says that somebody wanted it to rest; the others go on when the server does."""

    id: str
    order: Order
    paused: bool


class OrderBook:
    """The orders of one folder of models."""

    def __init__(self, models: Path) -> None:
        self._folder = models / _FOLDER

    def keep(self, kept: KeptOrder) -> None:
        """Note an order, or its new state. Without room on the disk it is not noted, and no error."""
        fields = {"id": kept.id, "paused": kept.paused, "order": asdict(kept.order)}
        path = self._path(kept.id)
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            beside = path.with_suffix(".new")
            beside.write_bytes(orjson.dumps(fields))
            beside.replace(path)

    def forget(self, order_id: str) -> None:
        """Take an order out."""
        with suppress(OSError):
            self._path(order_id).unlink(missing_ok=True)
            self._folder.rmdir()  # only where nothing is left in it

    def all(self) -> list[KeptOrder]:
        """What was kept, the oldest first. What cannot be read is left out."""
        return list(self._read())

    def _read(self) -> Iterator[KeptOrder]:
        for path in sorted(self._folder.glob("*.json")):
            with suppress(OSError, ValueError, TypeError, KeyError):
                fields: dict[str, Any] = orjson.loads(path.read_bytes())
                order = dict(fields["order"])
                files = tuple(OrderedFile(**each) for each in order.pop("files"))
                if path.stem == fields["id"] and all(_is_below(each.path) for each in files):
                    yield KeptOrder(path.stem, Order(files=files, **order), bool(fields["paused"]))

    def _path(self, order_id: str) -> Path:
        return self._folder / f"{order_id}.json"


def _is_below(path: str) -> bool:
    """Whether it stays in the folder of models, whoever wrote it."""
    return not path.startswith("/") and ".." not in path.split("/")
