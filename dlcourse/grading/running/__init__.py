"""Grade one submission in the sandbox, a class of them, or a class on a cluster."""
