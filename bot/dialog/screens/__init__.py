"""What a menu shows and where a tap leads: pure functions of drafts and wishes."""
