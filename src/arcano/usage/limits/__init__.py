"""Limits: how often, how much and how many at once, by whom, in a minute."""
