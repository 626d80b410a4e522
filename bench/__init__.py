"""Figures: how good and how fast tosmonitor is, on real pages and under load."""
