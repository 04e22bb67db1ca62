"""What a county or unit is handed of its own results: figures beside the average, and what people wrote."""
