"""The routes that operators make on the page, kept in the database beside those of `arcano.toml`."""
