"""Draws the sample documents: source -> pages laid out -> pictures -> files, and the truth about them."""
