"""The office's face in the browser: Flask, no script, nothing from other servers."""
