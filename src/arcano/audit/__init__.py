"""Who did what: reading, checking and taking out what all features have recorded. Nobody below knows this one."""

from arcano.audit.anchors import AnchorKeeper
from arcano.audit.domain import Anchor, AuditFilter, Fault, Verdict
from arcano.audit.errors import AuditBeingVerifiedError, BadAnchorError
from arcano.audit.export_records import export_lines
from arcano.audit.http import Audit, router
from arcano.audit.repository import AuditRepository
from arcano.audit.verify_chain import ChainCheck, ChainVerifier

__all__ = [
    "Anchor",
    "AnchorKeeper",
    "Audit",
    "AuditBeingVerifiedError",
    "AuditFilter",
    "AuditRepository",
    "BadAnchorError",
    "ChainCheck",
    "ChainVerifier",
    "Fault",
    "Verdict",
    "export_lines",
    "router",
]
