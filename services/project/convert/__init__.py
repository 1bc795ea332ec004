"""Values to messages and back: the only place that touches both the model's values and shoal.project.v1. Pure."""
