"""What operators see of a server at work: traces, reports of errors, and the settings of all three."""
