"""Signing in to the admin: throttling of wrong passwords, and sessions that can be ended."""
