"""Settings of what is sealed at rest. Read in entrypoints/settings.py as section `secrets`."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class SecretSettings(BaseModel):
    """How secrets, and texts if you wish, are sealed at rest. How-to: rotate keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    keys: SecretStr | None = Field(
        default=None,
        description="Keys of 32 random bytes in base64 (`openssl rand -base64 32`), with spaces between them: the "
        "first seals, all open, and so do those of the key file. Left out: only the key file counts.",
    )
    key_file: Path | None = Field(
        default=None,
        description="A file with such keys, readable by its owner only. Left out: `secret.key` in the data folder, "
        "made at the first start.",
    )
    encrypt_text: bool = Field(
        default=False,
        description="Also seal what people and models write, in conversations, batch jobs and kept answers. Nothing "
        "in the database can be searched by its text then. `arcano secrets apply` seals what is there already.",
    )
