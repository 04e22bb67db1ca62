"""The side desk of liaisons: what they say and tap in the chat."""
