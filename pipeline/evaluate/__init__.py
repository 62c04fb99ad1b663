"""Figures: error rates, field scores and the quality gate."""
