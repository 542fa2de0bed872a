"""Rows of what was learned about how models read."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from arcano.platform.tables import Row


class TokenCalibrationRow(Row):
    """One model, by the name people choose it by."""

    __tablename__ = "token_calibrations"

    model: Mapped[str] = mapped_column(primary_key=True)
    factor: Mapped[float]
    spread: Mapped[float]
    samples: Mapped[int]
    updated_at: Mapped[datetime]
