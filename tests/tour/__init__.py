"""The whole bot without a phone: conversations with it, played through the stand-in and written
down as docs/tour.md. `make tour` writes it anew; a test keeps it true."""
