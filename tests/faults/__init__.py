"""Real processes and real disks, broken on purpose."""
