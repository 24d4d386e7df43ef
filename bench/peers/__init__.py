"""What the door is measured against: a plain Django view, nginx, and the disk's own commits."""
