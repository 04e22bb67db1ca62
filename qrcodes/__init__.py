"""Draws codes, posters and sheets; fetches nothing. README.md tells what is where."""
