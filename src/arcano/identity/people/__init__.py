"""Who is in the workspace: invited, registered, changed, disabled, deleted; and the ways back in."""
