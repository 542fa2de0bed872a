"""Rows of what was learned about how models read."""

from datetime import datetime

from sqlalchemy import Column, Named, Table, TypedColumns

from arcano.platform.tables import METADATA, UtcTime


class TokenCalibrationColumns(TypedColumns):
    """One model, by the name people choose it by."""

    model: Named[str] = Column(primary_key=True)
    factor: Named[float]
    spread: Named[float]
    samples: Named[int]
    updated_at: Named[datetime] = Column(UtcTime)


TOKEN_CALIBRATIONS = Table("token_calibrations", METADATA, TokenCalibrationColumns)
