"""Exercises with grades that can be trusted.

`exercises` holds the sources and releases, `submissions` reads what comes back, `sandbox` runs it,
`running` compares its answers with the checks, and `results` keeps and shows the grades. Each
imports only from those before it, except that `running` also writes `results`.
"""
