"""The leaders' ballot in a browser; see README.md."""
