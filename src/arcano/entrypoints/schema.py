"""All tables of all features, for migrations."""

import arcano.batches
import arcano.chat
import arcano.gateway
import arcano.identity
import arcano.inference
import arcano.platform.audit_records
import arcano.providers
import arcano.usage
from arcano.platform.tables import METADATA

__all__ = ["FEATURES", "METADATA"]

FEATURES = (
    arcano.batches,
    arcano.chat,
    arcano.gateway,
    arcano.identity,
    arcano.inference,
    arcano.providers,
    arcano.usage,
    arcano.platform.audit_records,
)
"""Importing a feature registers its tables; naming them keeps the imports honest."""
