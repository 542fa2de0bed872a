"""Signing in elsewhere: Google, GitHub, any OpenID Connect provider, Firebase; and what they say about groups."""
