"""The moderators' door: opens the post, queues, decides, edits."""
