"""What people write instead of tapping: amounts, moments, formats in a few words."""
