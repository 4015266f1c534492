"""What a clinician reads in a minute and a researcher can check."""
