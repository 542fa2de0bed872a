"""Which waiting call runs next and where: routes, queue, fallback."""
