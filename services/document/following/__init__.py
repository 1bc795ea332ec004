"""Following the log: what happens after the commit, in the order of commits, by one leader."""
