"""`make bench`: every benchmark, one after the other, each with its table."""

import os
import platform

from benchmarks import funnel, outbox, searching, turn, whole_year


def main() -> None:
    """Print the machine, then each table."""
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    print("\nTurns\n")
    turn.main([])
    print("\nReading the funnel\n")
    funnel.main([])
    print("\nSending reminders\n")
    outbox.main([])
    print("\nSearching opinions\n")
    searching.main([])
    print("\nA year: pages and exports\n")
    whole_year.main([])


if __name__ == "__main__":
    main()
