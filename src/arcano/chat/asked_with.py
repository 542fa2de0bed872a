"""How somebody came in who asks something in a conversation."""

from collections.abc import Callable
from dataclasses import dataclass

from arcano.identity import KeyScope, Viewer
from arcano.usage import Door


def _every(_model: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class AskedWith:
    """All that is asked for one question counts against this key and these groups, and goes to models that they may ask."""

    key: KeyScope | None = None
    """None: they signed in."""
    groups: frozenset[str] | None = None
    """None: to be read when a model is asked."""
    allows_model: Callable[[str], bool] = _every

    @classmethod
    def by(cls, viewer: Viewer) -> "AskedWith":
        return cls(viewer.key, viewer.groups, viewer.allows_model)

    @property
    def door(self) -> Door:
        return "page" if self.key is None else "api"


SIGNED_IN = AskedWith()
