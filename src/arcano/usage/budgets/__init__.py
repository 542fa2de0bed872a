"""Budgets: how much may be spent, by whom, in which time."""
