"""What every feature stands on: errors, ids, time, the database, secrets, logs. Knows no feature.

The one package without a door: its modules are imported by name (`from arcano.platform.errors import ...`).
"""
