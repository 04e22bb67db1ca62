"""How people come from a code to the end of a questionnaire: raw events, counters kept from them, reading."""
