"""Search: documents by what they say."""
