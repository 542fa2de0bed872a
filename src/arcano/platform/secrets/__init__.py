"""Secrets at rest: what must not be readable in the database, a backup or a log is sealed with AES-256-GCM.

Columns say that they hold such values (`columns`); a box seals and opens them for one row (`box`) with keys
that stand in a file or in the settings (`keys`, `key_file`). Modules are imported by name.
"""
