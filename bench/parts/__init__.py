"""What can be measured, one file each: `measure(bench)` returns a Part."""
