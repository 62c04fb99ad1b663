"""What the program costs and gives beside the obvious alternatives, on the same pages in one run."""
