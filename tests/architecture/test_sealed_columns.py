"""Every column that could hold a secret or somebody's words says how it lies at rest.

`arcano secrets rotate` knows the places of sealed values from the columns themselves. A new column of text or bytes is
either declared with `secret_at_rest` or `text_at_rest`, or it stands here, because anybody who has the file may read it.
"""

import ast
from pathlib import Path

from sqlalchemy import LargeBinary, String

import arcano
from arcano.entrypoints.schema import METADATA
from arcano.entrypoints.secret_keys import SEALED_COLUMNS

READABLE = {
    "api_keys": {"name", "doors", "models", "addresses"},
    "key_secrets": {"hint"},
    "users": {"email", "name", "password_hash", "role", "state", "kind"},
    "sessions": {"token_digest", "address", "user_agent"},
    "groups": {"models", "name", "description", "permissions"},
    "roles": {"name", "permissions"},
    "policies": {"value"},
    "memberships": set[str](),
    "grants": {"level", "granted_by"},
    "identity_changes": {"kind"},
    "refresh_tokens": set[str](),
    "audit_records": {
        "action", "outcome", "actor_kind", "actor_name", "subject_kind", "address", "user_agent", "details", "previous",
        "hash",
    },
    "invitations": {"role", "groups", "email", "token_digest"},
    "password_resets": set[str](),
    "linked_accounts": {"email", "provider"},
    "used_sign_ins": set[str](),
    "sign_in_providers": {"settings", "memberships", "roles", "set_up_by"},
    "told_roles": {"source", "role"},
    "passkeys": {"credential", "host", "name"},
    "challenges": {"purpose", "state"},
    "connections": {"kind", "name", "base_url", "models"},
    "conversations": {"context_policy", "summary_model"},
    "messages": {
        "role", "status", "model", "finish_reason", "answered_by", "from_cache", "usage", "context",
    },
    "thoughts": {"vendor", "made_by"},
    "turns": {"client_message_id", "request_digest", "model", "status", "runner_id", "context", "asked_by"},
    "ratings": {"verdict", "model", "target", "variant"},
    "looks": {"looker_name", "reason"},
    "context_summaries": {"model"},
    "batches": {"state", "input_format", "runner_id"},
    "batch_rows": {"status", "finish_reason", "model", "usage"},
    "cached_answers": set[str](),
    "stored_responses": {"status"},
    "routes": {"settings", "name"},
    "token_calibrations": {"model"},
    "ledger": {
        "group_ids", "door", "model", "target", "served_model", "variant", "currency", "price_version", "outcome",
        "error_code",
    },
    "usage_hours": {"group_ids", "door", "model", "target", "served_model", "variant", "currency"},
    "usage_days": {"group_ids", "door", "model", "target", "served_model", "variant", "currency"},
    "usage_hour_totals": {"door", "model", "target", "variant"},
    "usage_day_totals": {"door", "model", "target", "variant"},
    "usage_day_people": {"group_ids"},
    "usage_speeds": {"model", "target", "measure"},
    "usage_speed_days": {"model", "target", "measure"},
    "budgets": {"name", "scope", "unit", "currency", "period"},
}  # fmt: skip
"""Names of models and people, states, numbers, digests. No text of a conversation and no secret."""

SOURCE = Path(arcano.__path__[0])


def undecided() -> set[str]:
    sealed = {one.name for one in SEALED_COLUMNS}
    return {
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, String | LargeBinary)
        and not column.primary_key
        and not column.foreign_keys
        and not column.name.endswith("_id")
        and f"{table.name}.{column.name}" not in sealed
        and column.name not in READABLE.get(table.name, set())
    }


def test_every_column_of_text_or_bytes_is_sealed_or_may_be_read() -> None:
    assert undecided() == set(), "declare it with secret_at_rest or text_at_rest, or say it here"


def test_what_may_be_read_is_there_and_is_not_sealed_as_well() -> None:
    sealed = {one.name for one in SEALED_COLUMNS}
    there = {
        f"{table.name}.{column.name}" for table in METADATA.sorted_tables for column in table.c
    }
    listed = {f"{table}.{column}" for table, columns in READABLE.items() for column in columns}

    assert listed - there == set()
    assert listed & sealed == set()


def test_a_column_called_sealed_holds_nothing_but_sealed_values() -> None:
    always = {one.name for one in SEALED_COLUMNS if not one.is_text}
    called = {
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.c
        if column.name.endswith("_sealed")
    }

    assert called == always


def test_nothing_but_the_box_encrypts() -> None:
    """Whoever calls the cipher itself seals values that no rotation knows."""
    callers = {
        str(module.relative_to(SOURCE))
        for module in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cryptography")
    }

    assert callers == {"platform/secrets/box.py", "platform/secrets/keys.py"}
