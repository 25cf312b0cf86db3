"""What each platform says, as rows of COMMENT_SCHEMA: pure functions from JSON, without a network."""
