"""Many documents: scheduling, worker processes, and the tables of a run."""
