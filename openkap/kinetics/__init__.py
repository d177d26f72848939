"""What ketamine does in a body over time: closed forms, whole populations at once, NumPy alone.

It informs and never decides: `clinical`, `actions` and `records` may not import it (`make check`).
"""
