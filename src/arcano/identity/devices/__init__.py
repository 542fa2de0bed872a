"""Where a person is signed in, as they may see and end it themselves."""
