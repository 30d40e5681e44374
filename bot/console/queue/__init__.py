"""What needs a person, first things first."""
