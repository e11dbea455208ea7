"""Exercises with grades that can be trusted: sources, releases, checks, sandbox, grader."""
