"""Prompts and alerts of the dosing room: data in protocol/alerts, judged here, kept as entries of the chart.

Two families only: workflow prompts, and a clinic's limits on what a person charted. Nothing in this package
sees a device reading; all it is told of a device is when it was last heard.
"""
