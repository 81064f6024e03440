"""What is written down of a job for the operator: its moments, how it was converted, one record at
its end."""
