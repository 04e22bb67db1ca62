"""One module a screen: its views, its form and its `ROUTES`."""
