"""The cache of answers: what was answered before is said again, to whoever may see it, and says so."""
