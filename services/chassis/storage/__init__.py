"""Event store, outbox, timers, work, kept answers: everything of one transaction, behind one port."""
