"""The settings of the model store. Read in entrypoints/settings.py as section `modelstore`."""

from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

USUAL_HUB = "https://huggingface.co"


class ModelStoreSettings(BaseModel):
    """Where model files are looked for and where they are downloaded from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    paths: tuple[Path, ...] = Field(
        default=(),
        description="Folders with GGUF files besides DATA_DIR/models. Nothing is written there.",
    )
    starter: bool = Field(
        default=True,
        description="Offer Starter, the tiny model that comes with Arcano; it is used where nothing else is there.",
    )
    hub: str = Field(
        default=USUAL_HUB,
        pattern=r"^https?://[^\s]+$",
        description="Where models are downloaded from and looked up; a mirror has the same paths.",
    )
    private_addresses: bool | None = Field(
        default=None,
        description="Whether the hub, and where it sends us, may be on this machine or in its network. "
        "Left out: yes for another hub than the default one.",
    )
    connect_within: timedelta = Field(
        default=timedelta(seconds=20),
        gt=timedelta(0),
        description="A hub that does not answer for so long is tried again.",
    )
    silence_within: timedelta = Field(
        default=timedelta(seconds=60),
        gt=timedelta(0),
        description="A download that brings nothing for so long is tried again.",
    )
    connections: int = Field(
        default=4,
        ge=1,
        le=16,
        description="Parts of one file that are downloaded at the same time.",
    )
    downloads_at_once: int = Field(
        default=2, ge=1, le=16, description="Models downloaded at the same time; others wait."
    )
    tries: int = Field(
        default=8,
        ge=1,
        le=100,
        description="Tries in a row that bring nothing before a download is given up.",
    )

    @property
    def reaches_private_addresses(self) -> bool:
        """A hub that somebody named may be anywhere; the usual one sends nobody into a private network."""
        named = self.private_addresses
        return self.hub.rstrip("/") != USUAL_HUB if named is None else named
