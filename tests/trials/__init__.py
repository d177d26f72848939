"""Whole visits under faults: power cuts, kills, and a clumsy day."""
