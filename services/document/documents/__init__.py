"""Documents: what they are called, where they belong, and how they begin and end."""
