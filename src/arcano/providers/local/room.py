"""How much memory there is for another model, and which loaded ones may make more of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from arcano.providers.local.host import Host
from arcano.providers.local.seat import LoadedModel
from arcano.providers.local.settings import LocalSettings
from arcano.providers.local.signs import signs_of

# Memory that fills while a model is loaded must not push the rest of the machine out.
_USABLE_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Room:
    """Memory for another model, in bytes: `now`, and `at_best` when all who may go have gone."""

    now: int
    at_best: int


def room_beside(loaded: Sequence[LoadedModel], *, settings: LocalSettings, host: Host) -> Room:
    """What the budget and the machine leave beside the models that are loaded."""
    staying = [each for each in loaded if is_pinned(each, settings)]
    # What the system counts as free still holds the files of loaded models, and what those that are
    # being loaded will take; what a model has taken for itself it no longer counts.
    usable = int(host.free_memory_bytes * _USABLE_SHARE)
    owed = {id(each): _still_owed(each) for each in loaded}
    budget = settings.memory_bytes(host.memory_bytes)
    now = min(budget - _planned(loaded), usable - sum(owed.values()))
    taken_by_others = sum(
        each.plan.memory_bytes - owed[id(each)] for each in loaded if each not in staying
    )
    at_best = min(
        budget - _planned(staying),
        usable + taken_by_others - sum(owed[id(each)] for each in staying),
    )
    return Room(now=now, at_best=max(now, at_best))


def is_pinned(loaded: LoadedModel, settings: LocalSettings) -> bool:
    """Whether the settings say that it stays. Only what answers is meant."""
    return loaded.plan.model_id in settings.pinned and loaded.plan.purpose == "answers"


def next_to_go(loaded: Iterable[LoadedModel], settings: LocalSettings) -> LoadedModel | None:
    """Who makes room for another; None where all stay. `loaded` is in the order they were asked in.

    Of those that nobody asks now the one asked longest ago, else the busy one asked longest ago.
    """
    able = [each for each in loaded if not is_pinned(each, settings)]
    idle = (each for each in able if not each.seats_taken)
    return next(idle, able[0] if able else None)


def _planned(loaded: Iterable[LoadedModel]) -> int:
    return sum(each.plan.memory_bytes for each in loaded)


def _still_owed(loaded: LoadedModel) -> int:
    signs = signs_of(loaded.pid) if loaded.pid else None
    own = signs.own_bytes if signs else 0
    return max(0, loaded.plan.memory_bytes - own)
