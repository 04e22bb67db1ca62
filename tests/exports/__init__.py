"""Tests of what is taken out."""
