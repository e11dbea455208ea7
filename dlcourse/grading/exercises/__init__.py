"""The source of an exercise: its tasks, solutions and checks, and the release made from it."""
