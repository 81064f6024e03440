"""What people see of their jobs: one message each, at a pace that the chat bears."""
