"""What students hand in: read any notebook, match its cells to the tasks, find its lateness."""
