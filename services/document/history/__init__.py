"""History: what was written when and by whom, and the ways back."""
