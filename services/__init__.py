"""The services of the mesh: they meet in the contracts, never in each other."""
