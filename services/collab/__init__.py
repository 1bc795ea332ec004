"""collab: live documents. Start at room.py; the rules are in sequencer.py."""
