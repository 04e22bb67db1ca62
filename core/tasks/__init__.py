"""Long work that somebody asked for: one row each, done by the worker, with progress and perhaps a file."""
