"""What the door is measured against: a plain Django view, Isso, nginx, the disk's own commits."""
