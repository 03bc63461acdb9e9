"""What the kernel is asked to hold back; each file one of its means."""
