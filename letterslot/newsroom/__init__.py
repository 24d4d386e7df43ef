"""The publication, its terms, its edition policy and its moderators."""
