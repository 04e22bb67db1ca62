"""Rectification items: opinions handed to a county or unit to be acted on, and what became of each."""
