"""People who asked for a human (人工): who waits for a call, and that they were called."""
