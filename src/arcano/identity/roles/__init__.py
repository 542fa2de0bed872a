"""Roles: what a person may do by being an owner, an admin, a member, or whatever else the workspace calls its people."""
